//! Roles, and the styles that a theme gives them.

use std::collections::BTreeMap;
use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

/// The themes that the program brings, by name.
pub const THEMES: [(&str, &str); 4] = [
    ("dark", include_str!("../../themes/dark.yaml")),
    ("light", include_str!("../../themes/light.yaml")),
    ("high-contrast", include_str!("../../themes/high-contrast.yaml")),
    ("plain", include_str!("../../themes/plain.yaml")),
];

/// What everything on the screen looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    styles: [Style; Role::ALL.len()],
}

/// Why a theme cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is no theme of this name.
    #[error("no theme `{0}` (there are: dark, light, high-contrast, plain)")]
    Unknown(String),
    /// It is not what a theme looks like.
    #[error("read theme `{name}`: {source}")]
    Syntax {
        /// The theme.
        name: String,
        /// What is wrong.
        source: serde_yaml::Error,
    },
    /// It leaves a role out.
    #[error("theme `{name}` says nothing of `{role}` (write `{role}: {{}}` for plain text)")]
    Missing {
        /// The theme.
        name: String,
        /// The role.
        role: &'static str,
    },
    /// It has a role that does not exist.
    #[error("theme `{name}` names `{role}`, which is no role")]
    Surplus {
        /// The theme.
        name: String,
        /// What it names.
        role: String,
    },
    /// A colour that nobody knows.
    #[error("theme `{name}`: `{colour}` is no colour (a name such as cyan, 0 to 255, or #rrggbb)")]
    Colour {
        /// The theme.
        name: String,
        /// What it says.
        colour: String,
    },
}

impl Theme {
    /// One of [`THEMES`].
    ///
    /// # Errors
    /// There is none of this name; the shipped ones themselves are right, which a test holds.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        let (name, text) = THEMES
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| ThemeError::Unknown(name.to_owned()))?;
        Self::parse(name, text)
    }

    /// Reads a theme: a mapping of every role to its style.
    ///
    /// # Errors
    /// It is no YAML, a role is missing or unknown, or a colour is.
    pub fn parse(name: &str, text: &str) -> Result<Self, ThemeError> {
        let syntax = |source| ThemeError::Syntax { name: name.to_owned(), source };
        let mut specs: BTreeMap<String, StyleSpec> = serde_yaml::from_str(text).map_err(syntax)?;
        let mut styles = [Style::new(); Role::ALL.len()];
        for (role, style) in Role::ALL.into_iter().zip(&mut styles) {
            let spec = specs
                .remove(role.name())
                .ok_or_else(|| ThemeError::Missing { name: name.to_owned(), role: role.name() })?;
            *style = spec.style(name)?;
        }
        match specs.into_keys().next() {
            Some(role) => Err(ThemeError::Surplus { name: name.to_owned(), role }),
            None => Ok(Self { styles }),
        }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }
}

/// A style as a theme's file spells it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StyleSpec {
    fg: Option<String>,
    bg: Option<String>,
    is: Vec<Look>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Look {
    Bold,
    Dim,
    Italic,
    Underlined,
    Reversed,
    Crossed,
}

impl StyleSpec {
    fn style(&self, theme: &str) -> Result<Style, ThemeError> {
        let colour = |text: &String| {
            Color::from_str(text)
                .map_err(|_| ThemeError::Colour { name: theme.to_owned(), colour: text.clone() })
        };
        let mut style = Style::new();
        style.fg = self.fg.as_ref().map(colour).transpose()?;
        style.bg = self.bg.as_ref().map(colour).transpose()?;
        Ok(self.is.iter().fold(style, |style, look| style.add_modifier(look.modifier())))
    }
}

impl Look {
    fn modifier(self) -> Modifier {
        match self {
            Self::Bold => Modifier::BOLD,
            Self::Dim => Modifier::DIM,
            Self::Italic => Modifier::ITALIC,
            Self::Underlined => Modifier::UNDERLINED,
            Self::Reversed => Modifier::REVERSED,
            Self::Crossed => Modifier::CROSSED_OUT,
        }
    }
}

macro_rules! roles {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// What a piece of the screen is, so that a theme can say how it looks.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the names of roles speak for themselves")]
        pub enum Role { $($variant),* }

        impl Role {
            /// All of them, in the order of their numbers.
            pub const ALL: [Role; [$($name),*].len()] = [$(Role::$variant),*];

            /// As themes spell it.
            pub fn name(self) -> &'static str {
                match self { $(Role::$variant => $name),* }
            }
        }
    };
}

roles! {
    Text "text",
    Muted "muted",
    Title "title",
    TitleName "title-name",
    Border "border",
    BorderFocus "border-focus",
    PaneTitle "pane-title",
    Tab "tab",
    TabSelected "tab-selected",
    Heading "heading",
    HeadingMinor "heading-minor",
    Rule "rule",
    InlineCode "inline-code",
    Link "link",
    Quote "quote",
    AlertNote "alert-note",
    AlertTip "alert-tip",
    AlertWarning "alert-warning",
    TableHead "table-head",
    Code "code",
    Sample "sample",
    StepPending "step-pending",
    StepCurrent "step-current",
    StepRunning "step-running",
    StepDone "step-done",
    StepFailed "step-failed",
    StepSkipped "step-skipped",
    Expected "expected",
    Actual "actual",
    Hint "hint",
    Value "value",
    Key "key",
    KeyText "key-text",
    Info "info",
    Warning "warning",
    Error "error",
    Match "match",
    Selection "selection",
    Changed "changed",
    Stale "stale",
    Live "live",
    LaneReady "lane-ready",
    LaneNotReady "lane-not-ready",
    LaneFailed "lane-failed",
    LaneRestart "lane-restart",
    Dialog "dialog",
    SyntaxComment "syntax-comment",
    SyntaxString "syntax-string",
    SyntaxNumber "syntax-number",
    SyntaxKeyword "syntax-keyword",
    SyntaxName "syntax-name",
    SyntaxVariable "syntax-variable",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_theme_parses_and_defines_every_role() {
        for (name, text) in THEMES {
            let theme = Theme::parse(name, text);
            assert!(theme.is_ok(), "{name}: {}", theme.unwrap_err());
        }
    }

    #[test]
    fn the_plain_theme_has_no_colour() {
        let theme = Theme::named("plain").unwrap();
        for role in Role::ALL {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{}", role.name());
        }
    }

    #[test]
    fn a_wrong_theme_says_what_is_wrong() {
        let whole = THEMES[3].1;
        let rows = [
            ("a: {", "read theme `mine`"),
            ("text: {}", "theme `mine` says nothing of `muted`"),
            (&format!("{whole}\nfoo: {{}}"), "theme `mine` names `foo`, which is no role"),
            (&whole.replace("text: {}", "text: {fg: bleu}"), "`bleu` is no colour"),
            (&whole.replace("text: {}", "text: {gf: blue}"), "unknown field `gf`"),
        ];
        for (text, wanted) in rows {
            let error = Theme::parse("mine", text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
        assert!(Theme::named("dusk").unwrap_err().to_string().contains("high-contrast"));
    }
}
