"""What a notebook lets one choose: its parameters, and whether a value fits.

Belongs here: reading the cell tagged ``parameters``, checking values. Does not belong here: which
values a plan asks for (``plan``).

A notebook declares its parameters once, in the cell tagged ``parameters``: a name, a default that
gives the type, and in a comment what is allowed::

    country = "PAK"  # one of: PAK, TJK
    start = "2015-01-01"  # a date, 1990-01-01 to 2030-12-31
    top = 8  # 1 to 50
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from analysis.errors import InputError, nearest

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHOICES = re.compile(r"one of:?\s+(.+)$", re.IGNORECASE)
_RANGE = re.compile(r"(?:^|[\s,;])([\w.+-]+)\s+to\s+([\w.+-]+)")
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


@dataclass(frozen=True)
class Parameter:
    """What a notebook declares: ``choices`` are empty and ``least``, ``most`` None where all is allowed.

    Examples
    --------
    >>> Parameter("start", "2015-01-01", (), "1990-01-01", "2030-12-31").kind
    'a date such as 2019-01-31'
    """

    name: str
    default: Any
    choices: tuple[str, ...] = ()
    least: str | None = None
    most: str | None = None

    @property
    def is_date(self) -> bool:
        """Whether the default is a day."""
        return isinstance(self.default, str) and bool(_DATE.fullmatch(self.default))

    @property
    def kind(self) -> str:
        """The type in words."""
        return "a date such as 2019-01-31" if self.is_date else _WORDS.get(type(self.default), "any value")


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters that a notebook declares, by name.

    Raises
    ------
    InputError
        The file is no notebook, or its parameters cell is not plain assignments of literals.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> cell = {"source": 'country = "PAK"  # one of: PAK, TJK', "metadata": {"tags": ["parameters"]}}
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "seizures.ipynb")).write_text(json.dumps({"cells": [cell]}))
    ...     declared_parameters(path)["country"].choices
    ('PAK', 'TJK')
    """
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{notebook} is not a notebook; name an .ipynb file") from None
    source = next((c["source"] for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])), "")
    source = source if isinstance(source, str) else "".join(source)
    out = {}
    try:
        remarks = {
            t.start[0]: t.string.lstrip("# ")
            for t in tokenize.generate_tokens(io.StringIO(source).readline)
            if t.type == tokenize.COMMENT
        }
        for statement in ast.parse(source).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
            if isinstance(target, ast.Name) and getattr(statement, "value", None) is not None:
                default = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
                out[target.id] = _declared(target.id, default, remarks.get(statement.end_lineno or 0, ""))
    except (SyntaxError, ValueError, tokenize.TokenError) as error:
        raise InputError(
            f"{notebook}: the cell tagged parameters must hold plain assignments such as country = 'PAK' ({error})"
        ) from None
    return out


def _declared(name: str, default: Any, remark: str) -> Parameter:
    choices = _CHOICES.search(remark)
    if choices:
        return Parameter(name, default, tuple(c.strip(" .\"'") for c in choices[1].split(",")))
    span = _RANGE.search(remark)
    return Parameter(name, default, (), *(span.groups() if span else (None, None)))


def check_value(parameter: Parameter, value: Any, where: str) -> Any:
    """Return a value as the declared type, or raise with what is allowed.

    Examples
    --------
    >>> check_value(Parameter("top", 8, (), "1", "50"), "12", "plan")
    12
    """
    where = f"{where}: parameter {parameter.name}"
    if isinstance(value, (dt.date, dt.datetime)):
        value = value.isoformat()[:10]
    if isinstance(value, bool) and isinstance(parameter.default, str):
        raise InputError(f"{where} is {value}: YAML reads words such as NO, ON and YES so; put the text in quotes")
    value = _as_type(parameter, value, where)
    if parameter.choices and str(value) not in parameter.choices:
        raise InputError(
            f"{where} is {value!r}; it is one of {', '.join(parameter.choices)}{nearest(str(value), parameter.choices)}"
        )
    if isinstance(value, str) and not parameter.choices and _leaves(value):
        raise InputError(f"{where} is {value!r}; a value may not be a path that leaves the output folder")
    if parameter.least is not None and parameter.most is not None:
        low, high = (_as_type(parameter, end, where) for end in (parameter.least, parameter.most))
        if not low <= value <= high:
            raise InputError(f"{where} is {value}; it lies between {low} and {high}")
    return value


def _as_type(parameter: Parameter, value: Any, where: str) -> Any:
    kind = type(parameter.default)
    wrong = InputError(f"{where} is {value!r}; it must be {parameter.kind}")
    if parameter.default is None:
        return value
    if kind is str:
        if not isinstance(value, str):
            raise InputError(
                f"{where} is {value!r}, a {type(value).__name__}; it must be {parameter.kind}: put it in quotes"
            )
        if parameter.is_date:
            try:
                dt.date.fromisoformat(value)
            except ValueError:
                raise wrong from None
        return value
    if isinstance(value, str):
        try:
            value = yaml.safe_load(value)
        except yaml.YAMLError:
            raise wrong from None
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise wrong
    return value


def _leaves(value: str) -> bool:
    return value.startswith(("/", "\\", "~")) or bool(re.search(r"(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:[\\/]|\x00", value))
