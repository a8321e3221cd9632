use std::io::{Read, Write};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use pty_process::blocking::{Command, Pty, open};
use tui_term::vt100;

use super::Program;
use super::program::signal;

/// How long a test waits for something that a person would wait for as well.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// `podlab` in a terminal, as a person sees it.
pub struct Screen {
    child: Child,
    pty: Option<Pty>,
    shown: Arc<(Mutex<vt100::Parser>, Condvar)>,
    reader: Option<JoinHandle<()>>,
    closed: Arc<AtomicBool>,
}

impl Screen {
    /// Starts `podlab` with these arguments in a terminal of this size.
    pub fn start(program: &Program, arguments: &[&str], columns: u16, rows: u16) -> Self {
        let words = program.words();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        Self::run(program, &[&words, arguments].concat(), columns, rows)
    }

    /// Starts any command line in a terminal of this size, in the program's home.
    pub fn run(program: &Program, words: &[&str], columns: u16, rows: u16) -> Self {
        let (pty, pts) = open().unwrap();
        pty.resize(pty_process::Size::new(rows, columns)).unwrap();
        let child = Command::new(words[0])
            .args(&words[1..])
            .current_dir(program.at("home"))
            .spawn(pts)
            .unwrap();
        let parser = vt100::Parser::new(rows, columns, 0);
        let shown = Arc::new((Mutex::new(parser), Condvar::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let reader = read_in_the_background(&pty, Arc::clone(&shown), Arc::clone(&closed));
        Self { child, pty: Some(pty), shown, reader: Some(reader), closed }
    }

    /// Types keys, as bytes.
    pub fn send(&mut self, keys: &str) {
        self.pty.as_mut().unwrap().write_all(keys.as_bytes()).unwrap();
    }

    /// Sends the program a signal, by name.
    pub fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// Whether [`Screen::close`] was not called.
    pub fn is_open(&self) -> bool {
        self.pty.is_some()
    }

    /// Closes the terminal, as a window is closed: nothing can be read or written any more.
    pub fn close(&mut self) {
        self.closed.store(true, Ordering::SeqCst);
        // A new size has the program draw, and what it draws ends the reading.
        self.resize(99, 33);
        self.reader.take().unwrap().join().unwrap();
        drop(self.pty.take());
    }

    /// What is on the screen, line by line.
    pub fn text(&self) -> String {
        self.shown.0.lock().unwrap().screen().contents()
    }

    /// What is inside of the frame whose title contains `title`; none where there is no such frame.
    pub fn pane(&self, title: &str) -> Option<String> {
        pane(&self.rows(), title)
    }

    /// The run's namespace, as the title line names it.
    #[track_caller]
    pub fn namespace(&self) -> String {
        self.wait_until("the namespace", |screen| screen.text().contains(" ns podlab-"));
        let text = self.text();
        let (_, rest) = text.split_once(" ns ").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// Leaves by keys, cleans up, and waits for the end.
    #[track_caller]
    pub fn quit(&mut self) {
        self.send("q");
        self.wait_until("the question", |screen| screen.text().contains("clean up"));
        self.send("c");
        assert_eq!(self.exit_code(), Some(0), "{}", self.text());
        self.wait_until("the terminal is whole again", Self::is_restored);
    }

    /// Whether the terminal is as the program found it: no alternate screen, no mouse, a cursor.
    pub fn is_restored(&self) -> bool {
        let parser = self.shown.0.lock().unwrap();
        let screen = parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Waits until `holds`; fails with the screen where that takes too long.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            let over = self.reader.as_ref().is_none_or(JoinHandle::is_finished);
            if holds(self) {
                return;
            }
            assert!(!over, "the program has ended without: {what}\n{}", self.text());
            assert!(Instant::now() < end, "waited in vain: {what}\n{}", self.text());
            let parser = self.shown.0.lock().unwrap();
            drop(self.shown.1.wait_timeout(parser, Duration::from_millis(200)).unwrap());
        }
    }

    /// Sends keys, again every few seconds, until `holds`.
    #[track_caller]
    pub fn press_until(&mut self, keys: &str, what: &str, holds: impl Fn(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < end, "pressed in vain: {what}\n{}", self.text());
            self.send(keys);
            let again = Instant::now() + Duration::from_secs(3);
            while !holds(self) && Instant::now() < again {
                let parser = self.shown.0.lock().unwrap();
                drop(self.shown.1.wait_timeout(parser, Duration::from_millis(200)).unwrap());
            }
        }
    }

    /// Waits until a pane contains `text`.
    #[track_caller]
    pub fn wait_for(&self, title: &str, text: &str) {
        self.wait_until(&format!("`{text}` in {title}"), |screen| {
            screen.pane(title).is_some_and(|pane| pane.contains(text))
        });
    }

    /// Changes the terminal's size.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.shown.0.lock().unwrap().screen_mut().set_size(rows, columns);
        let pty = self.pty.as_ref().unwrap();
        pty.resize(pty_process::Size::new(rows, columns)).unwrap();
    }

    /// Waits for the program's end and returns its exit code.
    #[track_caller]
    pub fn exit_code(&mut self) -> Option<i32> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < end, "the program does not end\n{}", self.text());
            let parser = self.shown.0.lock().unwrap();
            drop(self.shown.1.wait_timeout(parser, Duration::from_millis(50)).unwrap());
        }
    }

    fn rows(&self) -> Vec<Vec<String>> {
        let parser = self.shown.0.lock().unwrap();
        let screen = parser.screen();
        let (rows, columns) = screen.size();
        let cell = |row, column| match screen.cell(row, column) {
            Some(cell) if !cell.contents().is_empty() => cell.contents().to_owned(),
            _ => " ".to_owned(),
        };
        (0..rows).map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_in_the_background(
    pty: &Pty,
    shown: Arc<(Mutex<vt100::Parser>, Condvar)>,
    closed: Arc<AtomicBool>,
) -> JoinHandle<()> {
    use std::os::fd::AsFd;
    let output = pty.as_fd().try_clone_to_owned().unwrap();
    let mut output = std::fs::File::from(output);
    std::thread::spawn(move || {
        let mut bytes = [0; 8192];
        // On Linux the read of a pty whose other end is closed is an error.
        while let Ok(count @ 1..) = output.read(&mut bytes) {
            shown.0.lock().unwrap().process(&bytes[..count]);
            shown.1.notify_all();
            if closed.load(Ordering::SeqCst) {
                break;
            }
        }
        shown.1.notify_all();
    })
}

/// The inside of the frame whose top line contains `title`, found by its corners.
fn pane(rows: &[Vec<String>], title: &str) -> Option<String> {
    const TOP_LEFT: &[&str] = &["┌", "╭", "┏", "├", "┬", "╔"];
    const RIGHT: &[&str] = &["┐", "╮", "┓", "┤", "┬", "╗"];
    const BOTTOM: &[&str] = &["└", "╰", "┗", "├", "┴", "╚"];
    for (top, row) in rows.iter().enumerate() {
        let lefts = (0..row.len()).filter(|column| TOP_LEFT.contains(&row[*column].as_str()));
        for left in lefts {
            let right = (left + 1..row.len()).find(|at| RIGHT.contains(&row[*at].as_str()));
            let bottom =
                (top + 1..rows.len()).find(|at| BOTTOM.contains(&rows[*at][left].as_str()));
            // Not every corner belongs to a pane.
            let (Some(right), Some(bottom)) = (right, bottom) else { continue };
            if !row[left..right].concat().contains(title) {
                continue;
            }
            let inside = rows[top + 1..bottom].iter();
            return Some(inside.map(|row| row[left + 1..right].concat() + "\n").collect());
        }
    }
    None
}

#[test]
fn a_pane_is_found_by_its_title_and_read_within_its_frame() {
    let rows: Vec<Vec<String>> = ["┌ left ─┬ right ┐", "│┌ x    │two    │", "└───────┴───────┘"]
        .iter()
        .map(|line| line.chars().map(String::from).collect())
        .collect();
    assert_eq!(pane(&rows, "left").as_deref(), Some("┌ x    \n"));
    assert_eq!(pane(&rows, "right").as_deref(), Some("two    \n"));
    assert_eq!(pane(&rows, "middle"), None);
}
