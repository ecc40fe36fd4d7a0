"""What goes wrong for a user, said in one sentence each.

Belongs here: the exceptions that carry a sentence to a person. Does not belong
here: deciding what is wrong (the room that reads decides), printing (``cli``).
"""

from __future__ import annotations

import difflib
import linecache
import traceback
from collections.abc import Iterable


class InputError(Exception):
    """An input that stops the work: the message names it and says what to do."""

    def _render_traceback_(self) -> list[str]:
        """Return what a notebook shows: the line of the user's own cell, and the sentence.

        IPython asks for this by name. What lies between the cell and the refusal is the package's own
        affair; ``%debug`` in the next cell still leads there.
        """
        steps = list(traceback.walk_tb(self.__traceback__))
        own = [(frame, line) for frame, line in steps if frame.f_globals.get("__name__") == "__main__"]
        said = [f"{type(self).__name__}: {self}"]
        if own:
            frame, line = own[-1]
            code = linecache.getline(frame.f_code.co_filename, line, frame.f_globals).strip()
            said.insert(0, f"Line {line} of the cell: {code}" if code else f"Line {line} of the cell")
        return said


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
