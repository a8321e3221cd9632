//! One terminal of the run, as the dispatcher sees it.

use std::time::Duration;

use crate::engine::marks::Layer;
use crate::engine::tracker::Tracker;
use crate::engine::typing::Typing;
use crate::engine::{Actor, Output, StepIndex};

/// A terminal with its shells.
#[derive(Debug)]
pub(super) struct Pane {
    pub(super) tracker: Tracker,
    /// `host`, `host 2`, or what runs beside the steps.
    pub(super) title: String,
    pub(super) role: Role,
    /// The name of the shell in a pod that runs in it.
    pub(super) attached: Option<Attached>,
    /// The shell that waits for a command.
    pub(super) ready: Option<Layer>,
    /// What is being typed.
    pub(super) typing: Option<Typing>,
    pub(super) host: Option<Running>,
    pub(super) pod: Option<Running>,
    /// The step that will type here next.
    pub(super) claimed: Option<StepIndex>,
    /// A person has begun a line.
    pub(super) half_typed: bool,
    /// When it was last interrupted on request.
    pub(super) interrupted: Option<Duration>,
}

/// What a terminal is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Host commands, one after another.
    Host,
    /// Something that goes on beside the steps: a stream, or a shell in a pod.
    Beside,
}

/// A session in a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attached {
    /// The shell's name, as steps say it.
    pub(super) name: String,
    /// It is a program whose prompts cannot be read.
    pub(super) unmarked: bool,
}

/// A command that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Running {
    /// The step that it counts for, and which of its commands it is.
    pub(super) step: Option<(StepIndex, usize)>,
    pub(super) text: String,
    pub(super) by: Actor,
    pub(super) since: Duration,
    /// The output of lines that were commands of their own.
    pub(super) earlier: Output,
}

impl Pane {
    /// A terminal that is being opened.
    pub(super) fn new(aid: &str, title: String, role: Role) -> Self {
        Self {
            tracker: Tracker::new(aid),
            title,
            role,
            attached: None,
            ready: None,
            typing: None,
            host: None,
            pod: None,
            claimed: None,
            half_typed: false,
            interrupted: None,
        }
    }

    pub(super) fn running(&mut self, layer: Layer) -> &mut Option<Running> {
        match layer {
            Layer::Host => &mut self.host,
            Layer::Pod => &mut self.pod,
        }
    }

    /// Whether the host's shell waits for a command, or will when it has started.
    pub(super) fn is_free(&self) -> bool {
        self.host.is_none() && self.claimed.is_none() && self.ready != Some(Layer::Pod)
    }

    /// Whether this step's command runs in it.
    pub(super) fn runs(&self, step: StepIndex) -> bool {
        [&self.host, &self.pod]
            .into_iter()
            .flatten()
            .any(|running| running.step.is_some_and(|(of, _)| of == step))
    }
}
