use std::fmt::Write;

use super::flag::{Flag, Takes};
use super::flags::GLOBAL;
use super::sub_verb::SubVerbRow;
use super::verb::{Native, Verb};
use super::verbs::VERBS;

/// The help of a verb: what it does, how it is typed, its flags; those that need a
/// real kubectl are marked. Of [`Verb::Help`], the list of verbs.
pub fn help(verb: Verb) -> String {
    let row = verb.row();
    if verb == Verb::Help {
        return overview();
    }
    let mut out = format!("{}.\n\nUsage:\n  kubectl {} {}\n", row.about, row.name, row.usage);
    if !row.sub_verbs.is_empty() {
        let _ = write!(out, "\nVerbs below it:\n  {}\n", row.sub_verbs.join(", "));
    }
    let Some(sets) = row.flags else {
        out.push_str("\npodlab does not do this verb itself; a real kubectl on PATH is asked.\n");
        return out;
    };
    let done: &[&str] = match row.native {
        Native::Flags { done, .. } => done,
        Native::No => &[],
    };
    let mut flags: Vec<&Flag> = sets.iter().copied().flatten().collect();
    flags.sort_by_key(|flag| flag.long);
    out.push_str("\nFlags (* needs a real kubectl):\n");
    for flag in flags {
        let mark = if done.contains(&flag.long) { ' ' } else { '*' };
        line(&mut out, flag, mark);
    }
    out.push_str("\n\"kubectl options\" lists the flags that every verb accepts.\n");
    out
}

/// The help of a verb below another one.
pub fn sub_help(row: &SubVerbRow) -> String {
    let mut out = format!(
        "{}.\n\nUsage:\n  kubectl {} {} {}\n",
        row.about,
        row.verb.name(),
        row.name,
        row.usage
    );
    let mut flags: Vec<&Flag> = row.flags.iter().copied().flatten().collect();
    flags.sort_by_key(|flag| flag.long);
    if !flags.is_empty() {
        out.push_str("\nFlags (* needs a real kubectl):\n");
    }
    for flag in flags {
        line(&mut out, flag, if row.missing.contains(&flag.long) { '*' } else { ' ' });
    }
    out.push_str("\n\"kubectl options\" lists the flags that every verb accepts.\n");
    out
}

/// The flags that every verb accepts.
pub fn global_help() -> String {
    let mut out = String::from("Flags that every verb accepts:\n");
    for flag in GLOBAL {
        line(&mut out, flag, ' ');
    }
    out
}

fn overview() -> String {
    let mut out = String::from("kubectl, as podlab does it (* needs a real kubectl on PATH).\n\n");
    for row in VERBS {
        let mark = if matches!(row.native, Native::No) { '*' } else { ' ' };
        let _ = writeln!(out, " {mark}{:15} {}", row.name, row.about);
    }
    out.push_str("\n\"kubectl VERB --help\" says more about a verb.\n");
    out
}

fn line(out: &mut String, flag: &Flag, mark: char) {
    let letter = flag.short.map_or_else(|| "    ".to_owned(), |letter| format!("-{letter}, "));
    let value = match flag.takes {
        Takes::Switch if flag.default == "true" => "=true",
        Takes::Switch => "",
        Takes::Text | Takes::List | Takes::Repeated => "=TEXT",
        Takes::Optional(_) => "[=TEXT]",
        Takes::Number => "=NUMBER",
        Takes::Duration => "=DURATION",
    };
    let spelled = format!("{letter}--{}{value}", flag.long);
    let _ = write!(out, " {mark}{spelled:36} {}", flag.about);
    if !flag.default.is_empty() && flag.takes != Takes::Switch {
        let _ = write!(out, " (default {})", flag.default);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_verb_lists_its_flags_and_marks_what_is_not_native() {
        insta::assert_snapshot!(help(Verb::Attach), @r#"
        Attach to a process that runs in a container.

        Usage:
          kubectl attach POD | TYPE/NAME [-c CONTAINER] [-it]

        Flags (* needs a real kubectl):
          -c, --container=TEXT                 the container's name
         *    --detach-keys=TEXT               keys that leave the container running
              --pod-running-timeout=DURATION   how long to wait for the pod to run
          -q, --quiet                          print what the container prints, nothing else
          -i, --stdin                          pass standard input on
          -t, --tty                            standard input is a terminal

        "kubectl options" lists the flags that every verb accepts.
        "#);
    }

    #[test]
    fn every_verb_has_help() {
        for row in VERBS {
            let text = help(row.verb);
            assert!(row.verb == Verb::Help || text.contains(row.name), "{}", row.name);
        }
        assert!(global_help().contains("--kubeconfig"));
    }
}
