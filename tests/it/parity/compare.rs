use super::normal::normalised;
use super::play::Played;
use super::scenario::Step;

/// Two that should print the same, and where they need not.
pub(super) struct Comparison {
    /// What the one and the other are called.
    pub(super) names: [&'static str; 2],
    /// Scenario, the beginning of the command, and why the two may differ there.
    pub(super) accepted: &'static [(&'static str, &'static str, &'static str)],
}

impl Comparison {
    /// What differs and is not accepted; and what is accepted and does not differ.
    pub(super) fn differences<'a>(
        &self,
        scenario: &str,
        played: impl Iterator<Item = (&'a Step, &'a Played, &'a Played)>,
    ) -> Vec<String> {
        let [one, other] = self.names;
        let mut found = Vec::new();
        for (step, first, second) in played {
            let [first, second] = [first, second].map(|played| normalised(&played.printed()));
            let is_accepted = self
                .accepted
                .iter()
                .any(|(of, text, _)| *of == scenario && step.text.starts_with(text));
            match (first == second, is_accepted) {
                (true, false) | (false, true) => {}
                (true, true) => found.push(format!("\n$ {}\nis accepted but agrees\n", step.text)),
                (false, false) => found.push(format!(
                    "\n$ {}\n--- {one}\n{first}\n--- {other}\n{second}\n",
                    step.text
                )),
            }
        }
        found
    }
}

/// Fails where something differs.
#[track_caller]
pub(super) fn assert_none(differences: &[String]) {
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join(""));
}
