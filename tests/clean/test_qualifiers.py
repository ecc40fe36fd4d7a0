"""Words beside numbers: every printed one, and refusals that say what to do."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.qualifiers import BOUNDS, read_qualifier, strip_qualifier
from analysis.errors import Unreadable
from analysis.vocabulary import rows

PRINTED = {
    "at_least": "more than|over|Over|At least|more|from above|little more than|well over|surpassed|just over|более|"
    "свыше|превысил|превысила|превышает|беш аз|зиëда аз|بيش از|زائد|سے زائد|mehr als|über|plus de",
    "at_most": "nearly|almost|up to|well below|less than|<|почти|近|pres de",
    "about": "about|About|around|some|Some|approximately|roughly|estimated|около|约|大约|大約|rund|حدود",
    "exact": "|only|just|average|all|since",
}
PAIRS = [(word, bound) for bound, words in PRINTED.items() for word in words.split("|")]


@pytest.mark.parametrize(("word", "bound"), PAIRS)
def test_a_printed_qualifier_is_read(word: str, bound: str) -> None:
    assert read_qualifier(word).bound == bound


@pytest.mark.parametrize("table", ["seizures", "trainees", "policing_centers", "context", "claims"])
def test_every_qualifier_of_the_raw_tables_is_read(raw: Path, table: str) -> None:
    with (raw / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        found = {row["qualifier"] for row in csv.DictReader(lines)}
    assert {read_qualifier(text).bound for text in found} <= set(BOUNDS)


def test_an_unknown_qualifier_proposes_the_nearest_and_the_file() -> None:
    with pytest.raises(Unreadable, match=r"'aproximately' is unknown.*nearest: approximately.*qualifiers\.csv"):
        read_qualifier("aproximately")


@given(
    row=st.sampled_from(rows("qualifiers")),
    before=st.sampled_from(["", " ", "\u00a0"]),
    after=st.sampled_from(["", ".", ":", " "]),
    upper=st.booleans(),
)
def test_case_and_spaces_do_not_matter(row: dict[str, str], before: str, after: str, upper: bool) -> None:
    text = row["spelling"].upper() if upper else row["spelling"]
    assert read_qualifier(f"{before}{text}{after}").bound == row["bound"]


@given(st.text())
def test_no_text_whatever_raises_anything_else(text: str) -> None:
    try:
        assert read_qualifier(text).bound in BOUNDS
    except Unreadable as refused:
        assert repr(text.strip()) in str(refused)


@given(st.text())
def test_stripping_loses_nothing(text: str) -> None:
    bound, rest = strip_qualifier(text)
    assert bound in ("", *BOUNDS)
    assert rest.strip() in text


def test_a_word_is_not_cut_in_two() -> None:
    assert strip_qualifier("overall") == ("", "overall")
    assert strip_qualifier("约5") == ("about", "5")
