"""The Parquet parts of bulk exports: one a batch and country, so that a country is loaded alone.

Belongs here: how parts are named, ordered, written and removed. Does not belong here: which batches there are
(``exports``), small tables (``store``).
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.clean.columns import Codes, compact, dictionary


def write_parts(table: pa.Table, rows: Codes, folder: Path, prefix: str, first: int) -> None:
    """Write rows of one batch, one part a country.

    Parameters
    ----------
    table : pyarrow.Table
        Has a ``country``; text columns are dictionaries.
    rows : array of int64
        Which rows to write, in their order.
    folder : Path
        The staged folder of the table; a part lies below it in ``country=<ISO3>``.
    prefix, first : str, int
        What the record ids of the file begin with, and the first line of the batch: together the name of its parts.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = pa.table({"country": pa.array(["PAK", "TJK", "PAK"]).dictionary_encode(), "value": [1.0, 2.0, 3.0]})
    >>> with TemporaryDirectory() as folder:
    ...     write_parts(rows, np.arange(3), Path(folder), "ids-asia", 2)
    ...     sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*.parquet"))
    ['country=PAK/ids-asia-000000002.parquet', 'country=TJK/ids-asia-000000002.parquet']
    """
    if not len(rows):
        return
    codes, countries = dictionary(table, "country")
    # numpy sorts short integers without comparing them
    order = rows[np.argsort(codes[rows].astype(np.int16), kind="stable")]
    ordered = _never_missing(table).take(pa.array(order))
    found, starts = np.unique(codes[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    texts = [column.name for column in table.schema if pa.types.is_dictionary(column.type)]
    for code, start, end in zip(found.tolist(), starts.tolist(), ends, strict=True):
        part = folder / f"country={countries[code] or 'none'}"
        part.mkdir(parents=True, exist_ok=True)
        # without the Arrow schema, dictionaries are read back as plain text
        pq.write_table(
            compact(ordered.slice(start, end - start)),
            part / f"{prefix}-{first:09d}.parquet",
            compression="lz4",
            use_dictionary=texts,
            write_statistics=False,
            store_schema=False,
        )


def _never_missing(table: pa.Table) -> pa.Table:
    """Say of texts, flags and whole numbers that none is missing: that need not be written then."""
    fields = [
        name.with_nullable(pa.types.is_floating(name.type) or pa.types.is_temporal(name.type)) for name in table.schema
    ]
    return pa.table(table.columns, schema=pa.schema(fields))


def take_back(folder: Path, prefix: str) -> None:
    """Remove the parts of a file that turned out to be unreadable further down.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = pa.table({"country": pa.array(["PAK"]).dictionary_encode(), "value": [1.0]})
    >>> with TemporaryDirectory() as folder:
    ...     write_parts(rows, np.arange(1), Path(folder), "ids-asia", 2)
    ...     take_back(Path(folder), "ids-asia")
    ...     list(Path(folder).rglob("*.parquet"))
    []
    """
    for path in folder.glob(f"country=*/{prefix}-*.parquet"):
        if re.fullmatch(rf"{re.escape(prefix)}-\d{{9}}", path.stem):
            path.unlink()
