//! The screen: message, state, update, effect, view.
