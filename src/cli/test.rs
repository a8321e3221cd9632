//! `podlab test`: labs without a screen.

use std::sync::Arc;

use crate::base::Exit;
use crate::cli::args::Test;
use crate::cli::load::{Tell, expanded, load};
use crate::cli::unattended::Unattended;
use crate::cli::world::block_on;
use crate::engine::AfterFailure;
use crate::lab::Lab;

/// Runs the labs one after the other; the worst exit code counts.
pub(super) fn run(arguments: &Test) -> Exit {
    let mut labs = Vec::new();
    for argument in expanded(&arguments.labs) {
        match load(&argument, Tell::All) {
            Ok(lab) => labs.push(Arc::new(lab)),
            Err(exit) => return exit,
        }
    }
    block_on(test_all(arguments, labs))
}

async fn test_all(arguments: &Test, labs: Vec<Arc<Lab>>) -> Exit {
    let after_failure = if arguments.keep_going { AfterFailure::GoOn } else { AfterFailure::Stop };
    let namespace = arguments.namespace.as_deref();
    let mut runs = match Unattended::new(&arguments.cluster, namespace, after_failure).await {
        Ok(runs) => runs,
        Err(exit) => return exit,
    };
    let mut worst = Exit::Passed;
    for lab in labs {
        match runs.run(lab).await {
            Ok((Exit::Passed, report)) if arguments.strict && report.counts().drifted > 0 => {
                worst = Exit::StepFailed;
            }
            Ok((Exit::Passed, _)) => {}
            Ok((Exit::StepFailed, _)) => worst = Exit::StepFailed,
            Ok((other, _)) | Err(other) => return other,
        }
    }
    worst
}
