"""The notebooks about seizures run on what there is and on nothing, and are committed whole."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = ("seizures", "data_quality", "compare")


@pytest.mark.parametrize(
    ("name", "nowhere"),
    [("seizures", {"country": "FRA"}), ("data_quality", {"country": "FRA"}), ("compare", {"countries": "FRA,DEU"})],
)
def test_an_empty_selection_is_said_in_words(run: Any, name: str, nowhere: dict[str, str]) -> None:
    shown = run(name, **nowhere, start="1900", end="1901")
    kinds = [item["kind"] for item in shown]
    assert "figure" not in kinds
    assert kinds.count("nothing") >= 4
    assert all(item["text"].endswith(".") and "nan" not in item["text"] for item in shown if item["kind"] == "nothing")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("seizures", {"country": "TJK", "start": "2010"}),
        ("seizures", {"country": "KGZ"}),
        ("seizures", {"country": "AFG", "start": "2018", "end": "2022"}),
        ("data_quality", {"country": "all"}),
        ("compare", {"countries": "PAK,TJK,AFG,KGZ", "start": "2015"}),
    ],
)
def test_other_selections(run: Any, name: str, chosen: dict[str, str]) -> None:
    figures = [item for item in run(name, **chosen) if item["kind"] == "figure"]
    assert figures
    assert all(len(item["alt"]) > 40 and item["csv"].count("\n") > 1 for item in figures)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_committed_whole_and_without_machine(root: Path, name: str) -> None:
    text = (root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    made = json.loads(text)
    cells = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert all(output["output_type"] != "error" for cell in cells for output in cell["outputs"])
    assert set(made["metadata"]) <= {"inl_evidence", "kernelspec", "language_info"}
    assert not re.search(r"/home/|/tmp/|papermill|0x[0-9a-f]{8}", text)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_cell_fits_on_a_screen_and_holds_no_files(root: Path, name: str) -> None:
    made = json.loads((root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        assert source.count("\n") < 40
        assert not re.search(r"open\(|read_csv|\.csv|\.parquet|Path\(", source)
