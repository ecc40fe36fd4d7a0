import json

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.report.page import MIME, Page


@pytest.fixture
def page(record, sources):
    return Page("Title", sources=sources)


def _items(notebook):
    return [o.data[MIME] for c in notebook.cells for o in c.get("outputs", []) if MIME in o.data]


def test_prose_takes_its_numbers_from_facts(page, record):
    page.fact("opiates", "Opiates", 6000, 5500, 6500, "kg")
    page.prose("In all {opiates} by {who}.", who="A")
    assert record.notebook.cells[-1].outputs[0].data["text/plain"] == "In all 6 t (5.5 to 6.5 t) by A."


def test_a_misspelt_key_names_the_nearest(page):
    page.fact("opiates", "Opiates", 6000)
    with pytest.raises(InputError, match="opiates"):
        page.prose("{opiate}")


def test_a_key_cannot_name_two_figures(page):
    page.fact("a", "Heroin", 1)
    page.fact("a", "Heroin", 2)
    with pytest.raises(InputError, match="Heroin"):
        page.fact("a", "Opium", 2)


@pytest.mark.parametrize("key", ["A", "1a", "a-b", "", "a b"])
def test_a_key_is_a_name(page, key):
    with pytest.raises(InputError, match="no name"):
        page.fact(key, "x", 1)


def test_a_picture_needs_words(page):
    from matplotlib.figure import Figure

    with pytest.raises(InputError, match="alt"):
        page.figure(Figure(), "Caption", " ")


def test_facts_without_any_say_so(page):
    with pytest.raises(InputError, match=r"page\.fact"):
        page.facts()


def test_all_items_are_plain_json_without_infinity(full_page):
    for item in _items(full_page.notebook):
        json.dumps(item, allow_nan=False)


def test_pictures_are_the_same_bytes_and_carry_words(page, record):
    from matplotlib.figure import Figure

    for _ in range(2):
        figure = Figure()
        figure.subplots().plot([1, 2])
        page.figure(figure, "A line", "It rises.")
    first, _, second, _ = record.notebook.cells[-4:]
    assert first.outputs[0].data["image/svg+xml"] == second.outputs[0].data["image/svg+xml"]
    assert first.outputs[0].data["image/png"] == second.outputs[0].data["image/png"]
    assert first.outputs[0].metadata["image/png"]["alt"] == "It rises."
    assert "Matplotlib" not in first.outputs[0].data["image/svg+xml"]


def test_long_tables_are_cut_and_say_so(page, record):
    page.table(pd.DataFrame({"n": range(100)}), "Many", show=3)
    item = _items(record.notebook)[-1]
    assert (len(item["rows"]), item["total"], item["csv"].count("\n")) == (3, 100, 101)
    assert "The first 3 of 100 rows" in record.notebook.cells[-1].outputs[0].data["text/html"]


def test_no_row_of_an_aggregate_only_source_leaves_the_kernel(full_page):
    assert "SECRET" not in json.dumps(full_page.notebook)
    assert "ids-1" not in json.dumps(full_page.notebook)
