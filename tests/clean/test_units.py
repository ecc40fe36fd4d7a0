"""Amounts: every real unit, every kind of compound, nothing converted silently."""

from __future__ import annotations

import csv
import math
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.clean.units import is_counted, read_amount, read_unit
from analysis.errors import Unreadable
from analysis.vocabulary import rows

UNITS = {
    ("kg", 1.0): "kg|Kilograms|KGs|kilos|кг|килограмма|кило|Kilogramm|کلوگرام|کلو|کلو گرام|کيلوگرم|کیلوگرام|公斤|千克",
    ("kg", 1000.0): "MT|metric tons|Metric Tons (MT)|tons|tonne|Tonnen|tony|т|тонны|тоонна|ٹن|میٹرک ٹن|تن|تُن|吨|噸|"
    "metric tons per year|MT per year|tonelada",
    ("kg", 0.001): "g|gm|grams|Gram|гр|граммов|г",
    ("L", 1.0): "Liters|litre|litres|liter",
    ("item", 1.0): "tablets|pills|pieces|bottles|units|штук|таблетка|единицы|گولیاں",
    ("ha", 1.0): "hectares|ha|га|гектаров|ektarya|Hektar",
    ("ha", 1000.0): "тысяч гектар",
    ("km2", 1.0): "km2|km²|км²|км2|km 2|sq km|square km|Quadratkilometer|平方公里",
    ("km2", 1000.0): "тыс. км²|1000 km²",
    ("km", 1.0): "km|kilometers|км|километров|quilômetros",
    ("people", 1.0): "people|чел.|человек|нафар|кас|адам|人|Einwohner|Menschen|habitants|pessoas|persoane|inmates|"
    "prisoners under trial|policemen/women|Russian border troops|force strength",
    ("people", 1000.0): "тыс. чел.|тыс. жит.|هزار نفر",
    ("people", 1e6): "million people|млн человек",
    ("", 1000.0): "тысяч|тысячи",
    ("", 1e6): "million|млн|миллиона",
    ("percent", 1.0): "percent|per cent|%",
    ("USD", 1e9): "billion USD",
    ("USD/kg", 1.0): "USD per kg",
    ("USD/kg", 1000.0): "USD per g",
    ("USD/item", 1.0): "USD per tablet",
    ("EUR/kg", 1.0): "EUR per kg",
    ("kg/ha", 1.0): "kg/ha|kg per hectare",
    ("kg/kg", 1.0): "kg raw opium per kg heroin|opium to heroin",
    ("jamoat", 1.0): "jamoats|сельских общин|Dschamoats|ҷамоатҳо|comunităţi rurale|сельсоветов|ländliche Gemeinden",
    ("district", 1.0): "districts|ноҳияҳо|Bezirke|kerület|окрузи|аудан|郡|區",
    ("city", 1.0): "cities|шаҳрҳо|қала|市|bezirksfreie Städte",
    ("prison", 1.0): "jails and prisons|operational facilities",
    ("minute", 1.0): "minutes",
}
PAIRS = [(word, *key) for key, words in UNITS.items() for word in words.split("|")]


@pytest.mark.parametrize(("printed", "unit", "factor"), PAIRS)
def test_a_printed_unit_is_read(printed: str, unit: str, factor: float) -> None:
    found = read_unit(printed)
    assert (found.unit, float(found.factor)) == (unit, factor)


AMOUNTS = [
    # quantity, unit, hint, value, unit, step
    ("7.9", "metric tons", "", 7900, "kg", 100),
    ("354,54", "тонны", "", 354540, "kg", 10),
    ("4,448", "тонна", "афюн", 4448, "kg", 1),
    ("7.150", "kilogrammes", "drogue", 7150, "kg", 1),
    ("3,664", "kilogrammes", "hashish", 3664, "kg", 1),
    ("1.008", "Kilogramm", "Heroin", 1008, "kg", 1),
    ("16.700", "Kg", "Hashish", 16.7, "kg", 0.001),
    ("1062.894", "میٹرک ٹن", "منشیات", 1062894, "kg", 1),
    ("0.057", "Gram", "", 0.000057, "kg", 0.000001),
    ("13,440", "gram", "", 13.44, "kg", 0.001),
    ("نیم", "تن", "", 500, "kg", 500),
    ("a ton", "ton", "", 1000, "kg", 1000),
    ("тонны", "тонны", "", 1000, "kg", 1000),
    ("1 тыс. 235", "кг", "", 1235, "kg", 1),
    ("4 ہزار 434", "من", "", 177360, "kg", 40),
    ("9,515", "pills", "", 9515, "item", 1),
    ("13 731", "таблетка", "", 13731, "item", 1),
    ("4,130", "litre", "", 4130, "L", 1),
    ("728.50", "", "Liquor", 728.5, "", 0.01),
    ("206.000", "people", "", 206000, "people", 1),
    ("24,600", "км²", "", 24600, "km2", 1),
    ("25.400", "км²", "", 25400, "km2", 1),
    ("4,4", "тыс. км²", "", 4400, "km2", 100),
    ("103 057", "чел.", "", 103057, "people", 1),
    ("6 тыс. 100", "метрических тонн", "", 6100000, "kg", 1000),
    ("10 to 1", "opium to heroin", "", 10, "kg/kg", 1),
    ("1.5", "USD per g", "", 1500, "USD/kg", 100),
    ("20%", "people", "", 20, "percent", 1),
    ("ten", "percent", "", 10, "percent", 1),
    ("13.5 kg", "", "", 13.5, "kg", 0.1),
]


@pytest.mark.parametrize(("quantity", "unit", "hint", "value", "standard", "step"), AMOUNTS)
def test_a_printed_amount_is_read(
    quantity: str, unit: str, hint: str, value: float, standard: str, step: float
) -> None:
    amount = read_amount(quantity, unit, hint)
    assert (amount.value, amount.unit, amount.step) == (value, standard, step)


COMPOUNDS = [
    ("4 т 83 кг 274 г", 4083.274, 0.001),
    ("3 тоннаву 96 килою 61 грамм", 3096.061, 0.001),
    ("1 тоннаю 208 кг", 1208, 1),
    ("291 килограмму 423 грамм", 291.423, 0.001),
    ("1 т 663 кг 659 г", 1663.659, 0.001),
    ("2 tonnes 344,6 kg", 2344.6, 0.1),
    ("25 tonnes 977,5 kg", 25977.5, 0.1),
    ("4 tons and 448 kilograms", 4448, 1),
    ("1 тонна 160,9 килограмма", 1160.9, 0.1),
    ("720 кг. 200 гр.", 720.2, 0.001),
    ("21 кг 070 гр.", 21.07, 0.001),
    ("2 тонны 089 кг", 2089, 1),
    ("1тонна 22 кг", 1022, 1),
    ("3 t 380 kg", 3380, 1),
    ("two tons, five kilograms", 2005, 1),
    ("١ ٹن ٥٠٠ کلو", 1500, 1),
]


@pytest.mark.parametrize(("printed", "value", "step"), COMPOUNDS)
def test_a_compound_adds_its_parts_to_the_last_ones_precision(printed: str, value: float, step: float) -> None:
    amount = read_amount(printed, "compound")
    assert (amount.value, amount.low, amount.high, amount.unit, amount.step) == (value, value, value, "kg", step)


def test_a_count_in_scale_words_is_no_weight() -> None:
    amount = read_amount("9 млн. 661,6 тыс", "compound", expected="people")
    assert (amount.value, amount.unit, amount.step) == (9661600, "people", 100)
    assert read_amount("3,444", "млн", expected="people").value == 3444000


def test_the_other_reading_is_in_the_same_unit() -> None:
    amount = read_amount("4,083", "tonnes", "drugs")
    assert (amount.value, amount.other) == (4083000, 4083)
    assert read_amount("4,083", "tablets").other is None
    assert read_amount("4,083", "hectares").other is None


def test_a_maund_is_an_interval() -> None:
    amount = read_amount("440", "من")
    assert (amount.value, amount.high) == (17600, 17600)
    assert amount.low == pytest.approx(440 * 37.3242)


def test_nothing_printed_keeps_its_unit() -> None:
    amount = read_amount("", "kg")
    assert (amount.value, amount.unit) == (None, "kg")
    assert math.isnan(amount.low)


def test_a_range_is_in_the_standard_unit() -> None:
    amount = read_amount("7 to 8", "tons")
    assert (amount.value, amount.low, amount.high) == (None, 7000, 8000)


def test_a_qualifier_inside_the_quantity_is_kept() -> None:
    assert read_amount("<5 kg", "").bound == "at_most"
    assert read_amount("более 4 т 83 кг", "compound").bound == "at_least"


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ("4 кг 2 т", "compound"),
        ("4 кг 5 кг", "compound"),
        ("4 т 83", "compound"),
        ("кг 5 г", "compound"),
        ("кг", "compound"),
        ("г", "кг"),
        ("kilometers", ""),
        ("5 kg 3 litres", "compound"),
        ("20%", "kg"),
        ("5 kg", "litres"),
        ("hundreds kg 5 g", "compound"),
        ("4 т ? 83 кг", "compound"),
    ],
)
def test_what_nobody_can_read_is_refused(quantity: str, unit: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_amount(quantity, unit)
    assert "expected" in str(refused.value) or "units do not run" in str(refused.value)


def test_an_unknown_unit_proposes_the_nearest_and_the_file() -> None:
    with pytest.raises(Unreadable, match=r"'kilogrms' is unknown.*nearest: kilograms.*units\.csv"):
        read_amount("5", "kilogrms")


def test_people_are_counted_and_kilograms_measured() -> None:
    assert is_counted("people")
    assert is_counted("jamoat")
    assert not is_counted("kg")
    assert not is_counted("percent")


def test_every_unit_of_the_list_has_a_factor_within_its_ends() -> None:
    for row in rows("units"):
        unit = read_unit(row["spelling"])
        assert 0 < unit.low <= unit.factor <= unit.high


TABLES = [("seizures", ["quantity"]), ("context", ["low", "value", "high"]), ("claims", ["as_reported"])]


@pytest.mark.parametrize(("table", "columns"), TABLES)
def test_every_amount_of_the_raw_tables_is_read(raw: Path, table: str, columns: list[str]) -> None:
    with (raw / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        found = {(row[column], row["unit"], row.get("drug", "")) for row in csv.DictReader(lines) for column in columns}
    for quantity, unit, drug in found:
        amount = read_amount(quantity, unit, drug)
        assert (not quantity) == math.isnan(amount.low), (quantity, unit)


# Round trips ----------------------------------------------------------------------------------------------------------

TONS = ["т", "тонна", "тоннаву", "t", "tons", "ٹن", "تن", "吨", "Tonnen"]
KILOS = ["кг", "кг.", "килою", "kg", "kilograms", "کلو", "公斤", "Kilogramm"]
GRAMS = ["г", "гр.", "грамм", "g", "grams", "گرام", "克", "Gramm"]


@given(
    tons=st.integers(0, 9999),
    kilos=st.integers(0, 999),
    grams=st.integers(0, 999),
    words=st.tuples(st.sampled_from(TONS), st.sampled_from(KILOS), st.sampled_from(GRAMS)),
    padded=st.booleans(),
    close=st.booleans(),
    joiner=st.sampled_from([" ", " and ", " и ", ", ", " و "]),
    parts=st.sets(st.sampled_from([0, 1, 2]), min_size=1),
)
def test_any_compound_weight_comes_back_equal(
    tons: int,
    kilos: int,
    grams: int,
    words: tuple[str, str, str],
    padded: bool,
    close: bool,
    joiner: str,
    parts: set[int],
) -> None:
    counts = (tons, kilos, grams)
    gap = "" if close else " "
    shown = [f"{counts[at]:0{3 if padded and at else 1}d}{gap}{words[at]}" for at in sorted(parts)]
    expected = sum(Decimal(counts[at]) * (Decimal(1000), Decimal(1), Decimal("0.001"))[at] for at in parts)
    amount = read_amount(joiner.join(shown), "compound")
    assert (amount.value, amount.unit) == (float(expected), "kg")
    assert amount.step == (1000, 1, 0.001)[max(parts)]


@given(number=st.integers(0, 10**9), row=st.sampled_from(rows("units")))
def test_any_amount_in_any_unit_is_the_number_times_the_factor(number: int, row: dict[str, str]) -> None:
    assume(row["unit"] != "kg/kg")
    amount = read_amount(str(number), row["spelling"])
    assert amount.unit == row["unit"]
    assert amount.value == float(Decimal(number) * Decimal(row["factor"]))


near_amounts = st.text(alphabet="0123456789.,' -%()<~ткгрвую andtonsили", max_size=25)
some_units = st.one_of(
    st.text(), st.sampled_from(["compound", "", "kg", "тонн", "млн", "من", "people", "opium to heroin"])
)


@given(quantity=st.one_of(st.text(), near_amounts), unit=some_units, hint=st.text(max_size=5))
def test_no_text_whatever_raises_anything_else(quantity: str, unit: str, hint: str) -> None:
    try:
        amount = read_amount(quantity, unit, hint)
    except Unreadable:
        return
    assert math.isnan(amount.low) or 0 <= amount.low <= amount.high
