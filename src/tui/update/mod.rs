//! Messages change the state here, and nowhere else.

mod ask;
mod browse;
mod dialog;
mod dispatch;
mod drift;
mod edit;
mod engine;
mod mouse;
mod save;
mod search;
mod steps;
mod terminal;
mod values;

pub use dispatch::update;

#[cfg(test)]
mod save_tests;
#[cfg(test)]
mod tests;
