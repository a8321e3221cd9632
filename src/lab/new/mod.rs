//! A lab to begin with: it lints clean and passes.

/// Its files with their text, for a lab of this name.
pub fn new_lab(name: &str) -> [(&'static str, String); 2] {
    let lab = include_str!("lab.md").replace("TITLE", &title_of(name));
    [("lab.md", lab), ("pod.yaml", include_str!("pod.yaml").to_owned())]
}

/// `my-first_lab` as people read it: `My first lab`. Empty where there is nothing to read.
pub fn title_of(name: &str) -> String {
    let words: Vec<&str> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::base::SourceText;
    use crate::lab::{Finding, lint, parse};

    #[test]
    fn a_new_lab_lints_clean_and_has_steps() {
        let [(_, lab), (file, pod)] = new_lab("my-first_lab");
        let source = SourceText { name: "my-first_lab/lab.md".into(), text: lab.into() };
        let files = BTreeMap::from([(file.to_owned(), pod)]);
        let (lab, found) = parse("my-first-lab", source, files);
        assert_eq!(lab.title, "My first lab");
        assert_eq!(lab.steps.len(), 5);
        let findings = lint(&lab, found, &|path| path == "pod.yaml");
        assert_eq!(findings.iter().map(Finding::render).collect::<String>(), "");
    }

    #[test]
    fn a_name_without_letters_is_no_title() {
        assert_eq!(title_of("../--"), "");
    }
}
