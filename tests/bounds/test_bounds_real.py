"""The Pakistani and Tajik tables: the conflicts that a careful reader finds, and the 2019 case."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.bounds import Problem, Target, observations
from analysis.pipeline import clean_tables

pytestmark = pytest.mark.slow  # every conflict of two countries is sought, with flags and without
OCTOBER = ("2019-01-01", "2019-10-31")


@pytest.fixture(scope="module")
def seizures(raw: Path) -> pd.DataFrame:
    return clean_tables(raw, ["seizures"])["seizures"].kept


@pytest.fixture(scope="module", params=[True, False], ids=["flags kept", "nothing flagged"])
def problems(seizures: pd.DataFrame, request: pytest.FixtureRequest) -> dict[str, Problem]:
    table = seizures if request.param else seizures.assign(suspect=False)
    return {country: Problem(observations(table, country)) for country in ("PAK", "TJK")}


@pytest.mark.parametrize(
    ("country", "together"),
    [
        ("PAK", {"pk-0283", "gs-0012"}),  # opium: tonnes for kilograms, August 2018 to July 2019
        ("PAK", {"pk-0284", "gs-0009"}),  # morphine, the same list
        ("PAK", {"pk-0286", "gs-0006"}),  # hashish, the same list
        ("PAK", {"pk-0070", "pk-0073"}),  # 30 tonnes of cocaine among 240 tonnes of all drugs
        ("PAK", {"pk-0118", "pk-0134"}),  # 252 tonnes in a province, 215 in the country
        ("TJK", {"tj-0244", "tj-0267"}),  # 186 tonnes for a half year, 2,425 kg for the year
        ("TJK", {"tj-0210", "tj-0212"}),  # the parts of January to September 2017 exceed their total
        ("TJK", {"tj-0250", "tj-0256"}),  # 2.3 tonnes and 2,029.774 kg by one ministry
        ("TJK", {"tj-0266", "tj-0269"}),  # 4,165 and 4,991 kg
    ],
)
def test_a_known_conflict_is_found(problems: dict[str, Problem], country: str, together: set[str]) -> None:
    assert any(together <= set(conflict.records) for conflict in problems[country].conflicts)


def test_tonnes_for_kilograms_are_named(problems: dict[str, Problem]) -> None:
    fits = {m.figure.key: m.fits for c in problems["PAK"].conflicts for m in c.members if m.fits}
    assert fits["pk-0283"] == "kilograms printed as tonnes"


def test_every_set_is_a_conflict_by_itself_and_no_part_of_it_is(problems: dict[str, Problem]) -> None:
    for problem in problems.values():
        for conflict in problem.conflicts[:12]:
            members = tuple(member.figure for member in conflict.members)
            if conflict.stretched or len(members) > 6:
                continue
            alone = problem.observed
            assert Problem(type(alone)(members)).conflicts
            for left in members:
                assert not Problem(type(alone)(tuple(m for m in members if m is not left))).conflicts


def test_january_to_october_2019_without_the_claim(seizures: pd.DataFrame) -> None:
    own = seizures.loc[seizures["source_id"].str.startswith("state-inl"), "record_id"]
    problem = Problem(observations(seizures, "PAK", leave_out=set(own)))
    cases = {"opium": (5360.5, 29_579.5), "hashish": (36_994.5, 162_589.5), "heroin_morphine": (2653, 14_792)}
    for drug, (low, high) in cases.items():
        found = problem.range(Target(drug, *OCTOBER, "anf"))
        assert found.low == pytest.approx(low)
        assert 0.9 * high < found.high <= high  # the year of the nation, less what others are known to have seized


def test_every_row_is_used_or_left_out_with_a_reason(seizures: pd.DataFrame) -> None:
    for country in ("PAK", "TJK"):
        observed = observations(seizures, country)
        used = [record for figure in observed.figures for record in figure.records]
        rows = seizures.loc[seizures["country"] == country, "record_id"]
        assert sorted([*used, *observed.left_out["record_id"]]) == sorted(rows)
        assert observed.left_out["reason"].str.len().min() > 0
