//! Messages change the state here, and nowhere else.

mod browse;
mod dialog;
mod dispatch;
mod edit;
mod engine;
mod mouse;
mod search;
mod steps;
mod terminal;

pub use dispatch::update;

#[cfg(test)]
mod tests;
