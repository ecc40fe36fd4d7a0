"""The stored notebooks: which code was run is remembered, and what does not belong in them is found and taken out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import InputError
from analysis.report.refresh import KERNEL, OURS, digests, normalise, problems, refresh


def _notebook() -> NotebookNode:
    made = new_notebook(
        cells=[
            new_markdown_cell("# A sum"),
            new_code_cell("a = 1", execution_count=1, metadata={"tags": ["parameters"]}),
            new_code_cell("a + 1", execution_count=2, outputs=[_result("2")]),
            new_code_cell(""),
        ],
        metadata={"kernelspec": KERNEL},
    )
    for number, cell in enumerate(made.cells, 1):
        cell["id"] = f"cell-{number}"
    made.metadata[OURS] = {"ran": digests(made)}
    return made


def _result(text: str) -> NotebookNode:
    return new_output("execute_result", {"text/plain": text}, execution_count=2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one notebook as `refresh` stores it."""
    nbformat.write(_notebook(), tmp_path / "sum.ipynb")
    assert problems(tmp_path) == []
    return tmp_path


def _change(folder: Path, change: Callable[[NotebookNode], object]) -> str:
    """Change the notebook as a person could; return the one sentence said of it."""
    path = folder / "sum.ipynb"
    notebook = nbformat.read(path, 4)
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    before = path.read_bytes()
    (sentence,) = problems(folder)
    assert path.read_bytes() == before, "a look must write nothing"
    assert sentence.startswith(str(path))
    return sentence.removeprefix(str(path))


RUN_AGAIN = {
    "code": (lambda made: made.cells[2].update(source="a + 2"), "cell 3: the code is not the code that was run"),
    "parameter": (lambda made: made.cells[1].update(source="a = 2"), "cell 2: the code is not"),
    "new cell": (lambda made: made.cells.insert(1, new_code_cell("b = 1", execution_count=1)), "cell 2: the code is"),
    "last cell": (lambda made: made.cells.append(new_code_cell("b = 1", execution_count=3)), "cell 5: the code is not"),
    "order": (lambda made: made.cells.insert(1, made.cells.pop(2)), "cell 2: the code is not"),
    "gone": (lambda made: made.cells.pop(), "3 code cells were run and 2 are here"),
    "cleared": (lambda made: made.cells[2].update(outputs=[], execution_count=None), "cell 3: the cell has not been"),
    "twice": (lambda made: made.cells[2].update(execution_count=7), "cell 3: it was run as number 7 and not 2"),
    "error": (lambda made: made.cells[2].update(outputs=[new_output("error")]), "cell 3: the cell ended with an error"),
    "never": (lambda made: made.metadata.pop(OURS), "it is not known which code"),
    "damage": (lambda made: made.metadata.update({OURS: ["?"]}), "it is not known which code"),
}


@pytest.mark.parametrize("name", RUN_AGAIN)
def test_a_notebook_changed_without_being_run_is_named(folder: Path, name: str) -> None:
    change, expected = RUN_AGAIN[name]
    sentence = _change(folder, change)
    assert expected in sentence
    assert sentence.endswith("run `inl-evidence refresh sum`")
    list(normalise(folder))
    assert len(problems(folder)) == 1, "putting in order must not hide it"


IN_ORDER = {
    "times": (lambda made: made.cells[2].metadata.update(execution={"iopub.status.idle": "x"}), "cell 3: its metadata"),
    "collapsed": (lambda made: made.cells[0].metadata.update(collapsed=True), "cell 1: its metadata (collapsed)"),
    "papermill": (lambda made: made.metadata.update(papermill={"duration": 1}), "its metadata (papermill)"),
    "kernel": (lambda made: made.metadata.kernelspec.update(name="python3"), "its kernel is python3 and not inl-"),
    "version": (lambda made: made.metadata.update(language_info={"name": "python", "version": "3.13.1"}), "form"),
    "double id": (lambda made: made.cells[2].update(id="cell-2"), "cell 3: its id is missing, or another cell has it"),
    "folder": (
        lambda made: made.cells[2].update(outputs=[_result("/home/ann/work/sum.py")]),
        "cell 3: an output names folders",
    ),
}


@pytest.mark.parametrize("name", IN_ORDER)
def test_what_does_not_belong_in_a_stored_notebook_is_named_and_taken_out(folder: Path, name: str) -> None:
    before = (folder / "sum.ipynb").read_bytes()
    change, expected = IN_ORDER[name]
    sentence = _change(folder, change)
    assert expected in sentence
    assert sentence.endswith("run `inl-evidence refresh --normalise sum`")
    assert list(normalise(folder)) == ["sum"]
    assert problems(folder) == []
    assert list(normalise(folder)) == []
    if name in ("times", "collapsed", "papermill", "kernel"):
        assert (folder / "sum.ipynb").read_bytes() == before


def test_words_may_change_without_a_run(folder: Path) -> None:
    notebook = nbformat.read(folder / "sum.ipynb", 4)
    notebook.cells[0].source = "# Another title"
    nbformat.write(notebook, folder / "sum.ipynb")
    assert problems(folder) == []


def test_a_cell_may_show_an_error_where_that_is_meant(folder: Path) -> None:
    notebook = nbformat.read(folder / "sum.ipynb", 4)
    notebook.cells[2].update(outputs=[new_output("error")], metadata={"tags": ["raises-exception"]})
    nbformat.write(notebook, folder / "sum.ipynb")
    assert problems(folder) == []


def test_outputs_stay_when_a_notebook_is_put_in_order(folder: Path) -> None:
    _change(folder, lambda made: made.cells[2].metadata.update(scrolled=True))
    list(normalise(folder))
    assert nbformat.read(folder / "sum.ipynb", 4).cells[2].outputs[0].data["text/plain"] == "2"


def test_a_notebook_of_an_older_format_gets_ids(folder: Path) -> None:
    path = folder / "sum.ipynb"
    made = json.loads(path.read_text(encoding="utf-8"))
    made["nbformat_minor"] = 4
    for cell in made["cells"]:
        del cell["id"]
    path.write_text(json.dumps(made), encoding="utf-8")
    assert list(normalise(folder)) == ["sum"]
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert stored["nbformat_minor"] == 5
    assert [cell["id"] for cell in stored["cells"]] == ["cell-1", "cell-2", "cell-3", "cell-4"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "no notebook", '{"nbformat": 4, "cells": 1}', '{"nbformat": 99}'])
def test_a_file_that_is_no_notebook_is_one_sentence_and_the_others_are_seen(folder: Path, text: str) -> None:
    (folder / "a.ipynb").write_text(text, encoding="utf-8")
    (sentence,) = problems(folder)
    assert sentence.startswith(f"{folder / 'a.ipynb'}: this is not a notebook")
    with pytest.raises(InputError, match="this is not a notebook"):
        list(normalise(folder, ["a"]))
    with pytest.raises(InputError, match="this is not a notebook"):
        list(refresh(folder, ["a"]))


def test_running_makes_a_changed_notebook_good_again(folder: Path) -> None:
    _change(folder, lambda made: made.cells[1].update(source="a = 41"))
    assert list(refresh(folder)) == ["sum"]
    assert problems(folder) == []
    once = (folder / "sum.ipynb").read_bytes()
    assert b"42" in once
    assert list(refresh(folder, ["sum"])) == ["sum"]
    assert (folder / "sum.ipynb").read_bytes() == once


def test_a_notebook_that_fails_is_left_as_it_was(folder: Path) -> None:
    _change(folder, lambda made: made.cells[2].update(source="1 / 0"))
    before = (folder / "sum.ipynb").read_bytes()
    with pytest.raises(InputError, match="ZeroDivisionError"):
        list(refresh(folder))
    assert (folder / "sum.ipynb").read_bytes() == before


def test_the_command_looks_puts_in_order_and_names_the_nearest(folder: Path) -> None:
    command = CliRunner()
    where = ["--notebooks", str(folder)]
    good = command.invoke(app, ["refresh", "--check", *where])
    assert (good.exit_code, good.stdout) == (0, "no problems found\n")
    _change(folder, lambda made: made.cells[2].metadata.update(execution={}))
    bad = command.invoke(app, ["refresh", "--check", "sum", *where])
    assert bad.exit_code == 1
    assert bad.stdout.splitlines()[-1] == "1 problem found"
    done = command.invoke(app, ["refresh", "--normalise", *where])
    assert (done.exit_code, done.stdout) == (0, f"put in order {folder / 'sum.ipynb'}\n")
    both = command.invoke(app, ["refresh", "--check", "--normalise", *where])
    assert "give one of them" in str(both.exception)
    wrong = command.invoke(app, ["refresh", "--check", "sun", *where])
    assert isinstance(wrong.exception, InputError)
    assert "sum" in str(wrong.exception)


def test_the_stored_notebooks_of_the_project_were_run_as_they_stand(root: Path) -> None:
    assert problems(root / "notebooks") == []
