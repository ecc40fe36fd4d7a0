"""The vocabularies: data files beside this module, and the two ways of reading them.

Belongs here: terms, labels, spellings, units, qualifiers and rules, one CSV each; a new spelling
is one new line in a file and needs no Python. Does not belong here: any judgement.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

from analysis.clean.text import fold


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one vocabulary file, in file order.

    Parameters
    ----------
    name : str
        File name without ``.csv``, for example ``"drugs"`` or ``"spellings/drugs"``.

    Examples
    --------
    >>> rows("drugs")[0]["key"] in spellings("drugs").values()
    True
    """
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def spellings(name: str) -> dict[str, str]:
    """Return the known spellings of a vocabulary: folded spelling to key.

    The keys and labels of ``<name>.csv`` are spellings too; ``spellings/<name>.csv`` (columns
    ``spelling``, ``key``) adds the printed ones. A spelling with two keys is a mistake and raises.

    Examples
    --------
    >>> spellings("drugs")["charas"]
    'hashish'
    """
    known: dict[str, str] = {}
    terms = rows(name)
    keys = {term["key"] for term in terms}
    pairs = [(term[column], term["key"]) for term in terms for column in ("key", "label") if term.get(column)]
    pairs += [(row["spelling"], row["key"]) for row in rows(f"spellings/{name}")]
    for spelling, key in pairs:
        if key not in keys:
            raise ValueError(f"vocabulary {name}: spelling {spelling!r} leads to the unknown key {key!r}")
        if known.setdefault(fold(spelling), key) != key:
            raise ValueError(
                f"vocabulary {name}: spelling {spelling!r} has two keys, {known[fold(spelling)]} and {key}"
            )
    return known


def label(name: str, key: str) -> str:
    """Return the label of a key, or the key itself where the vocabulary has none.

    Examples
    --------
    >>> label("drugs", "opium"), label("drugs", "no such key")
    ('Opium', 'no such key')
    """
    return next((term["label"] for term in rows(name) if term["key"] == key), key)
