"""Whether two figures are apart must not hang on their order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.overlap import Figure, apart

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
@given(_FIGURES, _FIGURES)
def test_either_way_round_and_places_before_persons(one: Figure, two: Figure) -> None:
    persons, places = apart(one, two, persons=True), apart(one, two)
    assert (apart(two, one, persons=True), apart(two, one)) == (persons, places)
    assert places or not persons  # who cannot be the same person cannot have had the same place
