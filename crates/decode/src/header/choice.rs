use std::fmt;

use super::names::separator_of;
use super::{Heading, MAX_COLUMNS, MAX_HEADER, Mark};
use crate::formats::csv::Columns;
use crate::formats::meaning::Meaning;

/// What a user says that columns or keys are: `src=client_ip`, `dport=7`.
///
/// A name stands for the column of a header or the key of a pair, and overrides what would be
/// guessed from names; a number for the column of a table, the first being 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    chosen: Vec<(Meaning, Box<[u8]>)>,
}

/// A text that names no column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseChoiceError {
    text: String,
}

impl fmt::Display for ParseChoiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: write FIELD=NAME or FIELD=NUMBER, such as src=client_ip; the fields are",
            rutter_event::Untrusted::new(self.text.as_bytes()).terminal()
        )?;
        Meaning::choices().try_for_each(|choice| write!(f, " {choice}"))
    }
}

impl std::error::Error for ParseChoiceError {}

impl Choice {
    /// Adds one column, `FIELD=NAME`.
    ///
    /// # Errors
    /// When there is no such field, or no name behind it.
    pub fn add(&mut self, text: &str) -> Result<(), ParseChoiceError> {
        let read = || {
            let (field, name) = text.split_once('=')?;
            let meaning = Meaning::chosen(field.trim())?;
            Some((meaning, name.trim())).filter(|(_, name)| !name.is_empty())
        };
        let (meaning, name) = read().ok_or_else(|| ParseChoiceError {
            text: text.to_owned(),
        })?;
        self.chosen.push((meaning, Box::from(name.as_bytes())));
        Ok(())
    }

    /// Whether nothing is chosen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// What a column or key of this name is, by choice or by what its name means; names of what is
    /// chosen elsewhere mean nothing. With how plainly it says so: the lower the plainer.
    pub(crate) fn meaning(&self, name: &[u8]) -> Option<(Meaning, usize)> {
        if let Some((meaning, _)) = self.chosen.iter().find(|(_, chosen)| **chosen == *name) {
            return Some((*meaning, 0));
        }
        Meaning::of(name)
            .filter(|(meaning, _)| self.chosen.iter().all(|(known, _)| known != meaning))
    }

    /// The columns of a record whose columns are chosen by number, when it has them all.
    pub(super) fn numbered<'a>(&'a self, line: &'a [u8]) -> Option<Heading<'a>> {
        if line.len() > MAX_HEADER {
            return None;
        }
        let separator = separator_of(line);
        let mut columns = Columns::parted(line, separator);
        let mut count = 0;
        while count <= MAX_COLUMNS && columns.next().is_some() {
            count += 1;
        }
        let place = |name: &[u8]| -> Option<usize> { std::str::from_utf8(name).ok()?.parse().ok() };
        let mut names = vec![&b""[..]; count];
        for (_, name) in &self.chosen {
            *names.get_mut(place(name)?.checked_sub(1)?)? = name;
        }
        (separator != b' ' && count <= MAX_COLUMNS).then_some(Heading {
            mark: Mark::Bare,
            separator,
            path: b"",
            names,
            choice: Some(self),
        })
    }
}
