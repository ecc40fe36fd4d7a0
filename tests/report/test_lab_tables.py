"""What an analyst sees of a table and of a record while working in the lab."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import analysis
from analysis.errors import InputError
from analysis.report import lineage
from analysis.report.content import read_content
from analysis.report.lab import Shown, show
from analysis.report.page import SHOWN
from analysis.samples import sample

SEIZED = {"drug": "opium", "agency": "anf", "value": 6000, "low": 5500, "high": 6500, "unit": "kg"}
PRINTED = {"quantity_reported": "6", "unit_reported": "metric tons"}


@pytest.fixture(autouse=True)
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame(
        [
            ("source", "Anti-Narcotics Force", "A <b>year</b>", "https://example.org/anf", "2019-11-05", "open"),
            ("ids", "UNODC", "Single seizures", "javascript:alert(1)", "2017", "aggregate only"),
        ],
        columns=["source_id", "publisher", "title", "url", "published", "terms"],
    )
    monkeypatch.setattr(lineage, "load_sources", lambda: frame)


def test_keys_become_words_and_ranges_are_read_out() -> None:
    rows = sample("seizures", {**SEIZED, **PRINTED, "country": "PAK", "start": "2019-01-01", "end": "2019-10-31"})
    shown = show(rows)
    assert shown.iloc[0].to_dict() == {
        "record": "row-1",
        "drug": "Opium",
        "agency": "Anti-Narcotics Force",
        "as printed": "6 metric tons",
        "read as": "6 t (5.5 to 6.5 t)",
        "period": "January to October 2019",
        "source": "A <b>year</b>",
    }


def test_the_link_leads_to_the_source_and_harms_nobody() -> None:
    html = show(sample("seizures", SEIZED)).html
    assert '<a href="https://example.org/anf"' in html
    assert "A &lt;b&gt;year&lt;/b&gt;" in html
    assert "<b>year" not in html


def test_a_long_table_is_shown_page_by_page() -> None:
    rows = sample("seizures", *({**SEIZED, "value": value} for value in range(5600, 5645)))
    assert "Rows 1 to 20 of 45; for the next write <code>first=21</code>." in show(rows).html
    last = show(rows, first=41)
    assert last["record"].tolist() == [f"row-{number}" for number in range(41, 46)]
    assert "Rows 41 to 45 of 45." in last.html
    with pytest.raises(InputError, match="first is 46, and the table has 45 rows; write a number from 1 to 45"):
        show(rows, first=46)


def test_a_table_without_rows_says_so() -> None:
    assert "The table has no rows." in show(sample("seizures")).html


def test_rows_that_may_be_shown_in_total_only_are_left_out_and_counted() -> None:
    shown = show(sample("seizures", SEIZED, {**SEIZED, "source_id": "ids", "quantity_reported": "SECRET"}))
    assert shown["record"].tolist() == ["row-1"]
    assert "1 row of sources that allow totals only is left out." in shown.html
    assert "SECRET" not in shown.html


def test_several_countries_are_named_and_what_is_said_of_all_is_not() -> None:
    several = sample(
        "trainees", {"country": "PAK", "counted_as": "trained"}, {"country": "TJK", "counted_as": "target"}
    )
    assert show(several)[["country", "counted_as"]].to_numpy().tolist() == [
        ["Pakistan", "trained"],
        ["Tajikistan", "target"],
    ]
    assert not {"country", "counted_as"} & set(show(several.iloc[:1]))


def test_a_doubted_figure_is_marked() -> None:
    shown = show(sample("seizures", {**SEIZED, "suspect": True, "suspect_reason": "a unit"}))
    assert shown["read as"].tolist() == ["6 t (5.5 to 6.5 t), doubted"]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2019-05-13", None, "since 13 May 2019"),
        (None, "2019-05-13", "until 13 May 2019"),
        ("2019-01-01", "2019-12-31", "2019"),
    ],
)
def test_an_open_period_says_which_end_is_printed(start: str | None, end: str | None, said: str) -> None:
    assert show(sample("seizures", {**SEIZED, "start": start, "end": end}))["period"].tolist() == [said]


def test_any_other_table_is_shown_as_it_is() -> None:
    sums = pd.DataFrame({"drug": ["opium", "heroin"], "kg": [12345.0, float("nan")]}).set_index("drug")
    html = show(sums).html
    assert "12,345" in html
    assert "–" in html


def test_a_notebook_shows_it_and_the_page_does_not() -> None:
    data, metadata = show(sample("seizures", SEIZED))._repr_mimebundle_()
    assert set(data) == {"text/plain", "text/html"}
    assert metadata == SHOWN
    shown = new_output("execute_result", data=data, metadata=metadata, execution_count=1)
    cell = new_code_cell("show(rows)", outputs=[shown])
    blocks = read_content(nbformat.from_dict(new_notebook(cells=[cell])), "demo").blocks
    assert [block["kind"] for block in blocks] == ["code"]


def test_what_is_computed_from_it_is_a_plain_table() -> None:
    shown = show(sample("seizures", SEIZED, SEIZED))
    assert isinstance(shown, Shown)
    for made in (shown.head(1), shown[["drug"]], shown.copy(), shown.sort_values("record"), pd.concat([shown, shown])):
        assert type(made) is pd.DataFrame


def test_explain_shows_the_line_and_each_rule_once(root: Path) -> None:
    told = analysis.explain("inl-0001", root / "data" / "raw")
    assert told.columns.tolist() == ["column", "value", "rule"]
    html: Any = told.html  # type: ignore[attr-defined]
    assert f"<b>{told.loc[0, 'value']}</b>" in html
    rule = told.set_index("column").loc["value", "rule"]
    assert (told["rule"] == rule).sum() == 5
    assert html.count("rounding: half of the last printed digit (500) either way") == 1
    assert 'rowspan="5"' in html


def test_the_public_surface_is_short_and_each_part_says_how_to_use_it() -> None:
    assert analysis.__all__ == ["explain", "load", "show"]
    for name in analysis.__all__:
        assert f"`{name}`" in (analysis.__doc__ or "")
        assert "Examples\n" in getattr(analysis, name).__doc__
