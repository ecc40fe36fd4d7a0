"""What goes wrong is said in one sentence, in a notebook too."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest
from IPython.core.interactiveshell import InteractiveShell

from analysis.errors import InputError, nearest


def test_nearest_proposes_and_is_silent_where_nothing_is_near() -> None:
    assert nearest("seizure", ["seizures", "trainees"]) == "; nearest: seizures"
    assert nearest("xyz", ["seizures", "trainees"]) == ""


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ('from analysis import load\n\nrows = load("seizure")', 'Line 3 of the cell: rows = load("seizure")'),
        (
            "from analysis import load\ndef mine(table):\n    return load(table)\n\nmine('seizure')",
            "Line 3 of the cell: return load(table)",
        ),
    ],
)
def test_a_cell_is_answered_with_its_line_and_a_sentence(cell: str, line: str) -> None:
    shell = InteractiveShell.instance()
    # As in a kernel, whose cells are the main module.
    shell.user_ns["__name__"] = "__main__"
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            shell.run_cell(cell)
    finally:
        InteractiveShell.clear_instance()
    first, second = said.getvalue().strip().splitlines()
    assert first == line
    assert second.startswith("InputError: there is no table 'seizure'; the tables are ")


def test_an_error_that_was_never_raised_is_only_its_sentence() -> None:
    assert InputError("no table")._render_traceback_() == ["InputError: no table"]
