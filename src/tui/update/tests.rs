//! Keys in their modes, and what comes of them.

use std::time::Duration;

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proptest::prelude::*;

use crate::engine::{
    Actor, Awaited, Ending, Event, Failure, Level, Outcome, Request, Size, StepIndex, TerminalId,
    Undo,
};
use crate::tui::fixture::{Scene, parse_key};
use crate::tui::state::{Pane, Phase, Status};
use crate::tui::{Effect, Highlights, Message, Mode};
use crate::watch::{Change, Followed, Health};

const STEP: StepIndex = StepIndex(0);

/// A scene in which the first step has passed, had made a pod, and is looked at.
fn passed() -> Scene {
    let mut scene = Scene::started(120, 40);
    scene.step_started(0, Actor::Podlab);
    scene.tell(Event::Made { step: Some(STEP), object: "pod/web".into() });
    scene.step_ended(0, Outcome::Passed);
    let _ = scene.press("p");
    scene
}

fn input(terminal: usize, bytes: &str) -> Request {
    Request::Input { terminal: TerminalId(terminal), bytes: bytes.into() }
}

#[test]
fn keys_ask_the_engine_for_what_they_mean() {
    let again = |undo| vec![Request::RunAgain { step: STEP, undo }];
    let fresh: fn() -> Scene = || Scene::started(120, 40);
    type Row = (fn() -> Scene, &'static str, Vec<Request>);
    let rows: Vec<Row> = vec![
        (fresh, "⏎", vec![Request::Run(STEP)]),
        (fresh, "⏎ ⏎", vec![Request::Run(STEP)]),
        (fresh, "s", vec![Request::Skip(STEP)]),
        (fresh, "n", vec![Request::Select(StepIndex(1))]),
        (
            fresh,
            "<down> <down>",
            vec![Request::Select(StepIndex(1)), Request::Select(StepIndex(2))],
        ),
        (fresh, "p", vec![]),
        (fresh, "n p", vec![Request::Select(StepIndex(1)), Request::Select(STEP)]),
        (fresh, "r", vec![Request::Run(STEP)]),
        (fresh, "u", vec![]),
        (fresh, "c", vec![Request::OpenTerminal]),
        (fresh, "x", vec![Request::Stop { terminal: TerminalId(0) }]),
        (fresh, "w n", vec![Request::Select(StepIndex(1))]),
        (fresh, "q c", vec![Request::Quit(Ending::CleanUp)]),
        (fresh, "q k", vec![Request::Quit(Ending::Keep)]),
        (fresh, "q <esc>", vec![]),
        (fresh, "^c", vec![]),
        (fresh, "^c ^c", vec![Request::Quit(Ending::CleanUp)]),
        (fresh, "t a ^c", vec![input(0, "a"), input(0, "\x03")]),
        (fresh, "t q <esc> <tab>", vec![input(0, "q"), input(0, "\x1b"), input(0, "\t")]),
        (fresh, "t ^] s", vec![Request::Skip(STEP)]),
        (fresh, "t ^5 s", vec![Request::Skip(STEP)]),
        (fresh, "e ⏎", vec![Request::Select(STEP), input(0, "\x15kubectl apply -f web.yaml\r")]),
        (fresh, "e ^u l s ⏎", vec![Request::Select(STEP), input(0, "\x15ls\r")]),
        (fresh, "e <esc> s", vec![Request::Skip(STEP)]),
        (fresh, "/ s <esc> s", vec![Request::Skip(STEP)]),
        (fresh, "? s <esc> s", vec![Request::Skip(STEP)]),
        (passed, "⏎ u", again(Undo::First)),
        (passed, "r ⏎", again(Undo::First)),
        (passed, "r r", again(Undo::No)),
        (passed, "r <esc>", vec![]),
        (passed, "u", vec![Request::Undo(STEP)]),
    ];
    for (scene, keys, wanted) in rows {
        assert_eq!(scene().press(keys), wanted, "{keys}");
    }
}

#[test]
fn a_step_that_made_nothing_is_run_again_at_once() {
    let mut scene = Scene::started(120, 40);
    scene.step_started(0, Actor::Podlab);
    scene.step_ended(0, Outcome::Interrupted);
    assert_eq!(scene.press("⏎"), [Request::RunAgain { step: STEP, undo: Undo::No }]);
}

#[test]
fn nothing_is_asked_for_before_the_run_has_started() {
    let mut scene = Scene::new(120, 40);
    assert_eq!(scene.press("⏎ s u e c t"), []);
    assert!(scene.screen().contains("note: no terminal is open yet"));
    let _ = scene.press("⏎");
    assert!(scene.screen().contains("not connected to kind-dev yet"), "{}", scene.screen());
}

#[test]
fn a_passed_step_hands_over_to_the_next_and_a_failed_one_stays() {
    let mut scene = Scene::started(120, 40);
    scene.step_started(0, Actor::Podlab);
    let elapsed = Duration::from_secs(1);
    let ended = |step, outcome| Message::Engine(Event::StepEnded { step, outcome, elapsed });
    let effects = scene.send(ended(STEP, Outcome::Passed));
    assert_eq!(effects, [Effect::Engine(Request::Select(StepIndex(1)))]);
    scene.step_started(1, Actor::Podlab);
    let failure = Failure {
        subject: "true".into(),
        expected: "a".into(),
        actual: "b".into(),
        line: 1,
        output: String::new(),
    };
    let effects = scene.send(ended(StepIndex(1), Outcome::Failed(failure)));
    assert_eq!(effects, []);
    assert_eq!(scene.state.progress.current, Some(StepIndex(1)));
}

#[test]
fn a_step_typed_by_hand_is_the_one_that_is_looked_at() {
    let mut scene = Scene::started(120, 40);
    scene.step_started(3, Actor::Person);
    assert_eq!(scene.state.progress.current, Some(StepIndex(3)));
}

#[test]
fn a_shell_that_opens_comes_to_the_front_but_not_under_the_hands_of_a_typist() {
    let shown = |scene: &Scene| scene.state.terminals.selected().unwrap().title.clone();
    let open = |scene: &mut Scene| {
        scene.tell(Event::TerminalOpened { terminal: TerminalId(1), title: "jump".into() });
    };
    let mut scene = Scene::started(120, 40);
    open(&mut scene);
    assert_eq!((shown(&scene).as_str(), scene.state.focus), ("jump", Pane::Instructions));
    let mut scene = Scene::started(120, 40);
    let _ = scene.press("t");
    open(&mut scene);
    assert_eq!((shown(&scene).as_str(), scene.state.focus), ("host", Pane::Terminal));
    // Running a step for the host brings the host's tab back.
    let mut scene = Scene::started(120, 40);
    open(&mut scene);
    let _ = scene.press("⏎");
    assert_eq!(shown(&scene), "host");
}

#[test]
fn the_end_of_the_terminal_that_is_typed_in_gives_the_keys_back() {
    let mut scene = Scene::started(120, 40);
    let _ = scene.press("t");
    scene.tell(Event::TerminalClosed { terminal: TerminalId(0) });
    assert_eq!(scene.state.mode(), Mode::Instructions);
    let _ = scene.press("t");
    assert_eq!(scene.press("a"), [], "an ended terminal takes no keys");
}

#[test]
fn a_changed_command_needs_its_shell() {
    let mut scene = Scene::started(120, 40);
    assert_eq!(scene.press("n n n e ⏎").len(), 3, "only the three selections");
    assert!(scene.screen().contains("the shell jump is not open"), "{}", scene.screen());
}

#[test]
fn shells_are_told_their_size_once_it_changes_and_not_when_another_pane_is_looked_at() {
    let mut scene = Scene::new(80, 24);
    let resized = |columns, rows| Effect::Engine(Request::Resize(Size { columns, rows }));
    assert_eq!(scene.resize(120, 40), [resized(118, 12)]);
    assert_eq!(scene.resize(120, 40), []);
    assert_eq!(scene.resize(80, 24), [resized(78, 17)]);
    assert_eq!(scene.press("w i t"), []);
    assert_eq!(scene.resize(59, 14), [], "no shell is made smaller than it can be seen");
}

#[test]
fn signals_and_hurry_leave_in_steps() {
    let mut scene = Scene::started(120, 40);
    let quit = Effect::Engine(Request::Quit(Ending::CleanUp));
    assert_eq!(scene.send(Message::Terminate), [quit]);
    assert_eq!(scene.state.mode(), Mode::Leaving);
    let event = parse_key("^c");
    assert_eq!(scene.send(Message::Key(event)), [Effect::Leave]);
    assert_eq!(scene.send(Message::Terminate), [Effect::Leave]);
}

#[test]
fn whoever_asked_to_leave_is_not_kept_and_others_can_read_what_is_left() {
    let ended = || Message::Engine(Event::RunEnded { left: vec![] });
    let mut asked = Scene::started(120, 40);
    let _ = asked.press("q c");
    assert_eq!(asked.send(ended()), [Effect::Leave]);
    let mut own = Scene::started(120, 40);
    own.tell(Event::CleaningUp { what: "pod/web".into() });
    assert_eq!(own.send(ended()), []);
    assert_eq!(own.state.phase, Phase::Ended { left: vec![] });
    assert_eq!(own.send(Message::EngineGone), []);
    assert_eq!(own.send(Message::Key(parse_key("q"))), [Effect::Leave]);
}

#[test]
fn an_engine_that_fails_without_a_word_ends_the_screen() {
    assert_eq!(Scene::new(120, 40).send(Message::EngineGone), [Effect::Leave]);
    assert_eq!(Scene::started(120, 40).send(Message::EngineGone), [Effect::Leave]);
}

#[test]
fn an_idle_screen_asks_for_no_time() {
    let mut scene = Scene::new(120, 40);
    assert_eq!(scene.state.next_tick(), None);
    scene.start();
    assert_eq!(scene.state.next_tick(), None, "no pods, no ages");
    scene.running(2);
    assert_eq!(scene.state.next_tick(), Some(1));
    scene.wait(11 * 60);
    assert_eq!(scene.state.next_tick(), Some(60), "ages in minutes");
    scene.wait(200 * 60);
    assert_eq!(scene.state.next_tick(), Some(3_600), "ages in hours");
    scene.step_started(0, Actor::Podlab);
    assert_eq!(scene.state.next_tick(), Some(1), "a step counts its seconds");
}

#[test]
fn text_that_is_marked_is_copied() {
    let mut scene = Scene::started(120, 40);
    scene.output(0, "ls\nlab.md\n");
    let event = |kind, column, row| {
        Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    let left = MouseButton::Left;
    let top = 25;
    assert_eq!(scene.send(event(MouseEventKind::Down(left), 1, top)), []);
    assert_eq!(scene.state.focus, Pane::Terminal);
    let _ = scene.send(event(MouseEventKind::Drag(left), 3, top + 1));
    let effects = scene.send(event(MouseEventKind::Up(left), 3, top + 1));
    let Some(Effect::Copy(text)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(text, "you@host:~/lab$ ls\nlab");
}

#[test]
fn a_click_selects_the_step_under_it() {
    let mut scene = Scene::started(120, 90);
    let row = scene.screen().lines().position(|row| row.contains("step 2 ·")).unwrap();
    let event = |kind| {
        let row = u16::try_from(row).unwrap();
        Message::Mouse(MouseEvent { kind, column: 9, row, modifiers: KeyModifiers::NONE })
    };
    let _ = scene.send(event(MouseEventKind::Down(MouseButton::Left)));
    let effects = scene.send(event(MouseEventKind::Up(MouseButton::Left)));
    assert_eq!(effects, [Effect::Engine(Request::Select(StepIndex(1)))]);
}

#[test]
fn the_watcher_comes_grows_and_goes() {
    let watcher = |scene: &Scene| scene.screen().lines().nth(2).unwrap().starts_with("┏ watcher");
    let mut wide = Scene::started(120, 40);
    let _ = wide.press("w");
    assert!(wide.screen().contains(" instructions ") && wide.screen().contains("┏ watcher"));
    let _ = wide.press("w");
    assert!(watcher(&wide), "{}", wide.screen());
    let _ = wide.press("w");
    assert!(wide.screen().contains("┏ instructions") && wide.screen().contains("┌ watcher"));
    let mut small = Scene::started(80, 24);
    let _ = small.press("w");
    assert!(watcher(&small));
    let _ = small.press("w");
    assert!(!watcher(&small));
}

#[test]
fn the_step_that_is_looked_at_stays_in_view_when_the_terminal_changes() {
    let mut scene = Scene::started(120, 40);
    let _ = scene.press("n n n");
    for (columns, rows) in [(80, 24), (60, 15), (150, 50), (61, 16)] {
        let _ = scene.resize(columns, rows);
        let inside = scene.inside(Pane::Instructions);
        assert!(inside.contains("▶  step 4 · jump"), "{columns}x{rows}\n{inside}");
    }
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut scene = Scene::started(120, 40);
    scene.output(0, &"line\n".repeat(50));
    let wheel = |kind, column, row| {
        Message::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })
    };
    let _ = scene.send(wheel(MouseEventKind::ScrollDown, 5, 5));
    assert_eq!(scene.state.instructions.scroll(), 3);
    let _ = scene.send(wheel(MouseEventKind::ScrollUp, 5, 30));
    let back =
        |scene: &Scene| scene.state.terminals.selected().unwrap().emulator.screen().scrollback();
    assert_eq!(back(&scene), 3);
    assert!(scene.screen().contains("3 lines back"));
    // Whoever types is at the end again.
    let _ = scene.press("t a");
    assert_eq!(back(&scene), 0);
}

#[test]
fn the_hint_comes_when_it_is_asked_for() {
    let mut scene = Scene::started(120, 40);
    assert!(!scene.screen().contains("hint: The image may take a while."));
    let _ = scene.press("h");
    assert!(scene.screen().contains("hint: The image may take a while."));
    let _ = scene.press("h");
    assert!(!scene.screen().contains("hint: The image may take a while."));
}

#[test]
fn terminals_answer_what_programs_ask_them() {
    let mut scene = Scene::started(120, 40);
    let bytes = b"\x1b[6n".to_vec();
    let event = Event::TerminalOutput { terminal: TerminalId(0), bytes };
    let effects = scene.send(Message::Engine(event));
    assert_eq!(effects, [Effect::Engine(input(0, "\x1b[1;17R"))]);
}

#[test]
fn a_step_that_is_reset_is_as_if_it_had_not_run() {
    let mut scene = passed();
    scene.tell(Event::Removed { object: "pod/web".into() });
    scene.tell(Event::StepReset { step: STEP });
    assert_eq!(scene.state.progress.step(STEP).unwrap().status, Status::Pending);
    assert_eq!(scene.press("⏎"), [Request::Run(STEP)]);
}

#[test]
fn code_is_coloured_once_it_is_known() {
    let mut scene = Scene::started(120, 40);
    let before = scene.screen();
    let highlights = Highlights::of(&scene.state.lab);
    let _ = scene.send(Message::Highlighted(highlights));
    assert_eq!(scene.screen(), before, "colours change no text");
    let lines: Vec<_> = scene.state.instructions.lines_from(0).collect();
    let roles = |text: &str| -> Vec<&str> {
        let line = lines.iter().find(|line| line.text().contains(text)).unwrap();
        line.spans.iter().map(|span| span.role.name()).collect()
    };
    assert!(roles("name: web # the name").contains(&"syntax-comment"));
    assert!(roles("name: web # the name").contains(&"syntax-name"));
    assert!(roles("kubectl apply").contains(&"syntax-name"));
}

fn any_message() -> impl Strategy<Value = Message> {
    let size = (0_u16..150, 0_u16..50).prop_map(|(columns, rows)| Size { columns, rows });
    let key = prop::sample::select(vec![
        "⏎",
        "<esc>",
        "<tab>",
        "<backtab>",
        "<down>",
        "<up>",
        "<pgdn>",
        "^c",
        "^]",
        "^u",
        "^j",
        "e",
        "s",
        "n",
        "p",
        "h",
        "r",
        "u",
        "x",
        "w",
        "t",
        "i",
        "z",
        "y",
        "c",
        "1",
        "2",
        "[",
        "]",
        "/",
        "?",
        "q",
        "g",
        "G",
        "j",
        "k",
        "N",
    ]);
    let mouse = (0_usize..6, 0_u16..150, 0_u16..50).prop_map(|(kind, column, row)| {
        let left = MouseButton::Left;
        let kind = [
            MouseEventKind::Down(left),
            MouseEventKind::Drag(left),
            MouseEventKind::Up(left),
            MouseEventKind::ScrollUp,
            MouseEventKind::ScrollDown,
            MouseEventKind::Moved,
        ][kind];
        MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }
    });
    prop_oneof![
        4 => key.prop_map(|key| Message::Key(parse_key(key))),
        1 => mouse.prop_map(Message::Mouse),
        1 => size.prop_map(Message::Resize),
        1 => "[a-z日\n\u{1b}]{0,9}".prop_map(Message::Paste),
        4 => any_event().prop_map(Message::Engine),
    ]
}

fn any_event() -> impl Strategy<Value = Event> {
    // One number more than there are, so that strangers are met as well.
    let step = (0_usize..6).prop_map(StepIndex);
    let terminal = (0_usize..4).prop_map(TerminalId);
    let elapsed = Duration::from_millis(10);
    let outcome = prop_oneof![
        Just(Outcome::Passed),
        Just(Outcome::Interrupted),
        "[a-z\u{1b}]{0,5}".prop_map(Outcome::Skipped),
        "[a-z\n\t日]{0,300}".prop_map(|text| Outcome::Failed(Failure {
            subject: text.clone(),
            expected: text.clone(),
            actual: text.clone(),
            line: 1,
            output: text,
        })),
    ];
    let text = "[a-z日\u{1b}\n]{0,40}";
    prop_oneof![
        (terminal.clone(), text)
            .prop_map(|(terminal, title)| Event::TerminalOpened { terminal, title }),
        (terminal.clone(), text)
            .prop_map(|(terminal, title)| Event::TerminalTitled { terminal, title }),
        (terminal.clone(), text).prop_map(|(terminal, text)| Event::TerminalOutput {
            terminal,
            bytes: text.into_bytes(),
        }),
        terminal.clone().prop_map(|terminal| Event::TerminalClosed { terminal }),
        (step.clone(), any::<bool>()).prop_map(|(step, person)| Event::StepStarted {
            step,
            by: if person { Actor::Person } else { Actor::Podlab },
        }),
        (step.clone(), text).prop_map(|(step, seen)| Event::Waiting {
            step,
            conditions: vec![Awaited { condition: seen.clone(), holds: false, seen }],
            timeout: Duration::from_secs(60),
        }),
        (step.clone(), terminal).prop_map(|(step, terminal)| Event::Streaming { step, terminal }),
        (step.clone(), outcome).prop_map(move |(step, outcome)| Event::StepEnded {
            step,
            outcome,
            elapsed
        }),
        (step.clone(), text).prop_map(|(step, value)| Event::Captured {
            step,
            name: "IP".into(),
            value,
            source: "s".into(),
        }),
        (step.clone(), text).prop_map(|(step, object)| Event::Made { step: Some(step), object }),
        step.prop_map(|step| Event::StepReset { step }),
        text.prop_map(|text| Event::Notice { level: Level::Warning, text }),
        text.prop_map(|what| Event::CleaningUp { what }),
        text.prop_map(|what| Event::RunEnded { left: vec![what] }),
        text.prop_map(|error| Event::Watch(Change::Health(
            Followed::Events,
            Health::Stale { since: crate::tui::fixture::noon(), error },
        ))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_at_whatever_size_it_can_be_drawn(
        messages in prop::collection::vec(any_message(), 0..40),
        (columns, rows) in (1_u16..150, 1_u16..50),
    ) {
        let mut scene = Scene::started(100, 30);
        scene.running(2);
        scene.probe_failed(3, 2);
        for message in messages {
            if let Message::Resize(size) = message {
                scene.size = Size { columns: size.columns.max(1), rows: size.rows.max(1) };
            }
            let _ = scene.send(message);
            let _ = scene.screen();
        }
        // The frame may have another size than the state was told last.
        scene.size = Size { columns, rows };
        let screen = scene.screen();
        prop_assert!(screen.chars().all(|c| c == '\n' || !c.is_control()));
    }
}

#[test]
fn who_types_does_so_in_the_shell_of_the_step_unless_they_chose_another() {
    let mut scene = Scene::started(120, 40);
    scene.tell(Event::TerminalOpened { terminal: TerminalId(1), title: "host 2".into() });
    scene.tell(Event::TerminalTitled { terminal: TerminalId(1), title: "watch".into() });
    assert_eq!(scene.press("t a ^]"), [input(0, "a")], "the step is for the host");
    assert_eq!(scene.press("2 t b ^]"), [input(1, "b")], "as chosen");
    assert_eq!(scene.press("n t c"), [Request::Select(StepIndex(1)), input(0, "c")]);
}

#[test]
fn nothing_between_two_steps_is_left_out_where_it_is_longer_than_the_screen() {
    let mut scene = Scene::started(80, 24);
    let _ = scene.press("n n");
    scene.step_started(2, Actor::Podlab);
    scene.step_ended(2, Outcome::Passed);
    assert!(scene.screen().contains("step 4 · jump"), "it fits: {}", scene.screen());

    // A very small screen: what stands between the two is read first.
    let mut scene = Scene::started(60, 15);
    scene.step_started(1, Actor::Podlab);
    let _ = scene.press("n");
    scene.step_ended(1, Outcome::Passed);
    let screen = scene.screen();
    assert!(screen.contains("for example") && screen.contains("Talk to it"), "{screen}");
    assert!(!screen.contains("step 3 · host"), "{screen}");
}
