//! How a text stream becomes lines when its records are not lines.
