//! Any text is a script that a container's shell can run: nothing panics, and what it writes
//! and takes stays bounded.

#![no_main]

use libfuzzer_sys::fuzz_target;
use podlab::sandbox::Rehearsal;

const SHELLS: [&str; 3] = ["sh", "bash", "dash"];

fuzz_target!(|input: (u8, &str)| {
    let (which, text) = input;
    let shell = SHELLS[usize::from(which) % SHELLS.len()];
    let written = Rehearsal::script(shell, text, 5).expect("the images can be read");
    assert!(written.len() < 64 << 20, "what it writes is bounded");
});
