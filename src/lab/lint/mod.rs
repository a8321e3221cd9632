//! What an author should know before others meet it. Needs no cluster.
//!
//! [`super::parse`] tells what it stumbles over itself; here is the rest: a table of
//! rules, each with a lab of its own making in which only that rule sees something.

mod blocks;
mod commands;
mod images;
mod links;
mod manifests;
mod schema;
mod sections;
mod streams;
pub(super) mod tree;

use crate::base::{Diagnostic, SourceText};
use crate::lab::{Finding, Lab};

/// What the rules look at.
pub(super) struct Linted<'a> {
    pub lab: &'a Lab,
    /// Whether there is a file or a folder at a path, taken from where the lab stands.
    pub exists: &'a dyn Fn(&str) -> bool,
}

/// A rule.
#[derive(Clone, Copy)]
struct Rule {
    /// A text in which it sees something.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for the tests, and for who reads the table")
    )]
    example: &'static str,
    check: fn(&Linted<'_>) -> Vec<Finding>,
}

/// The table.
const RULES: &[Rule] = &[
    Rule {
        example: "```yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, img: b}]}\n```\n",
        check: manifests::check,
    },
    Rule {
        example: "```\nkubectl run web --image=k8s.gcr.io/echoserver:1.4\n```\n",
        check: images::check,
    },
    Rule { example: "```sh\nmytool up\n```\n", check: blocks::close_calls },
    Rule { example: "# A\n\n```\nNAME   READY\n```\n", check: blocks::stray_output },
    Rule { example: "```\nkubectl get po\n", check: blocks::unclosed },
    Rule { example: "```\nvi web.yaml\n```\n", check: commands::need_a_person },
    Rule {
        example: "```\nkubectl run jump -it --image=b\n```\n\n\
                  <!-- podlab: {in: jump} -->\n```\nkubectl get po\n```\n",
        check: commands::in_the_wrong_shell,
    },
    Rule { example: "```\nkubectl certificate approve me\n```\n", check: commands::need_kubectl },
    Rule { example: "```\nkubectl get po -w\nkubectl get svc\n```\n", check: streams::check },
    Rule { example: "See [the file](web.yaml).\n", check: links::check },
];

/// Everything that is to be said about a lab: what [`super::parse`] found, and more.
/// `exists` says whether there is a file or a folder at a path, taken from where the lab
/// stands.
pub fn lint(lab: &Lab, found: Vec<Finding>, exists: &dyn Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = found;
    findings.extend(checked(RULES, &Linted { lab, exists }));
    findings.sort_by_key(|one| (one.source.name != lab.source.name, one.diagnostic.span.start));
    findings
}

fn checked(rules: &[Rule], linted: &Linted<'_>) -> Vec<Finding> {
    rules.iter().flat_map(|rule| (rule.check)(linted)).collect()
}

impl Linted<'_> {
    /// A finding in the lab's own text.
    fn own(&self, diagnostic: Diagnostic) -> Finding {
        Finding { source: self.lab.source.clone(), diagnostic }
    }

    /// A file beside the lab, named as the lab is.
    fn source_of(&self, file: &str, text: &str) -> SourceText {
        SourceText {
            name: super::manifests::beside(&self.lab.source.name, file),
            text: text.into(),
        }
    }
}

#[cfg(test)]
#[path = "lint_tests.rs"]
mod tests;
