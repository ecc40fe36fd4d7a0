"""What goes wrong for a user, said in one sentence each.

Belongs here: the exceptions that carry a sentence to a person. Does not belong
here: deciding what is wrong (the room that reads decides), printing (``cli``).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """An input that stops the work: the message names it and says what to do."""


class Unreadable(ValueError):
    """One text that a cleaner cannot read.

    The message is the reason as it stands in ``rejects.csv``: the value, what
    was expected, and what to do about it. ``column`` names the raw column at
    fault where a cleaner reads several.
    """

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.column = column


def nearest(word: str, choices: Iterable[str], most: int = 3) -> str:
    """Return ``"; nearest: a, b"`` for a misspelt word, or ``""`` when nothing is near.

    Examples
    --------
    >>> nearest("seizure", ["seizures", "trainees"])
    '; nearest: seizures'
    """
    near = difflib.get_close_matches(word, list(choices), n=most, cutoff=0.6)
    return f"; nearest: {', '.join(near)}" if near else ""
