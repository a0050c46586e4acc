use std::ffi::OsStr;
use std::fmt;
use std::sync::Arc;

use rutter_event::Untrusted;

/// The name of a source as it was given or found; `-` is standard input.
///
/// Whoever may write into a log folder chooses file names, so a name leaves only by the exits of
/// [`Untrusted`]. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<[u8]>);

impl Name {
    /// Keeps the bytes as they are: on Unix those of the path, elsewhere its WTF-8 form.
    #[must_use]
    pub fn new(name: &OsStr) -> Self {
        Self(name.as_encoded_bytes().into())
    }

    /// The name, for showing.
    #[must_use]
    pub fn untrusted(&self) -> Untrusted<'_> {
        Untrusted::new(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.untrusted().fmt(f)
    }
}
