"""The results framework and the list of claims, on the project's own tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import load
from analysis.measures import goals, posts, verdicts

TABLES = ("seizures", "trainees", "policing_centers", "context")


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Path:
    from analysis.pipeline import clean

    folder = tmp_path_factory.mktemp("processed")
    clean(raw, folder)
    return folder


def framework(processed: Path, country: str) -> pd.DataFrame:
    record = goals.Record(*(load(table, country, processed=processed) for table in TABLES))
    return goals.goals_table(load("goals", country, processed=processed), record)


@pytest.mark.parametrize("country", ["PAK", "TJK"])
def test_every_goal_gets_an_answer_with_rows_or_is_called_silent(processed: Path, country: str) -> None:
    found = framework(processed, country)
    assert len(found) == len(load("goals", country, processed=processed))
    silent = found["kind"].eq("silent")
    assert found.loc[silent, "shows"].str.startswith(goals.SILENT).all() and found.loc[silent, "records"].eq("").all()
    assert found.loc[~silent, "records"].ne("").all() and not found.loc[~silent, "shows"].str.contains("silent").any()


def test_goals_without_an_indicator_are_silent(processed: Path) -> None:
    found = framework(processed, "TJK")
    assert found.loc[found["indicator"].eq("none in these tables"), "kind"].eq("silent").all()


def test_every_indicator_of_the_goals_has_a_finder(processed: Path) -> None:
    indicators = set(load("goals", processed=processed)["indicator"]) - {"none in these tables"}
    nobody = goals.Record(*(load(table, "FRA", processed=processed) for table in TABLES))
    assert all(goals.shown(text, nobody).text != f"{goals.SILENT} No table here measures it." for text in indicators)


def test_claims_are_listed_with_their_figures(processed: Path) -> None:
    found = verdicts.claims_table(load("claims", "TJK", processed=processed), processed).set_index("record_id")[
        "figure"
    ]
    assert found["c02"] == "32 teams" and found["c10"] == "2017" and found["c05"] == "no figure"


def test_vanj_is_a_case_of_its_own(processed: Path) -> None:
    tables = [load(table, "TJK", processed=processed) for table in ("policing_centers", "claims", "context")]
    found = posts.vanj(*tables)
    assert len(found) == 4 and found["record"].str.contains("nothing on Vanj after 3 October 2018").any()
    assert posts.vanj(*(table.iloc[:0] for table in tables)).empty
