//! What the language of a fence says about its content.

/// Families of languages that are treated alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lab) enum Language {
    /// No language, or one that says nothing.
    None,
    /// A shell script, or what a person types.
    Shell,
    /// What a person types on Windows, in a shell that podlab does not run.
    ForeignShell,
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
    /// A word that podlab does not know: a lab platform's own, or a rare language.
    Unknown,
}

/// The names of each family, with blanks between them.
const NAMES: &[(Language, &str)] = &[
    (Language::None, "text txt plain plaintext none raw nohighlight no-highlight"),
    (
        Language::Shell,
        "sh bash shell zsh ksh fish command commandline command-line cli shel shell-script \
         shellscript bash-interactive azurecli azurecli-interactive \
         execute execute-1 execute-2 execute-all",
    ),
    (
        Language::ForeignShell,
        "powershell powershell-interactive pwsh ps1 ps cmd bat batch batchfile dos",
    ),
    (
        Language::Session,
        "console shell-session shellsession sh-session bash-session terminal term prompt",
    ),
    (Language::Output, "output cat log logs stdout result response http"),
    (Language::Yaml, "yaml yml"),
    (Language::Json, "json json5 jsonc"),
    (
        Language::Code,
        "apache awk c c# c++ clojure conf config cpp cs csharp css csv cue dart diff dockerfile \
         dotenv elixir env erlang go golang gradle graphql groovy haskell hcl html ini java \
         javascript jinja jinja2 jq js jsonnet jsx kotlin latex less liquid lua make makefile \
         markdown md mermaid nginx nix objc patch perl php plantuml promql properties proto \
         protobuf puppet py python python3 r rb rego rs ruby rust sass scala scss sql svg swift \
         systemd terraform tf toml tpl ts tsx typescript vim vue xml",
    ),
];

/// The language of a fence, from its info string (`bash {.copy}`, `{.yaml}`, `sh,foo`).
pub(in crate::lab) fn language(info: &str) -> (String, Language) {
    let first = info.trim_start_matches(['{', ' ']).split([' ', ',', '{', '}', ':', '\t']).next();
    let name = first.unwrap_or_default().trim_start_matches('.').to_lowercase();
    if name.is_empty() {
        return (name, Language::None);
    }
    let known = NAMES.iter().find(|(_, names)| names.split(' ').any(|known| known == name));
    let language = known.map_or(Language::Unknown, |(language, _)| *language);
    (name, language)
}

impl Language {
    /// Whether its lines are typed.
    pub(super) fn is_shell(self) -> bool {
        matches!(self, Self::Shell | Self::ForeignShell | Self::Session)
    }
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
        check("PowerShell", "powershell", Language::ForeignShell);
        check("execute", "execute", Language::Shell);
        check("quux", "quux", Language::Unknown);
    }
}
