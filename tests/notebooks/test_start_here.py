"""The tour: it shows what it promises, and other choices work as well."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from analysis.report.parameters import declared_parameters
from stored import cells, facts, items


@pytest.fixture(autouse=True)
def raw_beside(processed: Path, root: Path) -> None:
    """``explain`` reads the raw tables beside the clean ones."""
    beside = processed.parent / "raw"
    if not beside.exists():
        beside.symlink_to(root / "data" / "raw", target_is_directory=True)


def outputs(root: Path) -> dict[str, str]:
    """Return the source of each code cell and, with it, all that it shows as text or HTML."""
    said = {}
    for cell in cells(root, "start_here"):
        shown = [out.get("text", []) or out["data"].get("text/html", []) for out in cell["outputs"]]
        said["".join(cell["source"])] = "".join("".join(one) for one in shown)
    return said


def test_it_is_stored_whole_and_without_machine(root: Path) -> None:
    text = (root / "notebooks" / "start_here.ipynb").read_text(encoding="utf-8")
    code = cells(root, "start_here")
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert all(output["output_type"] != "error" for cell in code for output in cell["outputs"])
    assert not re.search(r"/home/|/tmp/|papermill|0x[0-9a-f]{8}", text)
    assert all(len(cell["source"]) < 20 for cell in code)


def test_its_parameters_are_declared(root: Path) -> None:
    assert list(declared_parameters(root / "notebooks" / "start_here.ipynb")) == ["country", "drug", "start", "end"]


def test_it_reads_ranges_in_words_beside_the_print(root: Path) -> None:
    (table,) = (item for item in items(root, "start_here") if item["kind"] == "table")
    columns = [column["label"] for column in table["columns"]]
    pairs = [(row[columns.index("As printed")], row[columns.index("Read as")]) for row in table["rows"]]
    assert ("around 456 kilogrammes", "about 456 kg (410.4 to 501.6 kg)") in pairs
    assert ("more 80 tons", "at least 80 t") in pairs


def test_it_follows_a_figure_to_its_line(root: Path) -> None:
    told = next(html for source, html in outputs(root).items() if "explain(" in source)
    (record,) = facts(root, "start_here")["latest"]["lineage"]["records"]
    assert f"<b>{record[2]}, line {record[3]}</b>" in told
    assert record[0] in told
    assert "rounding: half of the last printed digit" in told


def test_a_slip_is_answered(root: Path) -> None:
    told = next(text for source, text in outputs(root).items() if "slip" in source)
    assert [re.search(r"nearest: (\w+)|such as (\d+)", line)[0] for line in told.splitlines()] == [
        "nearest: Pakistan",
        "nearest: heroin",
        "such as 2019",
    ]


@pytest.mark.parametrize(
    ("chosen", "figures"),
    [
        ({"country": "TJK"}, 1),
        ({"country": "TJK", "drug": "hashish", "start": ""}, 1),
        ({"country": "AFG", "drug": "heroin_morphine"}, None),
        ({"country": "all", "drug": "charas", "start": "2018", "end": "2019"}, 1),
        ({"country": "FRA"}, 0),
        ({"start": "1900", "end": "1901"}, 0),
    ],
)
def test_other_choices(run: Any, chosen: dict[str, str], figures: int | None) -> None:
    shown = [item["kind"] for item in run("start_here", **chosen)]
    assert shown.count("figure") + shown.count("nothing") == 1
    assert figures is None or shown.count("figure") == figures
