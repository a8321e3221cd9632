use std::collections::BTreeMap;

use crate::sandbox::images::{Template, ValueSource};
use crate::sandbox::process::programs::Run;

/// The values of a server's options, by name.
pub(super) fn values(
    run: &Run,
    sources: &BTreeMap<String, ValueSource>,
    fill: impl Fn(&Template) -> String,
) -> BTreeMap<String, String> {
    sources.iter().map(|(name, source)| (name.clone(), value(run, source, &fill))).collect()
}

fn value(run: &Run, source: &ValueSource, fill: impl Fn(&Template) -> String) -> String {
    let from_flag = source.flags.iter().find_map(|flag| flag_value(run.rest(), flag));
    let from_argument = || {
        let number = source.argument?.checked_sub(1)?;
        run.rest().iter().filter(|word| !word.starts_with('-')).nth(number).cloned()
    };
    let from_env = || run.variable(source.env.as_deref()?).map(str::to_owned);
    from_flag.or_else(from_argument).or_else(from_env).unwrap_or_else(|| fill(&source.default))
}

/// `--port=8080`, `--port 8080`; Go takes one dash for two.
fn flag_value(words: &[String], flag: &str) -> Option<String> {
    let name = flag.trim_start_matches('-');
    let same = |word: &str| {
        let bare = word.trim_start_matches('-');
        bare.len() < word.len() && bare == name
    };
    for (at, word) in words.iter().enumerate() {
        if let Some((before, value)) = word.split_once('=')
            && same(before)
        {
            return Some(value.to_owned());
        }
        if same(word) {
            return words.get(at + 1).cloned();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_every_spelling() {
        let words: Vec<String> = ["-text=hi", "--port", "80"].map(str::to_owned).into();
        assert_eq!(flag_value(&words, "-text"), Some("hi".into()));
        assert_eq!(flag_value(&words, "--text"), Some("hi".into()));
        assert_eq!(flag_value(&words, "--port"), Some("80".into()));
        assert_eq!(flag_value(&words, "--listen"), None);
    }
}
