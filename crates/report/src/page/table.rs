//! Tables, and how wide their columns become.

use super::Line;

/// Rows and columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Line>>,
}

/// A column with its title.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) right: bool,
    /// Down to how many columns of the screen it may be narrowed, its cells taking several lines;
    /// nothing for columns that keep their width.
    pub(crate) least: Option<usize>,
}

impl Column {
    /// Text that keeps its width.
    pub(crate) fn fixed(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            right: false,
            least: None,
        }
    }

    /// Numbers.
    pub(crate) fn number(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            right: true,
            least: None,
        }
    }

    /// Text that may be broken.
    pub(crate) fn text(title: &str, least: usize) -> Self {
        Self {
            title: title.to_owned(),
            right: false,
            least: Some(least),
        }
    }
}

/// Blanks between columns.
pub(super) const GAP: usize = 2;
/// A first cell that is longer than this stands on a line of its own: IPv6 addresses must not take
/// the room of a table that mostly holds IPv4.
pub(super) const FIRST: usize = 18;

/// How wide each column becomes, given how wide its widest cell is.
pub(super) fn widths(columns: &[Column], natural: &[usize], room: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = natural.to_vec();
    if let Some(first) = widths.first_mut() {
        *first = (*first).min(FIRST);
    }
    let gaps = GAP * columns.len().saturating_sub(1);
    while widths.iter().sum::<usize>() + gaps > room {
        // The widest of those that may still give.
        let widest = widths
            .iter_mut()
            .zip(columns)
            .filter(|(width, column)| column.least.is_some_and(|least| **width > least))
            .max_by_key(|(width, _)| **width);
        match widest {
            Some((width, _)) => *width -= 1,
            None => break,
        }
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_gives_first() {
        let columns = [
            Column::fixed("a"),
            Column::text("b", 10),
            Column::text("c", 5),
            Column::number("d"),
        ];
        assert_eq!(widths(&columns, &[39, 30, 12, 6], 200), [18, 30, 12, 6]);
        assert_eq!(widths(&columns, &[15, 30, 12, 6], 60), [15, 21, 12, 6]);
        assert_eq!(widths(&columns, &[15, 30, 12, 6], 20), [15, 10, 5, 6]);
    }
}
