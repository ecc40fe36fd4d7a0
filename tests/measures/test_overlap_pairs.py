"""All pairs at once must answer as one pair after the other does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.overlap import Figure, apart, clashes

_DAYS = st.sampled_from([-float("inf"), 0.0, 10.0, 20.0, float("inf")])
_SETS = st.sampled_from([frozenset[str](), frozenset({"osce"}), frozenset({"inl"}), frozenset({"osce", "unodc"})])
_FIGURES = st.builds(
    Figure,
    records=st.just(("r",)),
    sources=st.sampled_from([frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})]),
    countries=st.sampled_from([frozenset[str](), frozenset({"TJK"}), frozenset({"PAK", "TJK"}), frozenset({"AFG"})]),
    admin1=st.sampled_from(["", "TJ-GB", "TJ-SU"]),
    sector=st.sampled_from(["police", "border", "mixed"]),
    sex=st.sampled_from(["all", "women", "men"]),
    providers=_SETS,
    total=st.booleans(),
    part=st.booleans(),
    start=_DAYS,
    end=_DAYS,
    known=_DAYS,
    low=st.sampled_from([1, 20, 24, 25, 26, 100]),
    high=st.just(100.0),
)


@settings(max_examples=200)
@given(st.lists(_FIGURES, min_size=1, max_size=8), st.booleans())
def test_pairs_together_and_one_by_one(items: list[Figure], persons: bool) -> None:
    expected = [[i != j and not apart(one, two, persons) for j, two in enumerate(items)] for i, one in enumerate(items)]
    assert np.array_equal(clashes(items, persons), np.array(expected))
