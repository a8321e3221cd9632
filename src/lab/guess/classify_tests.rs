use super::*;
use crate::lab::guess::languages::language;
use crate::lab::guess::statements::opens_program;

fn decided_example(rows: &[Row], example: &Example) -> (BlockKind, &'static str) {
    let (_, language) = language(example.language);
    let opened = opens_program(example.command);
    let announcement = Announcement::of(&[example.announcement.to_owned()]);
    let session = session(language, example.text, &announcement, opened);
    decided(
        rows,
        &Facts {
            language,
            text: example.text,
            session: &session,
            announcement: &announcement,
            command_before: (!example.command.is_empty()).then_some(example.command),
            is_below_inline_command: is_inline_command(&announcement),
            command_above: (!example.command.is_empty()).then_some(example.command),
        },
    )
}

#[test]
fn each_row_decides_its_example_and_is_needed_for_it() {
    for (at, row) in ROWS.iter().enumerate() {
        assert_eq!(decided_example(ROWS, &row.example), (row.kind, row.reason));
        let others = [&ROWS[..at], &ROWS[at + 1..]].concat();
        let (kind, reason) = decided_example(&others, &row.example);
        assert_ne!(kind, row.kind, "`{}` is not needed: `{reason}` tells the same", row.reason);
    }
}

#[test]
fn no_two_rows_have_the_same_reason() {
    let mut reasons: Vec<_> = ROWS.iter().map(|row| row.reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    assert_eq!(reasons.len(), ROWS.len());
}

#[test]
fn what_nothing_tells_is_other() {
    let example = block("", "http://<IP>:31499\n").after("ls");
    assert_eq!(decided_example(ROWS, &example), (BlockKind::Other, "nothing tells what it is"));
}

#[test]
fn close_calls_are_reasons_of_rows() {
    for reason in CLOSE_CALLS {
        assert!(ROWS.iter().any(|row| row.reason == *reason), "{reason}");
    }
}
