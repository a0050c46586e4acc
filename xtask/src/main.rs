//! Generators and checks for those who build rutter.

fn main() {}
