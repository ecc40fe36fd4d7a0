from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.clean.notes import read_note_suspect, read_seizure_counted_as
from analysis.clean.terms import read_agency, read_drug, read_event_drug, read_kind, read_status, read_term
from analysis.errors import Unreadable
from analysis.vocabulary import rows, spellings

ISO = {"Pakistan": "PAK", "Tajikistan": "TJK", "Afghanistan": "AFG", "Kazakhstan": "KAZ", "Kyrgyzstan": "KGZ"}
WORDS = st.sampled_from(
    [
        "heroin",
        "ice",
        "چرس",
        "опия",
        "(",
        ")",
        ",",
        " and ",
        "/",
        " с ",
        "100 tabs",
        "ANF",
        "Customs",
        "other:",
        "\x00",
        "ﷺ",
    ]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.lists(WORDS, max_size=12).map("".join)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def gold(root: Path) -> Callable[[str], list[tuple[dict[str, str], dict[str, str]]]]:
    """Pairs of a hand-made answer and the raw row that it answers."""
    folder = root / "tests" / "gold"

    def pairs(name: str) -> list[tuple[dict[str, str], dict[str, str]]]:
        raw = {row["record_id"]: row for row in table(root / "data" / "raw" / f"{name}.csv")}
        return [(answer, raw[answer["record_id"]]) for answer in table(folder / f"{name}.csv")]

    return pairs


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Charas", "hashish"),
        ("bhang", "cannabis_herb"),
        ("опий-сырец", "opium"),
        ("ہیروئن", "heroin"),
        ("heroin/morphine base", "heroin_morphine"),
        ("Morphine & Heroin", "heroin_morphine"),
        ("heroin, morphine and opium", "opiates"),
        ("hashish, marijuana", "cannabis"),
        ("hashish, ice", "several_drugs"),
        ("crystal and Ice", "methamphetamine"),
        ("Ecstasy Tabs (100 x Tablets)", "ecstasy"),
        ("Ecstasy Tabs (18)", "ecstasy"),
        ("Hydrochloric acid (HCl)", "hydrochloric_acid"),
        ("hyrica tabs", "sedatives"),
        ("XANAX Tablets", "sedatives"),
        ("Psy tab", "psychotropics"),
        ("drug cases", "all_drugs"),
        ("other drugs", "other"),
        ("毒品", "all_drugs"),
    ],
)
def test_drugs(text: str, key: str) -> None:
    assert read_drug(text).key == key


@pytest.mark.parametrize(
    "text", ["", "  ", "herion", "heroin and zyx", "hashish (heroin)", "heroin (brown sugar)", "((heroin))"]
)
def test_a_drug_that_nobody_listed_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_drug(text)


def test_an_unknown_spelling_proposes_the_nearest_and_says_where_to_add_it() -> None:
    with pytest.raises(Unreadable, match=r"'herion'.*nearest: 'heroin' \(heroin\).*vocabulary/spellings/drugs\.csv"):
        read_drug("Herion")
    with pytest.raises(Unreadable, match=r"'customs servise'.*nearest: 'customs service'.*spellings/agencies\.csv"):
        read_agency("Customs Servise", "TJK", "agency total")
    with pytest.raises(Unreadable, match=r"status 'opend'.*nearest: 'opened'"):
        read_status("opend")


def test_a_slipped_cell_is_refused_in_a_short_sentence() -> None:
    with pytest.raises(Unreadable, match="drug of 1000000 letters") as caught:
        read_drug("heroin,\n" * 125_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "country", "scope", "key"),
    [
        ("", "PAK", "national total", "all"),
        ("", "PAK", "digest", "all"),
        ("", "PAK", "operation", "other"),
        ("MOI", "KGZ", "national total", "all"),
        ("a body that nobody listed", "PAK", "national_total", "all"),
        ("Customs", "PAK", "operation", "customs_pak"),
        ("Customs", "TJK", "agency total", "customs_tjk"),
        ("Customs", "KAZ", "agency total", "other"),
        ("police", "TJK", "operation", "mia"),
        ("law enforcement agencies", "PAK", "province total", "all"),
        ("law enforcement agencies", "PAK", "operation", "other"),
        ("ANF", "PAK", "province total", "anf"),
        ("ANF and Rangers", "PAK", "operation", "joint"),
        ("Rangers, Pakistan Rangers", "PAK", "operation", "rangers"),
        ("Drug Control Agency (AKN)", "TJK", "agency total", "dca"),
    ],
)
def test_agencies(text: str, country: str, scope: str, key: str) -> None:
    assert read_agency(text, country, scope).key == key


@pytest.mark.parametrize("text", ["ANF (Rangers)", "ANF and a body that nobody listed", "Ministry of Silly Walks"])
def test_an_agency_that_nobody_listed_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_agency(text, "PAK", "agency total")


def test_kinds_and_statuses() -> None:
    assert read_kind("CPPT").key == "cppt"
    assert read_kind("other: Public Council").key == "public_council"
    assert read_kind("Other : districts covered").key == "coverage"
    assert read_kind("other").key == "other"
    assert read_status("built or renovated").key == read_status("built or rehabilitated").key == "built_or_renovated"
    assert read_status(" ").key == ""
    with pytest.raises(Unreadable, match="kind is blank"):
        read_kind("")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("5F-MDMB-PINACA", "synthetic_cannabinoids"),
        ("Butyrylfentanyl", "fentanyls"),
        ("N-ethylpentylone", "cathinones"),
        ("Flubromazolam", "sedatives"),
        ("Cannabis herb (outdoor grown)", "cannabis_herb"),
        ("Poppy straw concentrate", "poppy_straw"),
        ("heroin/cocaine mix", "several_drugs"),
        ("a substance that nobody listed", "other"),
        ("", "other"),
    ],
)
def test_an_export_of_events_never_loses_a_substance(text: str, key: str) -> None:
    assert read_event_drug(text).key == key


@pytest.mark.parametrize(
    ("note", "quantity", "scope", "key"),
    [
        ("", "12", "", "seized"),
        ("", " ", "", "cases_only"),
        ("opium; source says burnt; cases are persons booked", "12", "national total", "destroyed"),
        ("far above other ANF 2018 totals; may be burnt amount", "12", "agency total", "seized"),
        ("second list, called confiscated", "12", "province total", "seized"),
        ("part of the 375 kg", "12", "operation", "subset"),
        ("part of the provincial figure", "12", "sub-province part", "seized"),
        ("running total since September", "12", "national total", "running_total"),
    ],
)
def test_what_a_seizure_row_counts(note: str, quantity: str, scope: str, key: str) -> None:
    assert read_seizure_counted_as(note, quantity, scope).key == key


@pytest.mark.parametrize(
    ("note", "suspect"),
    [
        ("unit error: reads as kilograms", True),
        ("precursor; unit probably kilograms or litres", True),
        ("July 2019 report already gave 36995 kg", True),
        ("Impossible; Asia-Plus implies 1185 kg, so thousands dropped", True),
        ("Unit not printed; context is kg", False),
        ("unit missing", False),
        ("Unit misspelt in source", False),
        ("opening sentence; equals hashish only", False),
        ("equals sum of parts only if ecstasy is 0.057 kg", False),
        ("", False),
    ],
)
def test_a_remark_makes_suspect_only_what_it_calls_an_error(note: str, suspect: bool) -> None:
    found, reason = read_note_suspect(note)
    assert found is suspect
    assert bool(reason) is suspect


def test_every_printed_term_of_the_tables_reads(raw: Path) -> None:
    for row in table(raw / "seizures.csv"):
        read_drug(row["drug"])
        read_agency(row["agency"], ISO.get(row["country"], ""), row["scope"])
    for row in table(raw / "policing_centers.csv"):
        read_kind(row["kind"])
        read_status(row["status"])
        read_term("records", row["measure"])
    for row in table(raw / "sources.csv"):
        read_term("source_kinds", row["kind"])


def test_every_substance_of_the_large_export_is_listed(shared_real: Path) -> None:
    with gzip.open(shared_real / "unodc_ids_asia.csv.gz", "rt", encoding="utf-8", newline="") as file:
        names = {row["DRUG_NAME"] for row in csv.DictReader(file, delimiter=";")}
    assert len(names) > 90
    assert [name for name in sorted(names) if read_event_drug(name).rule.startswith("not listed")] == []


@pytest.mark.parametrize("column", ["drug", "agency", "suspect"])
def test_seizures_agree_with_the_hand_made_answers(
    column: str, gold: Callable[[str], list[tuple[dict[str, str], dict[str, str]]]]
) -> None:
    def answer(row: dict[str, str]) -> str:
        if column == "drug":
            return read_drug(row["drug"]).key
        if column == "agency":
            return read_agency(row["agency"], ISO.get(row["country"], ""), row["scope"]).key
        return "yes" if read_note_suspect(row["note"])[0] else "no"

    assert [hand["record_id"] for hand, row in gold("seizures") if hand[column] != answer(row)] == []


def test_policing_centers_agree_with_the_hand_made_answers(
    gold: Callable[[str], list[tuple[dict[str, str], dict[str, str]]]],
) -> None:
    for hand, row in gold("policing_centers"):
        read = (read_kind(row["kind"]).key, read_term("records", row["measure"]).key, read_status(row["status"]).key)
        assert read == (hand["kind"], hand["record"], hand["status"]), row["record_id"]


@given(
    TEXTS,
    st.sampled_from(["", "PAK", "TJK", "AFG;TJK"]),
    st.sampled_from(["", *(row["key"] for row in rows("scopes"))]),
)
@example("(" * 400 + "heroin" + ")" * 90, "PAK", "operation")
@example(", и and / с " * 40, "TJK", "agency_total")
def test_no_text_raises_anything_but_unreadable(text: str, country: str, scope: str) -> None:
    readers: list[tuple[str, Callable[[], str]]] = [
        ("drugs", lambda: read_drug(text).key),
        ("agencies", lambda: read_agency(text, country, scope).key),
        ("kinds", lambda: read_kind(text).key),
        ("statuses", lambda: read_status(text).key or "planned"),
    ]
    for vocabulary, reader in readers:
        try:
            key = reader()
        except Unreadable as error:
            assert len(str(error)) < 1500
        else:
            assert key in {row["key"] for row in rows(vocabulary)}
    assert read_event_drug(text).key in {row["key"] for row in rows("drugs")}
    read_note_suspect(text)
    read_seizure_counted_as(text, text, scope)


@given(st.sampled_from(sorted(spellings("drugs").items())), st.sampled_from(["{}", "  {} ", "{}.", "\u200f{}"]))
def test_a_listed_spelling_reads_in_any_case_and_between_marks(pair: tuple[str, str], form: str) -> None:
    spelling, key = pair
    assert read_drug(form.format(spelling)).key == key
    assert read_drug(form.format(spelling.upper())).key == key
