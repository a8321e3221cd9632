//! Addresses that are known only from samples: they are the author's, and never contacted.

use std::collections::{BTreeMap, BTreeSet};

use crate::lab::{BlockKind, Lab, Variable};
use crate::sample::{addresses, table_rows};

/// An address of the author's cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The line of the lab where it is seen first, from 1.
    pub(super) line: usize,
    /// It is a service's address outside of the cluster.
    pub(super) external: bool,
}

/// Every address that a sample of the lab shows before anything else in it does. What
/// the lab itself states, in a command, a manifest or a variable, is its own.
pub(super) fn authors_addresses(lab: &Lab) -> BTreeMap<String, Foreign> {
    let mut own = stated_outside(lab);
    let mut found: BTreeMap<String, Foreign> = BTreeMap::new();
    for block in &lab.blocks {
        let commands = block.commands.iter().map(|command| command.text.as_str());
        let is_text =
            matches!(block.kind, BlockKind::Manifest | BlockKind::Fragment | BlockKind::Code);
        for text in commands.chain(is_text.then_some(block.text.as_str())) {
            own.extend(addresses(text));
        }
        for printed in &block.printed {
            for address in addresses(&printed.text) {
                if !own.contains(&address) {
                    let external = is_external(&printed.text, &address);
                    let foreign = Foreign { line: block.line, external };
                    found.entry(address).or_insert(foreign);
                }
            }
        }
    }
    found
}

fn is_external(sample: &str, address: &str) -> bool {
    table_rows(sample).iter().any(|row| row.cell("EXTERNAL-IP") == Some(address))
}

/// What files beside the lab and its front matter state.
fn stated_outside(lab: &Lab) -> BTreeSet<String> {
    let blocks: BTreeSet<&str> =
        lab.blocks.iter().filter_map(|block| block.file.as_deref()).collect();
    let beside = lab.files.iter().filter(|(name, _)| !blocks.contains(name.as_str()));
    let mut own: BTreeSet<String> = beside.flat_map(|(_, text)| addresses(text)).collect();
    for variable in lab.front_matter.vars.values() {
        match variable {
            Variable::Default(value) => own.extend(addresses(value)),
            Variable::Asked { default, .. } => {
                own.extend(default.iter().flat_map(|value| addresses(value)));
            }
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;
    use crate::lab::parse;

    #[test]
    fn what_only_samples_show_is_the_author_s() {
        let check = |text: &str, wanted: &[(&str, usize, bool)]| {
            let source = SourceText { name: "lab.md".into(), text: text.into() };
            let (lab, _) = parse("x", source, BTreeMap::new());
            let found = authors_addresses(&lab);
            let found: Vec<_> =
                found.iter().map(|(one, of)| (one.as_str(), of.line, of.external)).collect();
            assert_eq!(found, wanted, "{text}");
        };
        let table = "NAME   TYPE           CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE\n\
                     web    LoadBalancer   10.1.1.1     35.2.3.4      80/TCP    1m\n";
        check(
            &format!("```\nkubectl get svc\n{table}```\n\n```\ncurl http://35.2.3.4/\n```\n"),
            &[("10.1.1.1", 1, false), ("35.2.3.4", 1, true)],
        );
        check(
            &format!(
                "```\nkubectl create svc clusterip web --clusterip=10.1.1.1 --tcp=80\n```\n\n```\n{table}```\n"
            ),
            &[("35.2.3.4", 5, true)],
        );
        check(
            "```\nnslookup x 9.9.9.9\nServer: 9.9.9.9\nAddress 1: 10.1.1.1\n```\n",
            &[("10.1.1.1", 1, false)],
        );
        check("---\nvars: {DNS: 10.1.1.1}\n---\n\n```\nnslookup x\nServer: 10.1.1.1\n```\n", &[]);
    }
}
