"""One spelling of a text for comparing, whatever its script.

Belongs here: what makes two printed texts the same word. Does not belong here:
what the word means (``terms``), what a number is (``numbers``).
"""

from __future__ import annotations

import re
import unicodedata

# Urdu and Persian print the same letter with different code points.
_ALIKE = str.maketrans(
    {
        "ي": "ی",
        "ى": "ی",
        "ئ": "ی",
        "ك": "ک",
        "ة": "ه",
        "ۀ": "ه",
        "أ": "ا",
        "إ": "ا",
        "ё": "е",
        "ʼ": "'",
        "’": "'",
        "‘": "'",
    }
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")


def fold(text: str) -> str:
    """Return the text as it is compared: one case, one width, one space.

    Parameters
    ----------
    text : str
        Any printed text, any script.

    Returns
    -------
    str
        Casefolded, NFKC-normalised, combining marks on Latin letters removed, Arabic-script
        letter variants united, invisible characters removed, ends trimmed of spaces, commas,
        semicolons, full stops and colons.

    Examples
    --------
    >>> fold("  Khatlon  Region. ")
    'khatlon region'
    """
    if text.isascii():
        text = text.lower()
    else:
        text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().translate(_ALIKE).translate(_PLAIN)
    return " ".join(text.split()).strip(" .,;:")


class _Plain(dict[int, str]):
    """Each letter without its marks where it is Latin, found when it is first met."""

    def __missing__(self, code: int) -> str:
        first = unicodedata.normalize("NFD", chr(code))[0]
        self[code] = first if first.isascii() else chr(code)
        return self[code]


_PLAIN = _Plain()
