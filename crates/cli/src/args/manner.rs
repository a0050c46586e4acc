use clap::Args;
use clap::ValueEnum;
use clap::builder::PossibleValue;

/// How a command behaves towards the person at the terminal.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Manner")]
pub(crate) struct Manner {
    /// When to use colours
    ///
    /// `auto` uses them where output is a terminal, unless NO_COLOR says otherwise.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: Color,

    /// Say nothing on standard error but errors: no ledger, no notes, no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Auto => PossibleValue::new("auto").help("where output is a terminal"),
            Self::Always => PossibleValue::new("always").help("in pipes too"),
            Self::Never => PossibleValue::new("never").help("plain text"),
        })
    }
}

impl Color {
    /// Makes it so, for standard output and standard error.
    pub(crate) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
