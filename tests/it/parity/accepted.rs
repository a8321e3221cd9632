/// Scenario, the beginning of the command, and why the two may differ there.
pub(super) const ACCEPTED: &[(&str, &str, &str)] = &[];
