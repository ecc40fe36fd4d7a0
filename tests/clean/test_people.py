from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.clean.notes import read_subset
from analysis.clean.people import read_counted_as, read_cumulative, read_sector, read_sex
from analysis.errors import Unreadable
from analysis.vocabulary import rows

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
FIELDS = TEXTS | st.lists(st.sampled_from([row["word"] for row in rows("sector_words")]), max_size=6).map(" and ".join)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("role", "institution", "programme", "sector"),
    [
        ("police officers", "", "", "police"),
        ("investigators", "", "", "investigation"),
        ("investigators", "Islamabad police", "", "police"),
        ("police investigators and prosecutors", "", "", "mixed"),
        ("female officers", "Federal Investigation Agency (FIA)", "", "investigation"),
        ("police officers", "FIA and the Punjab police", "", "mixed"),
        ("officials", "Ministry of Justice", "", "other"),
        ("law enforcement officials", "", "", "other"),
        ("law enforcement and governmental officers", "", "", "mixed"),
        ("law enforcement officers", "Balochistan Police", "", "police"),
        ("officers", "border security and law enforcement agencies", "", "mixed"),
        ("border police officers", "", "", "border"),
        ("community police officers", "", "", "police"),
        ("officers", "Border Troops of the State Committee for National Security", "", "border"),
        ("officers", "Sindh jail police", "", "corrections"),
        ("defence lawyers", "", "", "defence_bar"),
        ("members", "Public Councils", "", "community"),
        ("participants", "", "Border Management Staff Course", "border"),
        ("prosecutors", "", "joint training of prosecutors and police", "prosecution"),
        ("trainees", "", "counter-narcotics training", "other"),
        ("сотрудников", "Пограничной службы Таджикистана", "", "border"),
        ("پولیس افسران", "", "", "police"),
        ("", "", "", "other"),
    ],
)
def test_sectors(role: str, institution: str, programme: str, sector: str) -> None:
    assert read_sector(role, institution, programme).key == sector


def test_a_remark_of_several_agencies_makes_the_sector_mixed() -> None:
    assert read_sector("officers", "law enforcement agencies", "", "Sum of the three agency rows").key == "mixed"


@pytest.mark.parametrize(
    ("sex", "role", "key"),
    [
        ("women", "", "women"),
        ("men", "officers", "men"),
        ("mixed", "women officers", "all"),
        ("", "policewomen", "women"),
        ("", "male officers", "men"),
        ("", "officers, including women", "all"),
        ("", "men and women", "all"),
        ("", "", "all"),
    ],
)
def test_sexes(sex: str, role: str, key: str) -> None:
    assert read_sex(sex, role).key == key


def test_a_sex_that_nobody_listed_is_refused() -> None:
    with pytest.raises(Unreadable, match=r"sex 'womem'.*nearest: 'women'"):
        read_sex("womem", "")


@pytest.mark.parametrize(
    ("note", "programme", "key"),
    [
        ("TARGET: planned for 2012", "", "target"),
        ("CAPACITY: beds", "", "capacity"),
        ("Starting enrolment; year not printed", "", "enrolled"),
        ("Selected, not yet trained", "", "enrolled"),
        ("Conference attendance", "", "other"),
        ("", "Community Policing Round Table", "other"),
        ("Beside it a target", "", "trained"),
        ("", "", "trained"),
    ],
)
def test_what_a_figure_of_people_counts(note: str, programme: str, key: str) -> None:
    assert read_counted_as(note, programme).key == key


@pytest.mark.parametrize(
    ("note", "subset"),
    [
        ("Subset of the 35", True),
        ("Drawn from the 70 already counted", True),
        ("Word and digit printed together; part of eleven", True),
        ("Part of the 11 nationwide; do not add", True),
        ("Total already contains the female commandos", False),
        ("EU funded; women are inside the total", False),
        ("Presumably absorbs the 500", False),
        ("", False),
    ],
)
def test_subsets(note: str, subset: bool) -> None:
    assert read_subset(note)[0] is subset


def test_cumulative() -> None:
    assert [read_cumulative(text) for text in ("Yes", "no", "")] == [True, False, False]
    with pytest.raises(Unreadable, match="expected yes, no or blank"):
        read_cumulative("perhaps")


def test_every_row_of_the_table_reads(raw: Path) -> None:
    sectors = {
        read_sector(r["role"], r["institution"], r["programme"], r["note"]).key for r in table(raw / "trainees.csv")
    }
    assert {"police", "mixed", "border", "corrections", "prosecution"} <= sectors
    for row in table(raw / "trainees.csv"):
        read_sex(row["sex"], row["role"])
        read_cumulative(row["cumulative"])


def test_trainees_agree_with_the_hand_made_answers(root: Path) -> None:
    folder = root / "tests" / "gold"
    raw = {row["record_id"]: row for row in table(root / "data" / "raw" / "trainees.csv")}
    for hand in table(folder / "trainees.csv"):
        row = raw[hand["record_id"]]
        read = {
            "sector": read_sector(row["role"], row["institution"], row["programme"], row["note"]).key,
            "sex": read_sex(row["sex"], row["role"]).key,
            "counted_as": read_counted_as(row["note"], row["programme"]).key,
            "cumulative": "yes" if read_cumulative(row["cumulative"]) else "no",
        }
        assert read == {column: hand[column] for column in read}, row["record_id"]


@given(FIELDS, FIELDS, FIELDS, TEXTS)
@example("(" * 5000, "police " * 5000, "", "\x00")
def test_no_text_raises_anything_but_unreadable(role: str, institution: str, programme: str, note: str) -> None:
    assert read_sector(role, institution, programme, note).key in {row["key"] for row in rows("sectors")}
    assert read_counted_as(note, programme).key in ("trained", "target", "capacity", "enrolled", "other")
    read_subset(note)
    for reader in (lambda: read_sex(note, role), lambda: read_cumulative(note)):
        try:
            reader()
        except Unreadable as error:
            assert len(str(error)) < 1500


@given(FIELDS, FIELDS)
def test_the_order_of_role_and_institution_does_not_change_the_sector(role: str, institution: str) -> None:
    assert read_sector(role, institution).key == read_sector(institution, role).key
