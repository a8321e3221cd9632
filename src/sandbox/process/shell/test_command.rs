use crate::sandbox::process::files::{Node, NodeKind};
use crate::sandbox::process::kernel::System;

use super::pattern::Pattern;

/// Nothing is nested deeper.
const DEEPEST: usize = 50;

/// How `==` and `<` are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// `test` and `[`
    Plain,
    /// `[[`
    Double,
}

/// Whether an expression of `test` is true, or what is wrong with it.
///
/// Source: POSIX, `test`; bash's manual for `[[`.
pub(crate) fn evaluate(system: &System, words: &[String], flavor: Flavor) -> Result<bool, String> {
    let mut test = Test { system, words, at: 0, flavor, depth: 0 };
    if flavor == Flavor::Plain
        && let Some(value) = test.by_count()
    {
        return value;
    }
    if words.is_empty() {
        return Ok(false);
    }
    let value = test.or()?;
    match test.words.get(test.at) {
        None => Ok(value),
        Some(word) => Err(format!("{word}: unknown operand")),
    }
}

struct Test<'a> {
    system: &'a System,
    words: &'a [String],
    at: usize,
    flavor: Flavor,
    depth: usize,
}

impl Test<'_> {
    /// Up to three words have a meaning that does not depend on what they look like.
    fn by_count(&self) -> Option<Result<bool, String>> {
        match self.words {
            [] => Some(Ok(false)),
            [one] => Some(Ok(!one.is_empty())),
            [not, one] if not == "!" => Some(Ok(one.is_empty())),
            [left, operator, right] if is_binary(operator) => {
                Some(self.binary(left, operator, right))
            }
            _ => None,
        }
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }

    fn take(&mut self, either: &str, or: &str) -> bool {
        let found = self.peek().is_some_and(|word| word == either || word == or);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<bool, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("too many arguments".to_owned());
        }
        let mut value = self.and()?;
        while self.take("-o", "||") {
            let right = self.and()?;
            value = value || right;
        }
        self.depth -= 1;
        Ok(value)
    }

    fn and(&mut self) -> Result<bool, String> {
        let mut value = self.not()?;
        while self.take("-a", "&&") {
            let right = self.not()?;
            value = value && right;
        }
        Ok(value)
    }

    fn not(&mut self) -> Result<bool, String> {
        let mut negated = false;
        while self.words.len() > self.at + 1 && self.take("!", "!") {
            negated = !negated;
        }
        self.primary().map(|value| value != negated)
    }

    fn primary(&mut self) -> Result<bool, String> {
        let rest = &self.words[self.at.min(self.words.len())..];
        match rest {
            [] => Err("argument expected".to_owned()),
            [left, operator, right, ..] if is_binary(operator) => {
                self.at += 3;
                self.binary(left, operator, right)
            }
            [open, _, ..] if open == "(" => {
                self.at += 1;
                let value = self.or()?;
                match self.take(")", ")") {
                    true => Ok(value),
                    false => Err("closing paren expected".to_owned()),
                }
            }
            [operator, operand, ..] if is_unary(operator) => {
                self.at += 2;
                Ok(self.unary(operator, operand))
            }
            [word, ..] => {
                self.at += 1;
                Ok(!word.is_empty())
            }
        }
    }

    fn binary(&self, left: &str, operator: &str, right: &str) -> Result<bool, String> {
        let double = self.flavor == Flavor::Double;
        Ok(match operator {
            "=" | "==" if double => Pattern::new(right).matches(left),
            "!=" if double => !Pattern::new(right).matches(left),
            "=" | "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            ">" => left > right,
            "=~" => {
                let regex = regex::RegexBuilder::new(right).size_limit(1 << 20).build();
                regex.map_err(|_| "invalid regular expression".to_owned())?.is_match(left)
            }
            "-nt" | "-ot" | "-ef" => self.compare_files(left, operator, right),
            _ => {
                let (left, right) = (number(left)?, number(right)?);
                match operator {
                    "-eq" => left == right,
                    "-ne" => left != right,
                    "-lt" => left < right,
                    "-le" => left <= right,
                    "-gt" => left > right,
                    _ => left >= right,
                }
            }
        })
    }

    fn compare_files(&self, left: &str, operator: &str, right: &str) -> bool {
        let (left_node, right_node) = (self.system.stat(left).ok(), self.system.stat(right).ok());
        let time = |node: &Option<Node>| node.as_ref().map(|node| node.modified);
        match operator {
            "-nt" => time(&left_node) > time(&right_node),
            "-ot" => time(&left_node) < time(&right_node),
            _ => self.system.real_path(left) == self.system.real_path(right) && left_node.is_some(),
        }
    }

    fn unary(&self, operator: &str, operand: &str) -> bool {
        let node = || self.system.stat(operand).ok();
        let has = |fits: fn(&Node) -> bool| node().is_some_and(|node| fits(&node));
        match operator {
            "-n" => !operand.is_empty(),
            "-z" => operand.is_empty(),
            "-e" | "-a" => node().is_some(),
            "-f" => has(|node| matches!(node.kind, NodeKind::File(_) | NodeKind::Program(_))),
            "-d" => has(Node::is_folder),
            "-s" => has(|node| node.size() > 0),
            "-h" | "-L" => self
                .system
                .stat_link(operand)
                .is_ok_and(|entry| matches!(entry.node.kind, NodeKind::Link(_))),
            "-c" => has(|node| matches!(node.kind, NodeKind::Device(_))),
            "-r" => node().is_some() && self.system.may(operand, 4),
            "-w" => node().is_some() && self.system.may(operand, 2),
            "-x" => node().is_some() && self.system.may(operand, 1),
            "-t" => operand.parse().is_ok_and(|number| self.system.terminal_at(number).is_some()),
            "-O" | "-G" => node().is_some(),
            _ => false,
        }
    }
}

fn is_binary(word: &str) -> bool {
    matches!(
        word,
        "=" | "=="
            | "!="
            | "<"
            | ">"
            | "=~"
            | "-eq"
            | "-ne"
            | "-lt"
            | "-le"
            | "-gt"
            | "-ge"
            | "-nt"
            | "-ot"
            | "-ef"
    )
}

fn is_unary(word: &str) -> bool {
    matches!(
        word,
        "-n" | "-z"
            | "-e"
            | "-a"
            | "-f"
            | "-d"
            | "-s"
            | "-h"
            | "-L"
            | "-c"
            | "-b"
            | "-p"
            | "-S"
            | "-r"
            | "-w"
            | "-x"
            | "-t"
            | "-O"
            | "-G"
            | "-u"
            | "-g"
            | "-k"
    )
}

fn number(text: &str) -> Result<i64, String> {
    text.trim().parse().map_err(|_| match text.trim().is_empty() {
        true => "out of range".to_owned(),
        false => format!("{text}: bad number"),
    })
}
