"""How a dropped file is written: compressed or not, which encoding, which delimiter, which decimal mark.

Belongs here: looking at the first bytes of a file, and opening it as a stream of UTF-8. Does not
belong here: rows (``blocks``, ``sheets``), columns and their meaning (the layouts).
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from analysis.errors import InputError

SAMPLE = 1 << 18
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252")
DELIMITERS = (";", "\t", ",", "|")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_OLE = b"\xd0\xcf\x11\xe0"
_NUMBER = re.compile(r"[-+]?\d[\d.,\u00a0\u202f ]*")


@dataclass(frozen=True, slots=True)
class Form:
    """How a text file is written, and how that is known (``stated`` or ``detected``)."""

    encoding: str
    delimiter: str
    decimal: str = "."
    how: str = "detected"

    def __str__(self) -> str:
        """Return the form as one line of a log."""
        names = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
        named = names.get(self.delimiter, repr(self.delimiter))
        return f"encoding {self.encoding}, delimiter {named}, decimal mark {self.decimal} ({self.how})"


def sample(path: Path) -> bytes:
    r"""Return the first bytes of a file, decompressed.

    Raises
    ------
    InputError
        The file is missing, empty, cannot be decompressed, or is a web page in disguise.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv.gz")).write_bytes(gzip.compress(b"drug;amount\n"))
    ...     sample(path)
    b'drug;amount\n'
    """
    try:
        with _binary(path) as stream:
            head = stream.read(SAMPLE)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path.name}, line 1: the compressed file is cut short or damaged; download it again"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if not head.strip():
        raise InputError(f"{path.name}, line 1: the file is empty; download it again")
    if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<":
        raise InputError(
            f"{path.name}, line 1: this is a web page, not a table (it begins with {_shown(head)!r});"
            " the site sent a page in its place: download the export again"
        )
    return head


def is_sheet(path: Path, head: bytes) -> bool:
    r"""Whether the file is a workbook (XLSX, XLS or ODS), by its bytes and not by its name.

    Examples
    --------
    >>> is_sheet(Path("raids.csv"), b"drug;amount\n"), is_sheet(Path("raids.csv"), b"PK\x03\x04")
    (False, True)
    """
    named = path.suffix.lower() in {".xlsx", ".xls", ".ods"}
    if head.startswith((b"PK\x03\x04", _OLE)):
        return True
    if named:
        raise InputError(
            f"{path.name}, line 1: the name says workbook but the file is not one (it begins with {_shown(head)!r});"
            " download it again, or name it .csv if it is text"
        )
    return False


def detect_encoding(head: bytes) -> str:
    """Return the encoding that the first bytes of a text show.

    Examples
    --------
    >>> detect_encoding("Хатлон, героин".encode("cp1251")), detect_encoding("Córdoba, Pérez".encode("cp1252"))
    ('cp1251', 'cp1252')
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    even, odd = head[0:4000:2].count(0), head[1:4000:2].count(0)
    if max(even, odd) > len(head[:4000]) / 8:
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError as error:
        if error.start > len(head) // 2 and re.search(rb"[\xc2-\xf4][\x80-\xbf]", head[: error.start]):
            return "utf-8"  # most of it is UTF-8: the odd rows are rejected, each with its line
        return _single_byte(head)
    return "utf-8"


def _single_byte(head: bytes) -> str:
    """Tell Cyrillic from Western bytes: Cyrillic words are runs of high bytes, accents stand alone."""
    high = re.findall(rb"[\xa8\xb8\xc0-\xff]+", head)
    inside_runs = sum(len(run) for run in high if len(run) > 1)
    return "cp1251" if inside_runs * 2 > sum(map(len, high)) else "cp1252"


def detect_delimiter(line: str) -> str:
    """Return the delimiter that cuts a heading line into most cells; a comma where none does.

    Examples
    --------
    >>> detect_delimiter('date;"amount, kg";place')
    ';'
    """
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=bare.count) if any(mark in bare for mark in DELIMITERS) else ","


def detect_decimal(texts: Sequence[str]) -> str:
    """Return the decimal mark that printed numbers show, ``.`` where nothing tells.

    Examples
    --------
    >>> detect_decimal(["1,5", "0,25", "12"]), detect_decimal(["4,083", "1,200.5"])
    (',', '.')
    """
    votes = {",": 0, ".": 0}
    for text in texts:
        number = text.strip()
        if not _NUMBER.fullmatch(number):
            continue
        comma, dot = number.rfind(","), number.rfind(".")
        if comma >= 0 and dot >= 0:
            votes["," if comma > dot else "."] += 1
        elif max(comma, dot) >= 0 and number.count(",") + number.count(".") == 1:
            mark = "," if comma >= 0 else "."
            if not re.fullmatch(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", number):
                votes[mark] += 1
    return "," if votes[","] > votes["."] else "."


def first_line(head: bytes, encoding: str) -> str:
    r"""Return the first line that is not blank.

    Examples
    --------
    >>> first_line(b"\n\ndrug;amount\r\nheroin;7\r\n", "utf-8")
    'drug;amount'
    """
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head, final=False).lstrip("\ufeff")
    if "\r" in text and "\n" not in text:
        raise InputError("line 1: the lines end in CR alone; save the file with line ends of LF or CRLF")
    return next((line.rstrip("\r") for line in text.split("\n") if line.strip()), "")


def open_utf8(path: Path, encoding: str) -> IO[bytes]:
    """Open a file, compressed or not, as a stream of UTF-8 bytes.

    Bytes that the encoding does not know come through as they are, so that the row which holds them
    can be rejected by its line.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     written = (path := Path(folder, "raids.csv")).write_bytes("масса".encode("cp1251"))
    ...     with open_utf8(path, "cp1251") as stream:
    ...         stream.read().decode()
    'масса'
    """
    stream = _binary(path)
    if encoding == "utf-8":
        return stream
    return io.BufferedReader(_Transcoded(stream, encoding), buffer_size=1 << 20)


class _Transcoded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            data = self._stream.read(1 << 20)
            try:
                text = self._decoder.decode(data, final=not data)
            except UnicodeDecodeError:  # UTF-16 has no way through for half a character
                text = "\ufffd"
            self._ready = text.encode("utf-8", errors="surrogateescape")
            if not data:
                break
        taken = self._ready[: len(buffer)]
        self._ready = self._ready[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _binary(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        magic = stream.read(2)
    if magic != b"\x1f\x8b":
        return path.open("rb")
    return io.BufferedReader(gzip.open(path, "rb"), buffer_size=1 << 20)


def _shown(head: bytes) -> str:
    return head[:40].decode("utf-8", errors="replace").strip().split("\n")[0]
