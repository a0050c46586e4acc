//! Sentences: messages of fixed words with values between them, as vendors' guides print them.

use rutter_event::Refusal;

use crate::scan::find;
use crate::search;

/// A part of a sentence. `F` names the values of a format.
pub(crate) enum Piece<F: 'static> {
    /// Fixed words. A blank stands for one blank or more.
    Says(&'static str),
    /// A value.
    Holds(F),
    /// Parts that may be missing; they begin with fixed words, by which they are recognised.
    May(&'static [Piece<F>]),
}

/// Reads the values of a sentence.
pub(crate) trait Values<'a, F> {
    /// Takes `field` from the start of `text` and gives what is left. `stop` are the fixed words
    /// that follow, or nothing.
    ///
    /// # Errors
    /// Why the value cannot be trusted.
    fn take(&mut self, field: &F, text: &'a [u8], stop: &'static str) -> Result<&'a [u8], Refusal>;
}

/// Reads `text` along the pieces and gives what stands behind them.
///
/// # Errors
/// [`Refusal::Truncated`] where the text ends too early, [`Refusal::BadSyntax`] where it says
/// something else, and what `values` refuses.
pub(crate) fn follow<'a, F>(
    pieces: &[Piece<F>],
    text: &'a [u8],
    values: &mut dyn Values<'a, F>,
) -> Result<&'a [u8], Refusal> {
    follow_before("", pieces, text, values)
}

/// As [`follow`], where the words `behind` stand behind the pieces.
fn follow_before<'a, F>(
    behind: &'static str,
    pieces: &[Piece<F>],
    mut text: &'a [u8],
    values: &mut dyn Values<'a, F>,
) -> Result<&'a [u8], Refusal> {
    let mut pieces = pieces.iter();
    while let Some(piece) = pieces.next() {
        let stop = || match pieces.as_slice().first() {
            Some(Piece::Says(words)) => words,
            None => behind,
            _ => "",
        };
        text = match piece {
            Piece::Says(words) => strip(words.as_bytes(), text)?,
            Piece::Holds(field) => values.take(field, text, stop())?,
            Piece::May(inner) => {
                let begins = match inner.first() {
                    Some(Piece::Says(words)) => strip(words.as_bytes(), text).is_ok(),
                    _ => false,
                };
                if begins {
                    follow_before(stop(), inner, text, values)?
                } else {
                    text
                }
            }
        };
    }
    Ok(text)
}

/// Of two wordings that do not fit, the reason that tells more: what a value cannot be, then that the
/// text ends too early, then that it says something else.
pub(crate) const fn telling(first: Refusal, other: Refusal) -> Refusal {
    const fn rank(why: Refusal) -> u8 {
        match why {
            Refusal::Unsupported => 0,
            Refusal::BadSyntax => 1,
            Refusal::Truncated => 2,
            _ => 3,
        }
    }
    if rank(other) > rank(first) {
        other
    } else {
        first
    }
}

/// What stands behind the words.
#[inline]
fn strip<'a>(words: &[u8], mut text: &'a [u8]) -> Result<&'a [u8], Refusal> {
    if let Some(rest) = text.strip_prefix(words)
        && (words.last() != Some(&b' ') || rest.first() != Some(&b' '))
    {
        return Ok(rest);
    }
    for word in words {
        text = match text.split_first() {
            Some((byte, rest)) if byte == word => rest,
            Some(_) => return Err(Refusal::BadSyntax),
            None => return Err(Refusal::Truncated),
        };
        if *word == b' ' {
            text = text.trim_ascii_start();
        }
    }
    Ok(text)
}

/// The text before `stop`, without blanks around it, and the text from there on. Without `stop` it
/// is all of the text.
///
/// # Errors
/// [`Refusal::Truncated`] when `stop` does not follow.
pub(crate) fn until<'a>(
    text: &'a [u8],
    stop: &'static str,
) -> Result<(&'a [u8], &'a [u8]), Refusal> {
    if stop.is_empty() {
        return Ok((text.trim_ascii(), b""));
    }
    let stop = stop.as_bytes();
    // Most values are a word, and what follows begins with the blank behind it.
    let blank = find(b' ', text).unwrap_or(text.len());
    let at = match text.get(blank..) {
        Some(rest) if stop.first() == Some(&b' ') && rest.starts_with(stop) => blank,
        _ => search::find(text, stop).ok_or(Refusal::Truncated)?,
    };
    let (value, rest) = text.split_at_checked(at).ok_or(Refusal::Truncated)?;
    Ok((value.trim_ascii(), rest))
}

/// The bytes up to the first blank, and the text from there on.
pub(crate) fn word(text: &[u8]) -> (&[u8], &[u8]) {
    let end = find(b' ', text).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, b""))
}

#[cfg(test)]
mod tests {
    use super::Piece::{Holds, May, Says};
    use super::*;

    struct Words<'a>(Vec<(&'a str, &'a [u8])>);

    impl<'a> Values<'a, &'a str> for Words<'a> {
        fn take(
            &mut self,
            field: &&'a str,
            text: &'a [u8],
            stop: &'static str,
        ) -> Result<&'a [u8], Refusal> {
            let (value, rest) = if stop.is_empty() {
                word(text)
            } else {
                until(text, stop)?
            };
            self.0.push((field, value));
            Ok(rest)
        }
    }

    #[test]
    fn sentences() {
        static PIECES: [Piece<&str>; 6] = [
            Says("Deny "),
            Holds("what"),
            May(&[Says(" of "), Holds("whose")]),
            Says(" from "),
            Holds("whom"),
            May(&[Says(" ever")]),
        ];
        let read = |text: &'static str| {
            let mut words = Words(Vec::new());
            follow(&PIECES, text.as_bytes(), &mut words).map(|_| words.0)
        };
        let all: Vec<(&str, &[u8])> = vec![("what", b"tcp"), ("whose", b"a b"), ("whom", b"me")];
        assert_eq!(read("Deny tcp of a b from me"), Ok(all.clone()));
        assert_eq!(read("Deny   tcp  of a b  from   me"), Ok(all));
        assert_eq!(read("Den"), Err(Refusal::Truncated));
        assert_eq!(read("Deny tcp fro"), Err(Refusal::Truncated));
        assert_eq!(read("Denied tcp"), Err(Refusal::BadSyntax));
    }
}
