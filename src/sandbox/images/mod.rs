//! Images as data: what a reference names, and how its programs behave.
//!
//! `assets/images/README.md` describes the format for people who add their own.

mod catalogue;
mod definition;
mod image;
mod reference;
mod registries;
mod serve;
mod tags;
mod template;
mod units;

pub use catalogue::{ImageError, Images, Lookup};
pub use image::Image;

pub(crate) use definition::{Case, FileEntry, Style};
pub(crate) use serve::{HttpServer, Protocol, Route, Serve, ValueSource};
pub(crate) use template::{Pairs, Template};
