#![no_main]

libfuzzer_sys::fuzz_target!(|line: &[u8]| rutter_fuzz::one("masscan", line));
