use std::collections::HashMap;
use std::sync::OnceLock;

/// What a type is, in a sentence; empty where nothing is written of it.
pub fn type_words(name: &str) -> &'static str {
    words().get(name).copied().unwrap_or_default()
}

/// What a field is for, in a sentence; the same name means much the same everywhere.
pub fn field_words(name: &str) -> &'static str {
    words().get(name).copied().unwrap_or_default()
}

fn words() -> &'static HashMap<&'static str, &'static str> {
    static WORDS: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    WORDS.get_or_init(|| {
        let lines = include_str!("words.txt").lines().filter(|line| !line.starts_with('#'));
        lines.filter_map(|line| line.split_once(": ")).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::Schema;

    #[test]
    fn everything_that_is_described_exists() {
        for name in words().keys() {
            let known = Schema::shipped()
                .types()
                .any(|(_, type_)| type_.name == *name || type_.field(name).is_some());
            assert!(known, "{name}");
        }
    }
}
