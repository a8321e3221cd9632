//! Programs of images: scripts and servers, as data describes them.

use std::sync::Arc;

use super::programs::Run;
use crate::sandbox::images::{Case, Image};

/// Runs a program of an image.
pub(crate) async fn run_image_program(run: Run, image: Arc<Image>, name: String) -> i32 {
    let case = image
        .programs()
        .get(&name)
        .and_then(|cases| cases.iter().find(|case| case.fits(run.rest())));
    match case {
        Some(Case { script: Some(_), .. }) => 0,
        _ => {
            run.system.wait_for_ever().await;
            0
        }
    }
}
