//! Events as a table in Apache Parquet: the columns of [`COLUMNS`](super::COLUMNS) in types of their own.
//!
//! `README.md` beside this file describes the schema. Workers fill [`Rows`]; a [`Table`] takes them
//! in order and holds no more than one row group, encoded or not.

mod rows;
mod schema;

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};

pub use rows::{Rows, write_parquet};

use rows::{Column, ROW_GROUP};
use schema::{Kind, Physical};

/// A Parquet file in the making.
pub struct Table {
    /// Encodes into memory, from where every finished row group is passed on.
    file: SerializedFileWriter<Vec<u8>>,
    /// Rows of the next group.
    waiting: Rows,
}

impl Table {
    /// An empty table.
    ///
    /// # Errors
    /// When the schema is refused, which is a fault of this program.
    pub fn new() -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(concat!("rutter ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let schema = schema::message().map_err(io::Error::other)?;
        let file = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties))
            .map_err(io::Error::other)?;
        Ok(Self {
            file,
            waiting: Rows::default(),
        })
    }

    /// Takes rows in, and writes every row group that is full to `out`.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn put(&mut self, rows: &Rows, out: &mut dyn Write) -> io::Result<()> {
        let mut from = 0;
        while from < rows.len() {
            from += self.waiting.take_from(rows, from);
            if self.waiting.len() >= ROW_GROUP {
                self.write_group(out)?;
            }
        }
        Ok(())
    }

    /// Writes what is left, and the footer without which nothing of a file can be read.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.waiting.len() > 0 {
            self.write_group(out)?;
        }
        let rest = self.file.into_inner().map_err(failed)?;
        out.write_all(&rest)?;
        out.flush()
    }

    fn write_group(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let rows = mem::take(&mut self.waiting);
        let mut group = self.file.next_row_group().map_err(failed)?;
        for (column, (_, kind)) in rows.into_columns().into_iter().zip(schema::KINDS) {
            if let Some(mut writer) = group.next_column().map_err(failed)? {
                write_column(column, kind, &mut writer).map_err(failed)?;
                writer.close().map_err(failed)?;
            }
        }
        group.close().map_err(failed)?;
        self.file.flush()?;
        // The file counts its bytes by itself, so they need not stay.
        out.write_all(self.file.inner())?;
        self.file.inner_mut().clear();
        Ok(())
    }
}

/// Errors of writing are told as they are; the rest is a fault of this program.
fn failed(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

fn write_column(
    column: Column,
    kind: Kind,
    writer: &mut SerializedColumnWriter<'_>,
) -> Result<usize, ParquetError> {
    let levels = column.levels();
    match (column, kind.physical()) {
        (Column::Numbers(cells), Physical::Int32) => {
            // The type is unsigned and as wide as the field, so the low bits are the number.
            let values: Vec<i32> = cells.into_iter().flatten().map(|n| n as i32).collect();
            let column = writer.typed::<Int32Type>();
            column.write_batch(&values, Some(&levels), None)
        }
        (Column::Numbers(cells), _) => {
            let values: Vec<i64> = cells.into_iter().flatten().collect();
            let column = writer.typed::<Int64Type>();
            column.write_batch(&values, Some(&levels), None)
        }
        (Column::Texts(texts), _) => {
            let column = writer.typed::<ByteArrayType>();
            column.write_batch(&texts.into_values(), Some(&levels), None)
        }
    }
}
