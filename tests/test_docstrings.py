"""What `?` shows: every public function says what it takes and has an example that runs.

Public is what can be imported and has no underscore before its name. The examples run with the other tests
(``--doctest-modules``); here it is only asked that they are there. A record (a dataclass, a named tuple), a protocol
and an exception need none of their own: the functions that return or raise them show them. Nor does a command, which
``--help`` shows.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "analysis"
SECTIONS = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "See Also", "Notes", "Examples")
# Functions without an example, each with the reason; no other may lack one.
_KERNEL = "it executes a notebook in a kernel, which takes seconds"
_SERVER = "it starts the server that has the libraries loaded, which takes seconds"
NO_EXAMPLE = {
    "cli.main": "it runs the command line of the process that calls it",
    "read.sheets.first_rows": "it needs a workbook, and nothing here writes one",
    "read.sheets.sheet_batches": "it needs a workbook, and nothing here writes one",
    "report.assemble.assemble": "it puts together the reports of a whole run, which an example has not",
    "report.kernels.WarmProvisioner": "Jupyter calls it, and nobody else",
    "report.make.make_report": _KERNEL,
    "report.pdf.browser": "it needs Chromium, which is not everywhere",
    "report.pdf.to_pdf": "it needs Chromium, which is not everywhere",
    "report.preload.load": "it loads every library there is, which takes seconds",
    "report.refresh.refresh": _KERNEL,
    "report.run.run_reports": _KERNEL,
    "report.warm.Forked": _SERVER,
    "report.workers.make_all": _KERNEL,
    "report.own.end_all": "it ends processes, of which an example has none",
    "report.warm.end_with": "it ends the process that calls it",
    "report.warm.fork": _SERVER,
    "report.warm.start": _SERVER,
    "report.own.in_own_process": _SERVER,
}
_RECORDS = {"NamedTuple", "Protocol", "Exception", "InputError"}
Definition = ast.FunctionDef | ast.ClassDef


def definitions() -> Iterator[tuple[str, Definition]]:
    """Yield each public function and class of the package by its full name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield (f"{module}.{node.name}" if module != "__init__" else node.name), node


EVERY = dict(definitions())
FUNCTIONS = {name: node for name, node in EVERY.items() if isinstance(node, ast.FunctionDef)}


def needs_none(node: Definition) -> bool:
    """Say whether something is shown by other things: a record, a protocol, an exception, a command."""
    marks = [ast.unparse(one) for one in (*node.decorator_list, *getattr(node, "bases", []))]
    return any(
        mark.startswith(("dataclass", "app.command")) or mark in _RECORDS or mark.endswith("Error") for mark in marks
    )


def sections(node: Definition) -> dict[str, str]:
    """Return the text of each section of a docstring."""
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    parts = re.split(rf"^({'|'.join(SECTIONS)})\n-+\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def parameters(node: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def starred(node: ast.FunctionDef) -> list[str]:
    return [one.arg for one in (node.args.vararg, node.args.kwarg) if one]


def test_the_package_is_looked_at() -> None:
    assert len(FUNCTIONS) > 300
    assert "load" not in FUNCTIONS, "the front door only hands on what the rooms define"
    assert {"clean.numbers.read_number", "store.load", "measures.seizures.year_by_drug"} <= FUNCTIONS.keys()


def test_every_function_has_an_example() -> None:
    lacking = [
        name
        for name, node in EVERY.items()
        if ">>> " not in sections(node).get("Examples", "") and name not in NO_EXAMPLE and not needs_none(node)
    ]
    assert lacking == []


def test_every_exception_to_that_is_needed_and_says_why() -> None:
    assert len(NO_EXAMPLE) < len(EVERY) / 20
    for name, reason in NO_EXAMPLE.items():
        assert name in EVERY, f"{name} is not there any more: take it out of this list"
        assert "Examples" not in sections(EVERY[name]), f"{name} has an example: take it out of this list"
        assert len(reason) > 10


def test_an_example_shows_something() -> None:
    hollow = re.compile(r"^>>> (True|None|pass|1|\.\.\.|import \w+)$", re.MULTILINE)
    shown = re.compile(r"^(?!>>>|\.\.\.|$).+", re.MULTILINE)
    for name, node in EVERY.items():
        example = sections(node).get("Examples")
        if example:
            assert shown.search(example), f"{name}: nothing is shown"
            assert not hollow.fullmatch(example.strip()), name


@pytest.mark.parametrize("name", [name for name in EVERY if "Parameters" in sections(EVERY[name])])
def test_described_parameters_are_those_there_are(name: str) -> None:
    node: Definition = EVERY[name]
    if isinstance(node, ast.ClassDef):
        node = next(one for one in node.body if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    section = sections(EVERY[name])["Parameters"]
    heads = re.findall(r"^(\*{0,2}\w[\w, *]*)(?: : .*)?$", section, flags=re.MULTILINE)
    described = {one.strip(" *") for head in heads for one in head.split(",")}
    taken = set(parameters(node)) - {"self"}
    assert described <= taken | set(starred(node)), "it describes what it does not take"
    assert taken <= described | set(re.findall(r"``(\w+)``", section)), "it takes what it does not describe"


def test_who_takes_many_things_describes_them() -> None:
    taken = {name: node for name, node in FUNCTIONS.items() if len(parameters(node)) > 3 and not needs_none(node)}
    assert [name for name, node in taken.items() if "Parameters" not in sections(node)] == []


def test_every_function_and_public_method_has_a_docstring() -> None:
    for name, node in EVERY.items():
        assert ast.get_docstring(node), name
        for method in node.body if isinstance(node, ast.ClassDef) else []:
            if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                assert ast.get_docstring(method), f"{name}.{method.name}"


def test_everything_has_type_hints() -> None:
    for name, node in FUNCTIONS.items():
        given = node.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
        assert node.returns is not None, name
        assert [one.arg for one in every if one.annotation is None] == [], name
