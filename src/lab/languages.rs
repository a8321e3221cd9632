//! What the language of a fence says about its content.

/// Families of languages that are treated alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// No language, or one that says nothing.
    None,
    /// A shell script, or what a person types.
    Shell,
    /// A session: what a person types and what comes back.
    Session,
    /// What comes back.
    Output,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// A program or a configuration in another language.
    Code,
}

const NAMES: &[(Language, &[&str])] = &[
    (Language::None, &["", "text", "txt", "plain", "plaintext", "none", "raw"]),
    (Language::Shell, &["sh", "bash", "shell", "zsh", "ksh", "fish", "command", "cmd"]),
    (
        Language::Session,
        &["console", "shell-session", "shellsession", "terminal", "term", "sh-session", "prompt"],
    ),
    (Language::Output, &["output", "cat", "log", "logs", "stdout", "result", "response", "http"]),
    (Language::Yaml, &["yaml", "yml"]),
    (Language::Json, &["json", "json5", "jsonc"]),
];

/// The language of a fence, from its info string (`bash {.copy}`, `{.yaml}`, `sh,foo`).
pub(super) fn language(info: &str) -> (String, Language) {
    let first = info.trim_start_matches(['{', ' ']).split([' ', ',', '{', '}', ':', '\t']).next();
    let name = first.unwrap_or_default().trim_start_matches('.').to_lowercase();
    let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
    let language = known.map_or(Language::Code, |(language, _)| *language);
    (name, language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings_name_a_language() {
        let check = |info: &str, name: &str, wanted: Language| {
            assert_eq!(language(info), (name.to_owned(), wanted), "{info}");
        };
        check("", "", Language::None);
        check("Bash", "bash", Language::Shell);
        check("sh {data-copy}", "sh", Language::Shell);
        check("{.yaml}", "yaml", Language::Yaml);
        check("console,ignore", "console", Language::Session);
        check("go", "go", Language::Code);
        check("bash:run.sh", "bash", Language::Shell);
    }
}
