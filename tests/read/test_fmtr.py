"""The reader of the training report: columns, lines, and blocks that end where a report ends."""

from __future__ import annotations

from pathlib import Path

from analysis.read import blocks, fmtr
from analysis.read.parse import parse
from exports_by_hand import fmtr_row, write_fmtr, write_ids


def test_rows_as_text_with_their_lines(tmp_path: Path) -> None:
    path = write_fmtr(tmp_path / "a.tsv", [fmtr_row(quantity="N/A"), fmtr_row(unit="None ", cost="")])
    assert fmtr.recognise(path)
    (batch,) = fmtr.batches(path, "fmtr/a.tsv")
    assert batch.file == "fmtr/a.tsv"
    assert batch.lines.tolist() == [2, 3]
    assert batch.table["training:quantity"].to_pylist() == ["N/A", "1"]
    assert batch.table["training:recipient_unit"].to_pylist() == ["Signal Unit", "None "]
    assert batch.table["training:total_cost"].to_pylist() == ["$1,000", ""]


def test_the_seizures_export_is_not_recognised(tmp_path: Path) -> None:
    assert not fmtr.recognise(write_ids(tmp_path / "a.csv", []))


def test_a_block_does_not_cut_a_report(tmp_path: Path) -> None:
    rows = [fmtr_row(report=f"report_{n // 10}.xml") for n in range(60)]
    path = write_fmtr(tmp_path / "a.tsv", rows)
    seen: list[set[str]] = []
    for block in blocks.blocks(path, fmtr.layout(path), 3000):
        seen.append(set(parse(block).table["report:source_file"].to_pylist()))
    assert len(seen) > 3
    assert sum(map(len, seen)) == 6
