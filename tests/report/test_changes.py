import pytest

from analysis.report.changes import changes


def _facts(*facts, figures=(), tables=(), sources=(), title="T"):
    return {
        "title": title,
        "parameters": {},
        "facts": list(facts),
        "figures": list(figures),
        "tables": list(tables),
        "sources": [{"source_id": s} for s in sources],
    }


def _fact(value=1.0, low=None, high=None, said="", unit="kg", bound="exact", key="a", label="Opium", rows=()):
    low, high = value if low is None else low, value if high is None else high
    return {
        **{"key": key, "label": label, "value": value, "low": low, "high": high, "unit": unit, "bound": bound},
        **{"said": said or f"{value:g} kg", "rows": list(rows)},
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (_fact(100.0), _fact(150.0), ["Opium: up from 100 kg to 150 kg (+50%)."]),
        (_fact(100.0), _fact(50.0), ["Opium: down from 100 kg to 50 kg (-50%)."]),
        (_fact(100.0), _fact(100.1), ["Opium: up from 100 kg to 100.1 kg (less than 1%)."]),
        (_fact(0.0), _fact(5.0), ["Opium: up from 0 kg to 5 kg."]),
        (_fact(100.0), _fact(100.0), []),
        (_fact(100.0), _fact(100.0, unit="L", said="100 L"), ["Opium: now 100 L; it was 100 kg."]),
        (_fact(None, 1, 2, "1 to 2 kg"), _fact(1.5, said="1.5 kg"), ["Opium: now 1.5 kg; it was 1 to 2 kg."]),
        (
            _fact(6.0, 5, 7),
            _fact(6.0, 5.5, 6.5),
            ["Opium: still 6 kg; what it allows is now 5.5 to 6.5, it was 5 to 7."],
        ),
        (_fact(rows="a"), _fact(rows="ab"), ["Opium: still 1 kg, now from 1 more rows."]),
        (_fact(), _fact(key="b", label="Heroin"), ["Heroin: new, 1 kg.", "Opium: no longer shown; it was 1 kg."]),
        (_fact(), _fact(label="Opium 2019"), ["Opium 2019: the same figure, called “Opium” before."]),
    ],
)
def test_each_change_is_a_sentence(old, new, said):
    assert changes(_facts(old), _facts(new)) == said


def test_a_new_report_says_so():
    assert changes(None, _facts()) == ["This report is new."]


def test_tables_figures_sources_and_titles():
    old = _facts(tables=[{"number": 1, "caption": "By drug", "rows": 3, "content": "x"}], sources=["a"])
    new = _facts(
        tables=[{"number": 1, "caption": "By drug", "rows": 4, "content": "y"}],
        figures=[{"number": 1, "caption": "Map", "rows": 0, "content": "z"}],
        sources=["b", "c"],
        title="U",
    )
    assert changes(old, new) == [
        "The title was “T”.",
        "Figure 1 (Map): new.",
        "Table 1 (By drug): 4 rows, 3 before.",
        "Sources added: 2.",
        "Sources no longer used: 1.",
    ]
