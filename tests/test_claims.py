"""The verdict of each claim, by hand; two ranges a second time from the raw tables; echoes stay out."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import load
from analysis.claims import VERDICTS, check_claims, flagged_pairs, judge, verdicts
from analysis.claims.check import judged
from analysis.claims.conflicts import conflict_table, solve
from analysis.claims.others import Record, doubted_lists
from analysis.errors import InputError
from analysis.measures.verdicts import claims_table, shares
from analysis.pipeline import clean

TABLES = ("seizures", "trainees", "policing_centers", "context")
# Read off the raw tables by hand: verdict, least and most that other publishers allow.
BY_HAND = {
    "c01": ("consistent", -math.inf, 2012),  # the first teams that others date are of 2012
    "c02": ("consistent", 6, math.inf),  # six districts named in 2012
    "c03": ("consistent", 35, math.inf),  # Khovar, February 2017
    "c04": ("consistent", 3, math.inf),  # Khatlon, Sughd, Districts of Republican Subordination
    "c05": ("not checkable", None, None),
    "c06": ("not checkable", None, None),
    "c07": ("consistent", 1, math.inf),  # Yakhchi Pun
    "c08": ("consistent", 6, math.inf),
    "c09": ("consistent", 35, math.inf),
    "c10": ("not checkable", None, None),
    "c11": ("not checkable", None, None),
    "c12": ("not checkable", None, None),
    "c13": ("not checkable", None, None),
    "c14": ("corroborated", 1534.5 + 1118.5, 8458.5 + 6333.5 - 89.2885),
    "c15": ("corroborated", 5360.5, 29579.5 - 177.6035),
    "c16": ("consistent", 2.0565, 82.5),
    "c17": ("corroborated", 36994.5, 152941.0),
    "c18": ("consistent", 600, math.inf),  # a briefing of 2014
    "c19": ("consistent", 87, math.inf),  # Punjab prison staff at the center in Colorado
    "c20": ("corroborated", 207_774_520, 241_499_431),
}


@pytest.fixture(scope="module")
def processed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "processed"
    clean(root / "data" / "raw", folder)
    return folder


@pytest.fixture(scope="module")
def checked(processed: Path) -> pd.DataFrame:
    return check_claims(processed=processed).set_index("claim_id")


@pytest.fixture(scope="module")
def tables(processed: Path) -> dict[str, pd.DataFrame]:
    return {name: load(name, processed=processed) for name in (*TABLES, "claims", "sources")}


def rows_of(raw: Path, name: str) -> list[dict[str, str]]:
    with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_claim_is_here_once(checked: pd.DataFrame) -> None:
    assert list(checked.index) == sorted(BY_HAND)


@pytest.mark.parametrize("claim", sorted(BY_HAND))
def test_verdict_by_hand(checked: pd.DataFrame, claim: str) -> None:
    verdict, low, high = BY_HAND[claim]
    row = checked.loc[claim]
    assert row["verdict"] == verdict
    if low is None:
        assert math.isnan(row["low"]) and row["needed"] and not row["evidence"]
    else:
        assert row["low"] == pytest.approx(low) and row["high"] == pytest.approx(high) and row["evidence"]
    assert row["sentence"].endswith(".") and verdict in row["sentence"]


def test_opium_a_second_time_from_the_raw_table(checked: pd.DataFrame, raw: Path) -> None:
    year = [r for r in rows_of(raw, "seizures") if r["country"] == "Pakistan" and r["drug"].lower() == "opium"]
    july = {float(r["quantity"].replace(",", "")) for r in year if r["period_end"] == "2019-07-10"}
    whole = [r for r in year if (r["period_start"], r["period_end"]) == ("2019-01-01", "2019-12-31")]
    nation = [float(r["quantity"].replace(",", "")) for r in whole if r["scope"] == "national total"]
    others = [r for r in whole if r["scope"] == "province total"]
    sindh = sum(float(r["quantity"].replace(",", "")) for r in others)
    assert len(july) == len(nation) == len(others) == 1
    assert checked.loc["c15", "low"] == pytest.approx(july.pop() - 0.5)
    assert checked.loc["c15", "high"] == pytest.approx(nation[0] + 0.5 - (sindh - 0.0005))


def test_centers_a_second_time_from_the_raw_table(checked: pd.DataFrame, raw: Path) -> None:
    counts = [r for r in rows_of(raw, "policing_centers") if r["kind"] == "CPC" and r["measure"] == "stock"]
    us = ("state-", "usemb-")
    dated = [r for r in counts if r["as_of"] and not r["district"] and r["as_of"] < "2018-10-03"]
    assert checked.loc["c09", "low"] == max(int(r["count"]) for r in dated if not r["source_id"].startswith(us))
    reached = max(r["as_of"] for r in counts if r["count"] not in ("", "49") and r["source_id"].startswith(us))
    assert str((checked.loc["c03", "possible_from"] - pd.Timedelta(days=1)).date()) == reached


def test_the_undated_counts_are_dated(checked: pd.DataFrame) -> None:
    days = checked[["possible_from", "possible_until"]].map(lambda day: "" if pd.isna(day) else str(day.date()))
    assert days.loc["c02"].tolist() == ["2018-10-04", ""]
    assert days.loc["c03"].tolist() == ["2018-10-04", "2021-06-20"]
    assert "from 4 October 2018 until 20 June 2021" in checked.loc["c02", "remark"]
    assert days.loc["c08"].tolist() == ["", ""]


def test_echoes_are_never_evidence(checked: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    sources = pd.concat(tables[name][["record_id", "source_id"]] for name in TABLES)
    source = sources.drop_duplicates("record_id").set_index("record_id")["source_id"]
    for row in checked.itertuples():
        for record in filter(None, row.evidence.split(";")):
            assert not source[record].startswith(("state-", "usemb-", "pkemb-"))
    left_out = checked["left_out"]
    assert "another page of the US Department of State" in left_out["c02"] and "pc-0001" in left_out["c02"]
    assert "gp-0014: restates a figure of the embassy" in left_out["c07"]
    assert "inl-0002: the claim's own page" in left_out["c15"]


def test_a_newspaper_with_the_same_figure_is_an_echo(tables: dict[str, pd.DataFrame]) -> None:
    centers = tables["policing_centers"]
    copied = centers[centers["record_id"].eq("pc-0028")].assign(
        record_id="x-1", source_id="asiaplus-2017-12-22", value=49.0, low=49.0, high=49.0
    )
    copied["as_of_start"] = copied["as_of_end"] = pd.Timestamp("2020-01-15")
    more = {**tables, "policing_centers": pd.concat([centers, copied], ignore_index=True)}
    claim = tables["claims"][tables["claims"]["record_id"].eq("c03")].to_dict("records")
    found = judged(claim, Record(more, tables["sources"]))[0].finding
    assert ("x-1", "a newspaper with the same figure") in found.left_out and found.low == 35


def test_a_doubted_list_decides_nothing(checked: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> None:
    reasons = doubted_lists(tables["seizures"])
    assert reasons["pk-0300"].startswith("stands in one list") and reasons["pk-0297"].startswith("flagged")
    assert "pk-0272" not in reasons
    assert "pk-0300" in checked.loc["c16", "remark"] and "the claim contradicted" in checked.loc["c16", "remark"]


def test_border_posts_name_their_bases(checked: pd.DataFrame) -> None:
    remark = checked.loc["c07", "remark"]
    assert all(basis in remark for basis in ("UNODC: built or renovated", "All US agencies", "border guards"))
    assert all(record in remark for record in ("pc-0048", "pc-0058", "pc-0070", "pc-0084"))


def test_without_independent_rows_no_claim_is_corroborated(tables: dict[str, pd.DataFrame]) -> None:
    own = set(tables["claims"]["source_id"])
    alone = {name: tables[name][tables[name]["source_id"].isin(own)] for name in TABLES}
    found = judged(tables["claims"].to_dict("records"), Record(alone, tables["sources"]))
    assert {one.verdict for one in found} == {"not checkable"} and all(one.needed for one in found)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_rule_between_two_ranges(a: int, b: int, c: int, d: int) -> None:
    claim, found = (min(a, b), max(a, b)), (min(c, d), max(c, d))
    assert judge(claim, found, evidence=False) == "not checkable"
    verdict = judge(claim, found)
    assert verdict in VERDICTS
    assert (verdict == "contradicted") == (found[0] > claim[1] or found[1] < claim[0])
    open_end = judge(claim, (found[0], math.inf))
    assert open_end != "corroborated"


def test_over_2000_is_confirmed_by_more() -> None:
    assert judge((2000, math.inf), (2500, math.inf)) == "corroborated"
    assert judge((2000, math.inf), (600, math.inf)) == "consistent"


def test_nothing_for_a_country_without_claims(processed: Path) -> None:
    assert check_claims("FRA", processed).empty and verdicts("FRA", processed) == []


def test_an_unknown_country_is_said(processed: Path) -> None:
    with pytest.raises(InputError):
        check_claims("Pakstan", processed)


def test_the_table_of_a_brief(processed: Path, checked: pd.DataFrame) -> None:
    claims = load("claims", "PAK", processed=processed)
    found = claims_table(claims, processed).set_index("record_id")
    assert found["verdict"].to_dict() == checked.loc[list(claims["record_id"]), "verdict"].to_dict()
    assert found.loc["c16", "others_allow"] == "2.056 to 82.5 kg"
    drawn = shares(check_claims("PAK", processed), claims).set_index("claim_id")
    assert drawn.loc["c20", "low"] == pytest.approx(100 * 207_774_520 / 230e6)
    assert claims_table(claims.iloc[:0], processed).empty


def test_conflicts_a_reader_finds(tables: dict[str, pd.DataFrame]) -> None:
    seizures = tables["seizures"]
    near = seizures[seizures["start"].dt.year.isin([2014, 2018, 2019, 2020]) & seizures["end"].dt.year.le(2020)]
    publishers = dict(zip(tables["sources"]["source_id"], tables["sources"]["publisher"], strict=True))
    found = conflict_table(solve(near[near["country"].isin(["PAK", "TJK"])], publishers), near, publishers)
    first = found["records"].str.split(";")
    for record in (
        "pk-0283",
        "pk-0070",
        "tj-0244",
        "pk-0300",
    ):  # tonnes for kilograms; 30 t of cocaine; 186 t; nine months
        assert first.map(lambda ids, r=record: r in ids).any(), record
    assert found["by"].ne("").all() and found["of"].ne("").all()
    pairs = flagged_pairs(seizures, publishers)
    assert "pk-0081;pk-0076" in set(pairs["records"])
