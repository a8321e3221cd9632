#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| podlab_fuzz::walkthrough(text));
