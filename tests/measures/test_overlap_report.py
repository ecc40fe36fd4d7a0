"""Lines of a training report: one figure a year, sector and provider, whose seats add up."""

from __future__ import annotations

import pandas as pd

from analysis.measures.overlap import figures, least


def line(name: str, year: int, people: float, sector: str = "police") -> dict[str, object]:
    start, end = pd.Timestamp(year, 1, 5), pd.Timestamp(year, 1, 9)
    return {
        "record_id": name, "source_id": "us-fmtr", "country": "PAK", "countries": "PAK", "admin1": "", "sector": sector,
        "sex": "all", "counted_as": "trained", "cumulative": False, "subset": False, "start": start, "end": end,
        "value": people, "low": people, "high": people, "unit": "people", "provider": "", "report": "2015",
        "fiscal_year": float(year),
    }  # fmt: skip


def test_seats_of_a_year_add_up_and_persons_are_the_largest_course() -> None:
    rows = pd.DataFrame([line("a", 2015, 3), line("b", 2015, 3), line("c", 2015, 4), line("d", 2016, 5)])
    found = figures(rows)
    assert sorted(figure.low for figure in found) == [5, 10]
    assert least(found).low == 15
    assert set(least(found).records) == {"a", "b", "c", "d"}
    assert least(found, persons=True).low == 5


def test_sectors_stay_apart() -> None:
    found = figures(pd.DataFrame([line("a", 2015, 3), line("b", 2015, 7, sector="border")]))
    assert sorted(figure.low for figure in found) == [3, 7]
    assert least(found, persons=True).low == 10


def test_a_line_is_not_an_echo_of_another_source() -> None:
    other = {**line("x", 2015, 3), "source_id": "press", "report": ""}
    assert len(figures(pd.DataFrame([line("a", 2015, 3), other]))) == 2
