"""A run appears whole or not at all.

A run is put together in a hidden folder, renamed to ``runs/<id>`` (the id is a hash of what is in
it), and becomes the current one when ``index.html``, a single file, is replaced. That file names
its run and links into it, so at every moment the reader has one complete run, old or new. Each
``runs/<id>`` has an index of its own and can be handed on as a folder; ``latest`` is a link to the
current one for people and scripts.

Belongs here: lock, staging, renaming, what is kept. Does not belong here: what is in a run.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import InputError

STAGING = ".staging"
RUNS = "runs"
# Not part of what a run is: times, and what is said about the run before.
APART = ("run.json", "index.html")
_NAMED = re.compile(r'<meta name="run" content="([0-9a-f]{12})">')


class Busy(InputError):
    """Another run is writing to the same folder."""


@contextmanager
def locked(out: Path) -> Iterator[Path]:
    """Hold the output folder for one run; yield an empty staging folder.

    What a killed run left in the staging folder is cleared first.

    Raises
    ------
    Busy
        Another run holds it.
    InputError
        The folder cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, locked(Path(folder)) as staged:
    ...     staged.relative_to(folder).as_posix(), list(staged.iterdir())
    ('.staging/run', [])
    """
    lock = FileLock(out / ".lock")
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise Busy(
            f"another run is writing to {out}; wait until it is done, or name another folder with --out"
        ) from None
    except OSError as error:
        raise InputError(f"{out} cannot be written ({error.strerror}); name another folder with --out") from None
    try:
        shutil.rmtree(out / STAGING, ignore_errors=True)
        (out / STAGING / "run").mkdir(parents=True)
        yield out / STAGING / "run"
    finally:
        shutil.rmtree(out / STAGING, ignore_errors=True)
        lock.release()


def current(out: Path) -> Path | None:
    """Return the folder of the published run, None where nothing is published.

    Examples
    --------
    >>> print(current(Path("no/such/folder")))
    None
    """
    try:
        with (out / "index.html").open(encoding="utf-8") as file:
            named = _NAMED.search(file.read(4096))
    except (OSError, UnicodeDecodeError):
        return None
    folder = out / RUNS / named[1] if named else None
    return folder if folder and folder.is_dir() else None


def run_id(staged: Path) -> str:
    """Return the hash of all that makes a run, twelve hexadecimal digits.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     before, told = run_id(Path(folder)), Path(folder, "run.json").write_text("{}")
    ...     run_id(Path(folder)) == before  # times do not count
    True
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in staged.rglob("*") if p.is_file()):
        name = path.relative_to(staged).as_posix()
        if name not in APART:
            digest.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:12]


def publish(staged: Path, out: Path, identity: str, index: str, keep: int) -> Path:
    """Make a staged run the current one.

    Parameters
    ----------
    staged : Path
        The complete run, on the same file system as ``out``.
    out : Path
        The output folder.
    identity : str
        As `run_id` gives it.
    index : str
        The page that becomes ``out/index.html``; it names the run.
    keep : int
        How many runs stay, this one included.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, locked(Path(folder)) as staged:
    ...     index = '<meta name="run" content="0a1b2c3d4e5f">'
    ...     made = publish(staged, Path(folder), "0a1b2c3d4e5f", index, keep=3)
    ...     current(Path(folder)) == made, made.relative_to(folder).as_posix()
    (True, 'runs/0a1b2c3d4e5f')
    """
    target = out / RUNS / identity
    target.parent.mkdir(exist_ok=True)
    if target.exists():
        # The same content was published before: only what is said about it is new.
        for name in APART:
            os.replace(staged / name, target / name)
    else:
        staged.rename(target)
    os.utime(target)
    fresh = out / STAGING / "index.html"
    fresh.write_text(index, encoding="utf-8")
    os.replace(fresh, out / "index.html")
    _point(out, identity)
    _prune(out, target, keep)
    return target


def carry(folder: Path, staged: Path) -> None:
    """Take a report of an earlier run over into this one, without copying where the disk allows.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     (old := Path(folder, "old")).mkdir()
    ...     written = (old / "report.html").write_text("<p>"), carry(old, Path(folder, "new"))
    ...     Path(folder, "new", "report.html").read_text()
    '<p>'
    """

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return target

    shutil.copytree(folder, staged, copy_function=link)


def _point(out: Path, identity: str) -> None:
    # Only a convenience: where links are not to be had, the index alone leads to the run.
    with suppress(OSError):
        (out / STAGING / "latest").symlink_to(Path(RUNS) / identity, target_is_directory=True)
        os.replace(out / STAGING / "latest", out / "latest")


def _prune(out: Path, target: Path, keep: int) -> None:
    others = sorted(
        (p for p in (out / RUNS).iterdir() if p.is_dir() and p != target), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for number, old in enumerate(others[max(keep - 1, 0) :]):
        grave = out / STAGING / f"old-{number}"
        old.rename(grave)
        shutil.rmtree(grave, ignore_errors=True)
