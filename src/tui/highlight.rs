//! The colours of code, found once and away from the screen.

use std::collections::BTreeMap;
use std::ops::Range;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::line::Span;
use super::theme::Role;
use crate::lab::{BlockKind, Lab};

/// Which parts of which blocks have a colour: block to line to parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Highlights(BTreeMap<usize, Vec<Vec<Part>>>);

type Part = (Range<usize>, Role);

/// Longer lines are left plain: nobody reads them, and they would take long.
const LONGEST_LINE: usize = 2_000;

impl Highlights {
    /// Reads every block of the lab that has code in it. Takes long: tens of
    /// milliseconds for the syntaxes alone, so it is never called between frames.
    pub fn of(lab: &Lab) -> Self {
        let syntaxes = SyntaxSet::load_defaults_newlines();
        let blocks = lab.blocks.iter().enumerate();
        Self(
            blocks
                .filter(|(_, block)| block.kind != BlockKind::Output)
                .filter_map(|(at, block)| {
                    let syntax =
                        syntaxes.find_syntax_by_token(language(block.kind, &block.lang))?;
                    Some((at, highlight(&block.text, syntax, &syntaxes)))
                })
                .collect(),
        )
    }

    /// A line of a block as spans; `default` is what has no colour of its own.
    /// `line` counts from 0, `text` is that line as it stands in the block.
    pub fn spans(&self, block: usize, line: usize, text: &str, default: Role) -> Vec<Span> {
        let parts = self.0.get(&block).and_then(|lines| lines.get(line));
        let mut spans = Vec::new();
        let mut at = 0;
        for (range, role) in parts.into_iter().flatten() {
            let (Some(plain), Some(coloured)) =
                (text.get(at..range.start), text.get(range.clone()))
            else {
                break;
            };
            spans.push(Span::new(default, plain));
            spans.push(Span::new(*role, coloured));
            at = range.end;
        }
        spans.push(Span::new(default, text.get(at..).unwrap_or_default()));
        spans.retain(|span| !span.text.is_empty());
        spans
    }
}

fn language(kind: BlockKind, lang: &str) -> &str {
    match (kind, lang) {
        (BlockKind::Command | BlockKind::Mixed, _) | (_, "console" | "shell") => "sh",
        (BlockKind::Manifest | BlockKind::Fragment, "") => "yaml",
        (_, lang) => lang,
    }
}

fn highlight(text: &str, syntax: &SyntaxReference, syntaxes: &SyntaxSet) -> Vec<Vec<Part>> {
    let mut state = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    let roles = Roles::new();
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.len() > LONGEST_LINE {
            lines.push(Vec::new());
            continue;
        }
        match state.parse_line(line, syntaxes) {
            Ok(changes) => lines.push(parts(line, &changes, &mut scopes, &roles)),
            Err(_) => return lines,
        }
    }
    lines
}

fn parts(
    line: &str,
    changes: &[(usize, syntect::parsing::ScopeStackOp)],
    scopes: &mut ScopeStack,
    roles: &Roles,
) -> Vec<Part> {
    let end = line.trim_end_matches(['\n', '\r']).len();
    let mut parts: Vec<Part> = Vec::new();
    let mut at = 0;
    for (to, change) in changes {
        push(&mut parts, at..(*to).min(end), roles.of(scopes));
        at = *to;
        if scopes.apply(change).is_err() {
            return parts;
        }
    }
    push(&mut parts, at..end, roles.of(scopes));
    parts
}

fn push(parts: &mut Vec<Part>, range: Range<usize>, role: Option<Role>) {
    let Some(role) = role else { return };
    if range.is_empty() {
        return;
    }
    match parts.last_mut() {
        Some((last, known)) if last.end == range.start && *known == role => last.end = range.end,
        _ => parts.push((range, role)),
    }
}

/// Which scopes of the syntaxes mean which role; the innermost that is known counts.
struct Roles(Vec<(Scope, Role)>);

impl Roles {
    fn new() -> Self {
        let table = [
            ("comment", Role::SyntaxComment),
            ("constant.numeric", Role::SyntaxNumber),
            ("constant.language", Role::SyntaxNumber),
            ("string.unquoted.plain.out.yaml", Role::SyntaxString),
            ("string.unquoted", Role::Code),
            ("string", Role::SyntaxString),
            ("constant.character", Role::SyntaxString),
            ("variable.function", Role::SyntaxName),
            ("variable.parameter.option", Role::SyntaxVariable),
            ("variable", Role::SyntaxVariable),
            ("entity.name", Role::SyntaxName),
            ("support.function", Role::SyntaxName),
            ("keyword", Role::SyntaxKeyword),
            ("storage", Role::SyntaxKeyword),
        ];
        let known = |(name, role)| Scope::new(name).ok().map(|scope| (scope, role));
        Self(table.into_iter().filter_map(known).collect())
    }

    fn of(&self, scopes: &ScopeStack) -> Option<Role> {
        scopes.as_slice().iter().rev().find_map(|scope| {
            self.0.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope)).map(|(_, role)| *role)
        })
    }
}
