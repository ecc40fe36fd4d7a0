"""One call in a process of its own, which starts warm where that can be.

Belongs here: sending the call, waiting for its result, saying how the process ended. Does not belong here:
the server that the process is forked from (``warm``), what is called.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from multiprocessing import connection
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from analysis.report.warm import Forked, can_fork, end_with, ending, fork

P = ParamSpec("P")
T = TypeVar("T")

_running: set[Any] = set()


class ProcessEnded(RuntimeError):
    """A process was killed, or left before it had an answer.

    Attributes
    ----------
    exitcode : int
        Negative where a signal killed it.
    """

    def __init__(self, exitcode: int) -> None:
        super().__init__(f"the process {ending(exitcode)}")
        self.exitcode = exitcode

    def __reduce__(self) -> tuple[type[ProcessEnded], tuple[int]]:
        """Let it be made again where it was sent to."""
        return type(self), (self.exitcode,)


def in_own_process(call: Callable[P, T], *args: P.args, **keywords: P.kwargs) -> T:
    """Run one call in a process of its own and return its result.

    Many threads may do so at once. The process has the variables and the working folder of this one, and
    ends when this one does, however that ends. Where nothing can be forked, a new Python is started.

    Parameters
    ----------
    call : callable
        Can be pickled, and is not of ``__main__``; so can its arguments and its result.

    Raises
    ------
    ProcessEnded
        The process was killed or left before the call was over.
    Exception
        Whatever the call raises.
    """
    work = pickle.dumps((call, args, keywords))
    read, write = os.pipe()
    # Temporary files of the process lie here: whichever of the two is killed, the other one clears up.
    litter = tempfile.TemporaryDirectory(prefix="inl-", ignore_cleanup_errors=True)
    with litter, connection.Connection(read, writable=False) as answers:
        try:
            process = _start(work, write, litter.name)
        finally:
            os.close(write)
        _running.add(process)
        try:
            # A process that it started may hold the pipe open when it is gone itself.
            connection.wait([answers, process.fileno()] if isinstance(process, Forked) else [answers])
            answer = b""
            with contextlib.suppress(EOFError):
                if answers.poll():
                    answer = answers.recv_bytes()
            exitcode = process.wait()
        finally:
            _running.discard(process)
            if process.stdin:
                process.stdin.close()
    if exitcode or not answer:
        raise ProcessEnded(exitcode or 0)
    made, error = pickle.loads(answer)
    if error is not None:
        raise error
    result: T = made
    return result


def end_all() -> None:
    """End every process that `in_own_process` waits for; its callers see `ProcessEnded`."""
    for process in list(_running):
        process.kill()


def _start(work: bytes, write: int, litter: str) -> Forked | subprocess.Popen[bytes]:
    env = {**os.environ, "TMPDIR": litter}
    if can_fork():
        with contextlib.suppress(OSError, EOFError):
            return fork(_answer, work, sys.path, env=env, folder=Path.cwd(), fds=(write,), litter=litter)
    code = f"import sys; sys.path[:] = {sys.path!r}; from analysis.report import own; own._spawned({write}, {litter!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, pass_fds=[write], start_new_session=True, env=env
    )
    assert process.stdin is not None
    connection.Connection(os.dup(process.stdin.fileno()), readable=False).send_bytes(work)
    return process


def _spawned(write: int, litter: str) -> None:
    stdin = os.dup(0)
    work = connection.Connection(os.dup(stdin), writable=False).recv_bytes()
    threading.Thread(target=end_with, args=(stdin, litter), daemon=True).start()
    os.set_inheritable(write, False)
    _answer(write, work, sys.path)


def _answer(write: int, work: bytes, path: list[str]) -> None:
    sys.path[:] = path
    try:
        call, args, keywords = pickle.loads(work)
        answer = pickle.dumps((call(*args, **keywords), None))
    except Exception as error:
        error.add_note(f"In a process of its own:\n{traceback.format_exc()}")
        answer = pickle.dumps((None, _portable(error)))
    with connection.Connection(write, readable=False) as answers:
        answers.send_bytes(answer)


def _portable(error: Exception) -> Exception:
    """Return the error, or where it cannot be pickled one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
