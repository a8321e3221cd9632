//! Images as data: what a reference names, and how its programs behave.
//!
//! `assets/images/README.md` describes the format for people who add their own.

mod catalogue;
mod definition;
mod image;
mod known;
mod reference;
mod registries;
mod serve;
mod tags;
mod template;
mod units;

pub(super) use catalogue::{ImageError, Images, Lookup};
pub(super) use image::Image;
pub use known::knows_image;

pub(crate) use definition::{Case, FileEntry, Style};
pub(crate) use serve::{HttpServer, Protocol, Route, Serve, ValueSource};
pub(crate) use template::{Pairs, Template};
