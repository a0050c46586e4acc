# The doors for those who build rutter. Each recipe is one or two commands; none is needed.

# What the recipes are
default:
    @just --list

# The README's first command
sample:
    cargo run --release -- report samples/frontier.log.gz

# Every test
test:
    cargo test --workspace --locked

# What the build machine does
ci:
    CI=true bash .ci/run

# Format, and look for what compilers and linters see
check:
    cargo fmt
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Ten thousand random splits of the whole and of each part of a profile; many minutes of one core
splits:
    RUTTER_SPLITS=10000 cargo test --release -p rutter-analysis --lib profile::laws
    RUTTER_SPLITS=10000 cargo test --release -p rutter-analysis --test merge any_split_in_any_order_gives_the_same_sum

# The documentation of every room, opened
doc:
    cargo doc --no-deps --workspace --open

# Rewrite what the pages of the log formats and the READMEs show; read the difference before you commit it
bless:
    BLESS=1 cargo test -p rutter-decode
    BLESS=1 cargo test -p rutter-cli --test readme

# Licences, advisories, sources (needs cargo-deny)
deny:
    cargo deny check

# Throw anything at a log format (needs a nightly compiler and cargo-fuzz)
fuzz format:
    cargo +nightly fuzz run --sanitizer none {{format}}

# Write the sample log again
write-sample:
    cargo xtask sample

# Instructions per line of every decoder, against docs/instructions.tsv (needs valgrind)
instructions:
    cargo xtask instructions

# A log of ten million lines, 2.5 GB, for benchmarks
bench-log out='bench.log' lines='10000000':
    cargo run --release -p xtask -- bench-log --lines {{lines}} --out {{out}}
