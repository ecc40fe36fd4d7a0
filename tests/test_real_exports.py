"""The large real exports, where they stand beside the project: sums, totals and rates that a person can redo."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis.dropped import find_exports
from analysis.exports import Outcome, clean_exports
from analysis.measures.events import event_coverage

IDS, FMTR = "unodc_ids_asia.csv.gz", "fmtr_south_central_asia.tsv.gz"


@pytest.fixture(scope="module")
def cleaned(shared_real: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """Both exports, cleaned once."""
    raw, out = tmp_path_factory.mktemp("raw"), tmp_path_factory.mktemp("out")
    for folder, name in (("unodc_ids", IDS), ("fmtr", FMTR)):
        (raw / folder).mkdir()
        (raw / folder / name).symlink_to(shared_real / name)
    return clean_exports(find_exports(raw), out), out


def test_every_row_is_accounted_for(cleaned: tuple[Outcome, Path]) -> None:
    outcome, _ = cleaned
    assert outcome.errors == {}
    seizures, trainings = outcome.entries[f"unodc_ids/{IDS}"], outcome.entries[f"fmtr/{FMTR}"]
    assert (seizures["rows_in"], seizures["kept"]) == (16_709, 16_709)
    assert trainings["rows_in"] == 24_901
    assert trainings["totals"] == 869
    assert trainings["rejected"] < 60
    assert outcome.rejects["reason"].str.len().min() > 10


def test_no_seizure_is_rejected_for_its_drug_or_unit(cleaned: tuple[Outcome, Path]) -> None:
    rejects = cleaned[0].rejects
    assert not rejects["column"].isin(["DRUG_NAME", "DRUG_UNIT"]).any()


@pytest.mark.parametrize(("printed", "drug"), [("Heroin", "heroin"), ("Opium", "opium")])
def test_pakistani_sums_are_those_of_one_line_of_pandas(
    cleaned: tuple[Outcome, Path], shared_real: Path, printed: str, drug: str
) -> None:
    raw = pd.read_csv(shared_real / IDS, sep=";")
    raw = raw[(raw["COUNTRY"] == "Pakistan") & (raw["DRUG_NAME"] == printed)]
    by_hand = (raw["AMOUNT"] * raw["DRUG_UNIT"].map({"Kilogram": 1.0, "Gram": 0.001})).sum()
    folder = cleaned[1] / "seizures" / "country=PAK"
    frame = pd.concat(pd.read_parquet(path, partitioning=None) for path in folder.glob("*.parquet"))
    ours = frame.loc[(frame["drug_reported"] == printed) & (frame["unit"] == "kg"), "value"].sum()
    assert ours == pytest.approx(by_hand, rel=1e-9)
    assert set(frame.loc[frame["drug_reported"] == printed, "drug"]) == {drug}


def test_flags(cleaned: tuple[Outcome, Path]) -> None:
    entry = cleaned[0].entries[f"unodc_ids/{IDS}"]
    assert entry["repeated"] == 1_629
    frame = pd.concat(
        pd.read_parquet(path, partitioning=None) for path in (cleaned[1] / "seizures").glob("country=*/*.parquet")
    )
    suspect = frame[frame["suspect"]]
    assert suspect["value"].max() >= 4_500_000
    assert len(suspect) < 20


def test_programmes_meet_their_printed_totals(cleaned: tuple[Outcome, Path]) -> None:
    check = cleaned[0].check
    check = check[check["verdict"] != "no subtotal"]
    assert len(check) == 869
    odd = check["report"].str.startswith("2009_2010")
    quantity = check["printed_quantity"] == check["sum_quantity"]
    cost = (check["printed_cost"] - check["sum_cost"]).abs() < 1
    assert quantity[~odd].mean() >= 0.99
    assert quantity[odd].all()
    assert cost[odd].mean() >= 0.85
    assert check.loc[odd & ~cost, "verdict"].str.startswith("cost differs by ").all()
    assert (check.loc[odd & ~cost, "unknown_costs"] > 0).all()


def test_pakistani_heroin_beside_the_totals(cleaned: tuple[Outcome, Path], shared_real: Path) -> None:
    raw = pd.read_csv(shared_real / IDS, sep=";")
    raw = raw[(raw["COUNTRY"] == "Pakistan") & (raw["DRUG_NAME"] == "Heroin")]
    mass = raw["AMOUNT"] * raw["DRUG_UNIT"].map({"Kilogram": 1.0, "Gram": 0.001})
    folder = cleaned[1] / "seizures" / "country=PAK"
    singles = pd.concat(pd.read_parquet(path, partitioning=None) for path in folder.glob("*.parquet"))
    singles = singles.astype({"scope": "str", "drug": "str", "unit": "str"}).assign(country="PAK")
    total = singles.iloc[[0]].assign(
        record_id="total", source_id="agency", scope="national_total", agency="all", admin1="", district="",
        drug="heroin", drug_reported="heroin", unit="kg", counted_as="seized", suspect=False, duplicate_of="",
        start=pd.Timestamp("2011-01-01"), end=pd.Timestamp("2016-12-31"), value=100_000.0, low=90_000.0,
        high=110_000.0,
    )  # fmt: skip
    record = pd.concat([singles, total], ignore_index=True)
    found = event_coverage(record, "PAK", "2011", "2016", ["heroin"]).iloc[-1]
    assert found["year"] == "2011 to 2016"
    assert found["mass_all"] == pytest.approx(mass.sum(), rel=1e-9)
    assert found["share_high"] == pytest.approx(100 * mass.sum() / 90_000, rel=1e-9)
    assert 0 < found["share_low"] < 100 * mass.sum() / 110_000
    assert (found["low"], found["high"]) == (90_000.0, 110_000.0)
