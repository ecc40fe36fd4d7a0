"""Printed numbers: the real prints one by one, and round trips for every style."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.clean.figures import comma_is_decimal
from analysis.clean.numbers import read_count, read_number
from analysis.errors import Unreadable

PRINTED = [
    # printed, decimal sign of its language, value, step
    ("1,47,790", ".", 147790, 1),
    ("102,113.193", ".", 102113.193, 0.001),
    ("1,983,000", ".", 1983000, 1),
    ("1.874.000", ",", 1874000, 1),
    ("1.344,15", ",", 1344.15, 0.01),
    ("2.824,5", ".", 2824.5, 0.1),
    ("1 971 600", ".", 1971600, 1),
    ("13\u00a0731", ",", 13731, 1),
    ("13\u2009731", ",", 13731, 1),
    ("2 009,8", ",", 2009.8, 0.1),
    ("1, 344", ".", 1344, 1),
    ("1'234'567", ".", 1234567, 1),
    ("1’234", ".", 1234, 1),
    ("354,54", ".", 354.54, 0.01),
    ("51,23", ".", 51.23, 0.01),
    ("4100.500", ".", 4100.5, 0.001),
    ("33798.550", ".", 33798.55, 0.001),
    ("0.811", ",", 0.811, 0.001),
    ("0,811", ".", 0.811, 0.001),
    (".5", ".", 0.5, 0.1),
    ("089", ".", 89, 1),
    ("60,000", ".", 60000, 1),
    ("728.50", ".", 728.5, 0.01),
    ("Fifty-three", ".", 53, 1),
    ("Twenty three", ".", 23, 1),
    ("Eighty-seven", ".", 87, 1),
    ("one hundred", ".", 100, 1),
    ("three thousand", ".", 3000, 1000),
    ("two hundred and forty-one", ".", 241, 1),
    ("two and a half", ".", 2.5, 0.5),
    ("half a million", ".", 500000, 500000),
    ("two dozen", ".", 24, 1),
    ("five (5)", ".", 5, 1),
    ("two (2)", ".", 2, 1),
    ("12 (twelve)", ".", 12, 1),
    ("27 thousand", ".", 27000, 1000),
    ("85 ہزار", ".", 85000, 1000),
    ("4 ہزار 434", ".", 4434, 1),
    ("1тыс. 148", ",", 1148, 1),
    ("1 тыс. 235", ",", 1235, 1),
    ("8 тысяч 200", ",", 8200, 1),
    ("123 тыс.", ",", 123000, 1000),
    ("9 млн. 661,6 тыс", ",", 9661600, 100),
    ("9 میلیون و 444.2 هزار", ".", 9444200, 100),
    ("восемь", ",", 8, 1),
    ("двести тридцать один", ",", 231, 1),
    ("девять", ",", 9, 1),
    ("осем", ",", 8, 1),
    ("zwei", ",", 2, 1),
    ("dreizehn", ",", 13, 1),
    ("fünf", ",", 5, 1),
    ("siebenundzwanzig", ",", 27, 1),
    ("dreihundertfünfundvierzig", ",", 345, 1),
    ("zweitausend", ",", 2000, 1000),
    ("sex", ",", 6, 1),
    ("бисту панҷ", ",", 25, 1),
    ("нӯҳ", ",", 9, 1),
    ("نیم", ".", 0.5, 0.5),
    ("بیست و پنج", ".", 25, 1),
    ("دو سو", ".", 200, 1),
    ("二十五", ".", 25, 1),
    ("三百二十", ".", 320, 1),
    ("1.2万", ".", 12000, 1000),
    ("١٢٣", ".", 123, 1),
    ("۱۲٬۳۴۵٫۵", ".", 12345.5, 0.1),
    ("۵۰۰", ".", 500, 1),
    ("500/-", ".", 500, 1),
    ("12 x", ".", 12, 1),
    ("12.", ".", 12, 1),
    ("1,234*", ".", 1234, 1),
    ("45 [3]", ".", 45, 1),
    ("½", ".", 0.5, 0.1),
    ("3 ½", ".", 3.5, 0.1),
    ("1 lakh 20 thousand", ".", 120000, 1000),
]


@pytest.mark.parametrize(("printed", "decimal", "value", "step"), PRINTED, ids=[each[0] for each in PRINTED])
def test_a_printed_number_is_read_to_its_last_digit(printed: str, decimal: str, value: float, step: float) -> None:
    number = read_number(printed, decimal)
    assert (number.value, number.low, number.high, number.step) == (value, value, value, step)
    assert not number.percent


AMBIGUOUS = [
    # printed, decimal sign, value, the other reading
    ("4,083", ".", 4083, 4.083),
    ("4,083", ",", 4.083, 4083),
    ("7.150", ",", 7150, 7.15),
    ("7.150", ".", 7.15, None),
    ("4,448", ",", 4.448, 4448),
    ("1,344.5", ".", 1344.5, None),
    ("1,234,567", ".", 1234567, None),
    ("4,083 thousand", ".", 4083000, 4083),
]


@pytest.mark.parametrize(("printed", "decimal", "value", "other"), AMBIGUOUS)
def test_a_lone_sign_before_three_digits_keeps_its_other_reading(
    printed: str, decimal: str, value: float, other: float | None
) -> None:
    number = read_number(printed, decimal)
    assert (number.value, number.other) == (value, other)


def test_whole_things_have_no_thousandths() -> None:
    assert read_number("206.000", ".", whole=True).value == 206000
    assert read_number("24,600", ",", whole=True).value == 24600
    assert read_number("3,444 млн", ",", whole=True).value == 3444000


@pytest.mark.parametrize(
    ("texts", "comma"),
    [
        (("тонна",), True),
        (("kilogrammes", "drogue"), True),
        (("kilogrammes", "hashish"), False),
        (("Kilogramm", "Heroin"), True),
        (("kg", "Drogen"), True),
        (("tonelada",), False),
        (("میٹرک ٹن",), False),
        (("吨",), False),
        (("kg", "drogueries"), False),
        ((), False),
    ],
)
def test_the_language_of_the_row_says_which_sign_is_decimal(texts: tuple[str, ...], comma: bool) -> None:
    assert comma_is_decimal(*texts) is comma


def test_the_text_itself_says_its_language() -> None:
    assert read_number("1,235 тыс.").value == 1235
    assert read_number("1,235").value == 1235


RANGES = [
    ("75-80", 75, 80),
    ("75–80", 75, 80),
    ("7 to 8", 7, 8),
    ("7-8 million", 7e6, 8e6),
    ("900 thousand to 1 million", 9e5, 1e6),
    ("between 5 and 7", 5, 7),
    ("от 5 до 7", 5, 7),
    ("von zwei bis drei", 2, 3),
    ("۵ تا ۷", 5, 7),
    ("ten to fifteen", 10, 15),
]


@pytest.mark.parametrize(("printed", "low", "high"), RANGES)
def test_a_range_has_two_ends_and_no_middle(printed: str, low: float, high: float) -> None:
    number = read_number(printed)
    assert (number.value, number.low, number.high) == (None, low, high)


@pytest.mark.parametrize(("printed", "low"), [("hundreds", 200), ("dozens", 24), ("thousands", 2000), ("сотни", 200)])
def test_a_vague_word_has_a_lower_end_only(printed: str, low: float) -> None:
    number = read_number(printed)
    assert (number.value, number.low, number.high) == (None, low, math.inf)


@pytest.mark.parametrize(
    ("printed", "value"), [("20%", 20), ("10 percent", 10), ("3,5 %", 3.5), ("۲۰٪", 20), ("20 فیصد", 20)]
)
def test_a_percentage_stays_one(printed: str, value: float) -> None:
    number = read_number(printed)
    assert number.percent
    assert number.value == value


@pytest.mark.parametrize(
    ("printed", "bound", "value"),
    [
        ("over 2,000", "at_least", 2000),
        ("2,000+", "at_least", 2000),
        ("<5", "at_most", 5),
        ("~30", "about", 30),
        ("около 5", "about", 5),
        ("до 100", "at_most", 100),
        ("约5", "about", 5),
    ],
)
def test_a_qualifier_inside_the_number_is_kept(printed: str, bound: str, value: float) -> None:
    number = read_number(printed)
    assert (number.bound, number.value) == (bound, value)


def test_an_empty_text_prints_nothing() -> None:
    number = read_number("  ")
    assert number.value is None
    assert math.isnan(number.low)
    assert math.isnan(number.high)


@pytest.mark.parametrize(
    "printed",
    [
        "12.05.2019",
        "1,23,4",
        "1.234,567,8",
        "12 5000",
        "five six",
        "twenty eleven",
        "two thousand 5000",
        "five (6)",
        "8 to 7",
        "10 to 1",
        "5²",
        "-5",
        "n/a",
        "five and",
        "от 5",
        "9" * 30,
        "hundreds to thousands",
        ".",
    ],
)
def test_what_nobody_can_read_is_refused_with_what_to_do(printed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_number(printed)
    assert repr(printed) in str(refused.value)
    assert "expected" in str(refused.value)
    assert "data/corrections.yaml" in str(refused.value)


def test_an_unknown_word_proposes_the_nearest_and_the_file() -> None:
    with pytest.raises(Unreadable, match=r"nearest: thousand.*number_words\.csv"):
        read_number("five thousnd")


def test_a_long_tail_of_digits_is_noise() -> None:
    assert read_number("0.06578999999999999").step == 0.00001
    assert read_number("0.17420000000000002").step == 0.0001
    assert read_number("0.17420000000000002").value == 0.17420000000000002
    assert read_number("70.08828811").step == 1e-8


def test_a_count_is_whole() -> None:
    assert read_count("2,154").value == 2154
    assert read_count("").value is None
    assert read_count("hundreds").low == 200
    for printed in ("20%", "7.5"):
        with pytest.raises(Unreadable, match="whole number"):
            read_count(printed)


# Round trips ----------------------------------------------------------------------------------------------------------

wholes = st.integers(min_value=0, max_value=10**12)
places = st.integers(min_value=0, max_value=5)


def _by_threes(number: int, sign: str) -> str:
    return f"{number:,}".replace(",", sign)


def _lakh(number: int) -> str:
    digits = str(number)
    head, tail = digits[:-3], digits[-3:]
    groups = []
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ",".join([*groups, tail])


STYLES = {
    "plain .": ("", "."),
    "plain ,": ("", ","),
    "comma": (",", "."),
    "dot": (".", ","),
    "space": (" ", ","),
    "no-break space": ("\u00a0", ","),
    "narrow space": ("\u202f", "."),
    "apostrophe": ("'", "."),
    "curly apostrophe": ("’", "."),
}


@pytest.mark.parametrize("style", STYLES)
@given(number=wholes, decimals=places, data=st.data())
def test_any_number_in_any_style_comes_back_equal(style: str, number: int, decimals: int, data: st.DataObject) -> None:
    group, sign = STYLES[style]
    tail = "".join(data.draw(st.lists(st.sampled_from("0123456789"), min_size=decimals, max_size=decimals)))
    printed = (_by_threes(number, group) if group else str(number)) + (sign + tail if tail else "")
    read = read_number(printed, decimal=sign)
    assert read.value == float(f"{number}.{tail or 0}")
    if len(str(number) + tail) <= 14:
        assert read.step == float(f"1e-{decimals}")


@given(number=wholes)
def test_any_lakh_grouping_comes_back_equal(number: int) -> None:
    assert read_number(_lakh(number)).value == number


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "０"])
@given(number=wholes)
def test_digits_of_any_script_come_back_equal(zero: str, number: int) -> None:
    printed = "".join(chr(ord(zero) + int(digit)) for digit in str(number))
    assert read_number(printed).value == number


TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", *TEENS]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _english(number: int, hyphen: str, joiner: str) -> str:
    if number < 20:
        return ONES[number]
    if number < 100:
        one = hyphen + ONES[number % 10] if number % 10 else ""
        return TENS[number // 10 - 2] + one
    size, name = next(
        (size, name) for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")) if number >= size
    )
    rest = number % size
    tail = f"{joiner}{_english(rest, hyphen, joiner)}" if rest else ""
    return f"{_english(number // size, hyphen, joiner)} {name}{tail}"


@given(number=st.integers(0, 999_999_999), hyphen=st.sampled_from([" ", "-"]), joiner=st.sampled_from([" ", " and "]))
def test_any_english_number_word_comes_back_equal(number: int, hyphen: str, joiner: str) -> None:
    assert read_number(_english(number, hyphen, joiner)).value == number


@given(number=st.integers(1, 99_999))
def test_any_chinese_number_comes_back_equal(number: int) -> None:
    digits, text, gap = str(number), "", False
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            gap = True
            continue
        text += (
            ("零" if gap and text else "") + "〇一二三四五六七八九"[int(digit)] + ["", "十", "百", "千", "万"][place]
        )
        gap = False
    assert read_number(text).value == number


@given(
    low=st.integers(0, 10**6),
    more=st.integers(1, 10**6),
    dash=st.sampled_from(["-", "–", " - ", " to ", " до ", " bis "]),
)
def test_any_range_comes_back_equal(low: int, more: int, dash: str) -> None:
    read = read_number(f"{low}{dash}{low + more}")
    assert (read.value, read.low, read.high) == (None, low, low + more)


@given(
    thousands=st.integers(1, 999),
    rest=st.integers(0, 999),
    word=st.sampled_from(["ہزار", "тыс.", "тысяч", "thousand", "هزار", "ҳазор"]),
)
def test_any_word_with_digits_comes_back_equal(thousands: int, rest: int, word: str) -> None:
    printed = f"{thousands} {word} {rest}" if rest else f"{thousands} {word}"
    read = read_number(printed)
    assert (read.value, read.step) == (thousands * 1000 + rest, 1 if rest else 1000)


near_numbers = st.text(alphabet="0123456789.,' -–%()+<~½x٣۴ тысодв andfivhurе二万ہزار/[]\n", max_size=25)


@given(text=st.one_of(st.text(), near_numbers), decimal=st.sampled_from([".", ",", "auto"]), whole=st.booleans())
def test_no_text_whatever_raises_anything_else(text: str, decimal: str, whole: bool) -> None:
    try:
        number = read_number(text, decimal, whole)
    except Unreadable:
        return
    assert math.isnan(number.low) or 0 <= number.low <= number.high
    assert number.value is None or number.low == number.value == number.high
