//! Whether what a person typed is what a step asks for.

use crate::invocation::{Known, Meaning, meaning};
use crate::shell::{placeholders, simple_commands};

/// Whether `typed` counts as `wanted`: the same but for white space, the same
/// requests to the cluster, or the same program with the same operands. A gap in
/// `wanted` that nothing fills fits any word.
pub(super) fn counts_as(typed: &str, wanted: &str, wanted_meaning: &Meaning) -> bool {
    if typed.trim().is_empty() {
        return false;
    }
    if matches(&squeezed(typed), &squeezed(wanted)) {
        return true;
    }
    let typed_meaning = meaning(typed);
    if wanted_meaning.invocations.is_empty() {
        return typed_meaning.invocations.is_empty() && same_program(typed, wanted);
    }
    typed_meaning.opens == wanted_meaning.opens
        && typed_meaning.streams == wanted_meaning.streams
        && typed_meaning.invocations.len() == wanted_meaning.invocations.len()
        && typed_meaning
            .invocations
            .iter()
            .zip(&wanted_meaning.invocations)
            .all(|(typed, wanted)| same_request(typed, wanted))
}

/// Whether `typed` asks the same program the same kind of question as `wanted`, both of which
/// only read. Whether it is the same question, the answer has to tell.
pub(super) fn is_akin(typed: &str, wanted: &str) -> bool {
    let (typed_meaning, wanted_meaning) = (meaning(typed), meaning(wanted));
    let program = |text: &str| {
        let first = simple_commands(text).into_iter().next();
        first.and_then(|command| Some(command.words.first()?.text.clone()))
    };
    let verbs = |meaning: &Meaning| -> Vec<String> {
        meaning.invocations.iter().map(|known| known.verb.clone()).collect()
    };
    typed_meaning.reads_only
        && wanted_meaning.reads_only
        && program(typed).is_some_and(|typed| program(wanted) == Some(typed))
        && verbs(&typed_meaning) == verbs(&wanted_meaning)
}

fn same_request(typed: &Known, wanted: &Known) -> bool {
    if typed.canonical == wanted.canonical {
        return true;
    }
    let named = !wanted.objects.is_empty() || !wanted.files.is_empty();
    named
        && class(&typed.verb) == class(&wanted.verb)
        && !class(&wanted.verb).is_empty()
        && sorted(&typed.objects) == sorted(&wanted.objects)
        && files(typed) == files(wanted)
}

/// Verbs that do the same for a lab. Verbs whose flags are the point (`run`,
/// `expose`, `set`) are in none: only the very same request counts.
fn class(verb: &str) -> &str {
    match verb {
        "apply" | "create" | "replace" => "bring",
        "delete" => "delete",
        "get" | "describe" => verb,
        "logs" => "logs",
        _ => "",
    }
}

fn sorted(words: &[String]) -> Vec<&String> {
    let mut words: Vec<&String> = words.iter().collect();
    words.sort();
    words
}

fn files(known: &Known) -> Vec<&str> {
    let mut files: Vec<&str> =
        known.files.iter().map(|file| file.trim_start_matches("./")).collect();
    files.sort_unstable();
    files
}

/// Programs one by one; of their operands those that name something (a URL, a
/// path, a host) must agree, or all of them where none does.
fn same_program(typed: &str, wanted: &str) -> bool {
    let (typed, wanted) = (simple_commands(typed), simple_commands(wanted));
    let words = |command: &crate::shell::SimpleCommand| -> Vec<String> {
        command.words.iter().map(|word| word.text.clone()).collect()
    };
    typed.len() == wanted.len()
        && !wanted.is_empty()
        && typed.iter().zip(&wanted).all(|(typed, wanted)| {
            let (typed, wanted) = (words(typed), words(wanted));
            typed.first() == wanted.first() && same_operands(&typed, &wanted)
        })
}

fn same_operands(typed: &[String], wanted: &[String]) -> bool {
    let operands = |words: &[String]| -> Vec<String> {
        let plain: Vec<String> =
            words.iter().skip(1).filter(|word| !word.starts_with('-')).cloned().collect();
        let naming: Vec<String> = plain
            .iter()
            .filter(|word| word.contains(['/', '.', ':']))
            // What curl and its like assume where nobody says it.
            .map(|word| word.trim_start_matches("http://").trim_end_matches('/').to_owned())
            .collect();
        if naming.is_empty() { plain } else { naming }
    };
    let (typed, wanted) = (operands(typed), operands(wanted));
    typed.len() == wanted.len()
        && typed.iter().zip(&wanted).all(|(typed, wanted)| matches(typed, wanted))
}

fn squeezed(text: &str) -> String {
    let lines = text.replace("\\\n", " ");
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Equal, where a gap of `wanted` fits anything without a space or a slash.
fn matches(typed: &str, wanted: &str) -> bool {
    let gaps = placeholders(wanted);
    if gaps.is_empty() {
        return typed == wanted;
    }
    let mut pattern = String::from("^");
    let mut copied = 0;
    for gap in gaps {
        pattern.push_str(&regex::escape(&wanted[copied..gap.span.start]));
        pattern.push_str(r"[^\s/]+");
        copied = gap.span.end;
    }
    pattern.push_str(&regex::escape(&wanted[copied..]));
    pattern.push('$');
    regex::Regex::new(&pattern).is_ok_and(|regex| regex.is_match(typed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_and_equivalent_lines_count() {
        let check = |typed: &str, wanted: &str, counts: bool| {
            assert_eq!(counts_as(typed, wanted, &meaning(wanted)), counts, "{typed} / {wanted}");
        };
        check("kubectl apply -f a.yaml", "kubectl apply -f a.yaml", true);
        check("kubectl  apply  -f   a.yaml ", "kubectl apply -f a.yaml", true);
        check("kubectl apply --filename=./a.yaml", "kubectl apply -f a.yaml", true);
        check("kubectl create -f a.yaml", "kubectl apply -f a.yaml", true);
        check("kubectl apply -f b.yaml", "kubectl apply -f a.yaml", false);
        check("kubectl get po", "kubectl get pods", true);
        check("kubectl get pods", "kubectl get svc", false);
        check("kubectl delete pod/x", "kubectl delete pod x", true);
        check("kubectl get pods -w", "kubectl get pods", false);
        check("kubectl get pods --watch", "kubectl get pods -w", true);
        check("kubectl describe pod x", "kubectl delete pod x", false);
        check("kubectl expose pod x --port=1", "kubectl expose pod x --port=2", false);
        check("curl -s http://10.0.0.1:9876/info", "curl http://10.0.0.1:9876/info", true);
        check("curl http://10.0.0.1:9876/info", "curl http://<IP>:9876/info", true);
        check("curl http://10.0.0.1:9876/env", "curl http://<IP>:9876/info", false);
        check("curl http://10.0.0.1/", "curl --connect-timeout 2 http://10.0.0.1/", true);
        check("wget http://10.0.0.1/", "curl http://10.0.0.1/", false);
        check("exit", "exit", true);
        check("", "exit", false);
        check("ls", "kubectl get pods", false);
    }
}
