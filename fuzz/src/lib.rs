//! What has to hold of any text: one function for each fuzz target. They panic where it
//! does not. libFuzzer drives them, and `drive` does where there is no nightly compiler.

mod align;
mod lint_fix;
mod walkthrough;

pub use align::align;
pub use lint_fix::lint_fix;
pub use walkthrough::walkthrough;
