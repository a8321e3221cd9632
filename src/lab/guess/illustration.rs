//! Commands that are shown and not meant to be typed.

/// What announces a command that something else runs.
const ANNOUNCED: &[&str] = &[
    "when the container starts",
    "the container starts, it",
    "the container runs",
    "the container executes",
    "container will run",
    "container will execute",
    "runs inside the container on start",
    "executes this command",
    "is equivalent to",
    "is the same as",
    "is shorthand for",
];

/// What announces an alternative that was not chosen.
const ALTERNATIVES: &[&str] = &[
    "on windows",
    "in powershell",
    "alternatively,",
    "if you use docker desktop",
    "if you are using windows",
];

/// Why the prose before a block says that its commands are for reading, if it does.
pub(in crate::lab) fn illustration(lead: &[String]) -> Option<&'static str> {
    let paragraph = lead.last()?.to_lowercase();
    let paragraph = paragraph.trim_end();
    let sentence = paragraph.rsplit(['.', '?', '!']).next().unwrap_or(paragraph);
    if sentence.ends_with(':') && ANNOUNCED.iter().any(|words| sentence.contains(words)) {
        return Some("the text before it says what a container runs");
    }
    let is_alternative = ALTERNATIVES.iter().any(|words| paragraph.starts_with(words));
    is_alternative.then_some("the text before it offers an alternative")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_container_runs_is_not_for_the_reader() {
        let check = |text: &str, wanted: bool| {
            assert_eq!(illustration(&[text.to_owned()]).is_some(), wanted, "{text}");
        };
        check("When the Container starts, it executes this command:", true);
        check("On Windows, type:", true);
        check("Alternatively, use the short form:", true);
        check("You see `0/1`: the container runs. Later it is `1/1`:", false);
        check("The container runs it at once.", false);
        check("Create the pod:", false);
        check("Start the container with:", false);
        assert_eq!(illustration(&[]), None);
    }
}
