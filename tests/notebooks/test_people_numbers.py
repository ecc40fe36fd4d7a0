"""Numbers on the pages about people, centers and the brief, a second time: straight from the raw CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from stored import facts, items, table

WORDS = {"twenty-seven": 27, "forty-four": 44, "nine": 9, "twelve": 12}


def read(raw: Path, name: str) -> dict[str, dict[str, str]]:
    key = {"claims": "claim_id", "goals": "goal_id"}.get(name, "record_id")
    with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def people(text: str) -> float:
    return float(text.replace(",", ""))


def test_the_largest_total_is_the_greatest_number_of_pakistan(root: Path, raw: Path) -> None:
    printed = [
        people(row["count"])
        for row in read(raw, "trainees").values()
        if row["country"] == "Pakistan" and row["count"].replace(",", "").isdigit()
        and not row["note"].startswith(("TARGET", "CAPACITY"))
    ]  # fmt: skip
    assert facts(root, "trainees")["largest"]["low"] == max(printed)


def test_the_claims_of_people_stand_as_printed(root: Path, raw: Path) -> None:
    claims = read(raw, "claims")
    shown = {
        row["claim"]: float(row["claimed, at least"]) for row in table(root, "trainees", "Claims of people trained")
    }
    assert shown == {claim: people(claims[claim]["as_reported"]) for claim in ("c18", "c19")}


def test_prison_staff_trained_by_others_are_two_totals_of_two_provinces_or_times(root: Path, raw: Path) -> None:
    rows = read(raw, "trainees")
    shown = {row["claim"]: row for row in table(root, "trainees", "Claims of people trained")}["c19"]
    # 100 in twelve years to 2014 (all Pakistan) and 87 of Punjab from 2015 on cannot overlap
    assert float(shown["others: with totals, at least"]) == people(rows["tr-0014"]["count"]) + 87
    assert (
        rows["tr-0030"]["count"] == "Eighty-seven" and rows["tr-0030"]["period_start"] > rows["tr-0014"]["period_end"]
    )


def test_the_share_of_women_is_four_of_thirty_one(root: Path, raw: Path) -> None:
    rows = read(raw, "trainees")
    shown = table(root, "trainees", "Women where one source")
    course = next(
        row for row in shown if row["Programme" if "Programme" in row else "programme"] == rows["tr-0085"]["programme"]
    )
    assert rows["tr-0086"]["count"] == "four"
    assert float(course["women, %"]) == pytest.approx(100 * 4 / people(rows["tr-0085"]["count"]), abs=0.01)


@pytest.mark.parametrize(
    ("key", "record"),
    [("centers_0", "pc-0017"), ("centers_1", "pc-0022"), ("centers_2", "pc-0028"), ("teams_3", "pc-0005"),
     ("centers_3", "pc-0006"), ("teams_4", "pc-0001"), ("centers_4", "pc-0002"), ("districts", "pc-0003"),
     ("posts_claimed", "inl-0009")],
)  # fmt: skip
def test_the_growth_of_tajikistan_is_as_printed(root: Path, raw: Path, key: str, record: str) -> None:
    assert facts(root, "policing_centers")[key]["value"] == people(read(raw, "policing_centers")[record]["count"])


def test_posts_of_unodc_are_named_one_by_one(root: Path, raw: Path) -> None:
    listed = [
        row["place"]
        for row in read(raw, "policing_centers").values()
        if row["source_id"] == "unodc-2018-11-30" and row["measure"] == "site" and row["kind"] == "border post"
    ]
    shown = table(root, "policing_centers", "Printed counts of border posts")
    row = next(row for row in shown if row["date"] == "30 November 2018")
    assert float(row["printed"]) == float(row["of these named in the record"]) == len(set(listed))


def test_the_brief_counts_the_goals(root: Path, raw: Path) -> None:
    stated = [row for row in read(raw, "goals").values() if row["country"] == "Pakistan"]
    assert facts(root, "country_brief")["goals"]["value"] == len(stated)
    assert [row["goal"] for row in table(root, "country_brief", "Results framework")] == [row["goal"] for row in stated]


def test_the_brief_says_what_the_notebook_on_people_says(root: Path) -> None:
    brief, page = facts(root, "country_brief"), facts(root, "trainees")
    assert (brief["trained"]["low"], brief["courses"]["low"]) == (page["people"]["low"], page["courses"]["low"])


def test_the_brief_opens_with_the_claims_of_2019(root: Path, raw: Path) -> None:
    claim = read(raw, "claims")["c14"]
    assert facts(root, "country_brief")["seized_heroin_morphine"]["value"] == 1000 * people(claim["as_reported"])


def test_every_figure_has_alternative_text_and_rows(root: Path) -> None:
    for notebook in ("trainees", "policing_centers", "country_brief"):
        figures = [item for item in items(root, notebook) if item["kind"] == "figure"]
        assert figures
        assert all(len(item["alt"]) > 60 and item["csv"] and item["lineage"]["count"] > 0 for item in figures)
