//! A scenario is a shell script in steps. A line that begins with a mark begins a step,
//! which goes on until the next mark:
//!
//! - `$ ` is run on both clusters, and what it prints and its exit code are compared;
//! - `= ` is run on both and must succeed: it prepares something, or waits for it;
//! - `? ` is run on both, again and again until it succeeds;
//! - `+ ` is run on the sandbox only and must succeed: Kubernetes 1.20 lacks it;
//! - `# ` is a comment.

/// A scenario, read.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) steps: Vec<Step>,
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) kind: StepKind,
    /// Shell text.
    pub(super) text: String,
}

/// What is made of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    Compared,
    Succeeds,
    Awaited,
    SandboxOnly,
}

impl Scenario {
    #[track_caller]
    pub(super) fn named(all: &[(&'static str, &'static str)], name: &str) -> Self {
        let (name, text) = *all.iter().find(|(of, _)| *of == name).unwrap();
        Self { name, steps: steps(text) }
    }
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in text.lines() {
        let kind = match line.get(..2) {
            Some("$ ") => StepKind::Compared,
            Some("= ") => StepKind::Succeeds,
            Some("? ") => StepKind::Awaited,
            Some("+ ") => StepKind::SandboxOnly,
            Some("# ") => continue,
            _ => {
                if let Some(step) = steps.last_mut() {
                    step.text.push('\n');
                    step.text.push_str(line);
                }
                continue;
            }
        };
        steps.push(Step { kind, text: line[2..].to_owned() });
    }
    for step in &mut steps {
        step.text.truncate(step.text.trim_end().len());
    }
    steps
}

#[test]
fn a_step_goes_on_until_the_next_mark() {
    let found =
        steps("# first\n= cat > a <<END\n- b\nEND\n\n$ kubectl get po\n+ kubectl version\n");
    let texts: Vec<&str> = found.iter().map(|step| step.text.as_str()).collect();
    assert_eq!(texts, ["cat > a <<END\n- b\nEND", "kubectl get po", "kubectl version"]);
    assert_eq!(found[2].kind, StepKind::SandboxOnly);
}
