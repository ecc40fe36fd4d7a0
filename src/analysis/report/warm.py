"""Processes that start warm: forked from a server that has the libraries loaded.

Belongs here: the server, and what a process forked from it is given. Does not belong here: what the server
loads (``preload``), kernels (``kernels``), calls (``own``), what the processes run.

The server is multiprocessing's fork server, in the surroundings of a report: its children keep its hash
seed and what its libraries read when they were loaded. Of multiprocessing's `Process` three things are in
the way: it runs the program's ``__main__`` again in each child, which costs more than the fork; a daemonic
process, such as a Dask worker, may start none; and a child starts a second server for its own children.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing import connection, forkserver
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# Set to "ordinary", nothing is forked from a server.
VARIABLE = "INL_EVIDENCE_KERNEL"
_PRELOAD = "analysis.report.preload"
_starting = threading.Lock()


def surroundings() -> dict[str, str]:
    """Return the variables that make a kernel the same for every user, clock and language.

    Examples
    --------
    >>> surroundings()["TZ"], surroundings()["PYTHONHASHSEED"]
    ('UTC', '0')
    """
    out = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"}
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib and matplotlib.origin:
        out["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
    return out


def ending(exitcode: int) -> str:
    """Say in words how a process ended.

    Examples
    --------
    >>> ending(-9), ending(3)
    ('was killed by signal 9 (SIGKILL)', 'left with exit code 3')
    """
    if exitcode >= 0:
        return f"left with exit code {exitcode}"
    name = {number.value: f" ({number.name})" for number in signal.Signals}.get(-exitcode, "")
    return f"was killed by signal {-exitcode}{name}"


def can_fork() -> bool:
    """Say whether processes can be forked from a server here, and nobody asked for ordinary ones.

    Examples
    --------
    >>> can_fork() or os.environ.get("INL_EVIDENCE_KERNEL") == "ordinary" or "no fork server on this system"
    True
    """
    return os.environ.get(VARIABLE) != "ordinary" and "forkserver" in multiprocessing.get_all_start_methods()


class _Server(forkserver.ForkServer):
    """The fork server of this process and of all that are forked from it.

    What lets a process speak to a server that it did not start are private attributes of CPython's class, the
    same from 3.11 to 3.14, which added the key. Where they are missing, nothing is forked.
    """

    _HANDED_DOWN = ("_forkserver_address", "_forkserver_authkey")

    def ensure_running(self) -> None:
        """Start the server, unless this process has one or was handed one."""
        mine = vars(self)
        with _starting:
            pid = mine.get("_forkserver_pid")
            if pid is None and mine.get("_forkserver_address"):
                return
            if pid is not None and os.waitpid(pid, os.WNOHANG) == (0, 0):
                return
            if pid is not None:  # it was killed
                os.close(mine["_forkserver_alive_fd"])
                mine.update(_forkserver_pid=None, _forkserver_address=None)
            self.set_forkserver_preload([_PRELOAD])
            with _given(_server_variables()):
                super().ensure_running()

    def ticket(self) -> tuple[dict[str, Any], int]:
        """Return what a child needs to use this server, and the pipe that keeps the server up."""
        self.ensure_running()
        alive = vars(self).get("_forkserver_alive_fd")
        if alive is None:
            raise OSError("this version of Python keeps the pipe of its fork server elsewhere")
        return {name: vars(self).get(name) for name in self._HANDED_DOWN}, alive

    def adopt(self, ticket: Mapping[str, Any], alive: int) -> None:
        """Use the server of the process that started this one."""
        vars(self).update(ticket, _forkserver_alive_fd=alive)


_server = _Server()


def start() -> None:
    """Start the server and do not wait: it loads while this process does something else."""
    if can_fork():
        with contextlib.suppress(OSError):
            _server.ensure_running()


def _server_variables() -> dict[str, str]:
    return {
        **surroundings(),
        "INL_EVIDENCE_SERVER": "1",  # see ``preload``
        # As IPython sets it in a kernel before matplotlib is loaded there.
        "MPLBACKEND": os.environ.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline",
        # The server has one thread when it forks: Arrow's allocator would run another.
        "JE_ARROW_MALLOC_CONF": "background_thread:false",
        # The debugger that ipykernel loads would print advice.
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        # Where the caller is itself a kernel: its parent is not that of the kernels to come.
        "JPY_PARENT_PID": "0",
    }


@contextlib.contextmanager
def _given(more: Mapping[str, str]) -> Iterator[None]:
    """Set variables for as long as it takes to start the server, which can only inherit them."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class Forked:
    """A process forked from the server, with as much of ``subprocess.Popen`` as jupyter_client asks for."""

    stdin = stdout = stderr = None

    def __init__(self, status: int, life: int) -> None:
        self.pid: int = forkserver.read_signed(status)
        self._status = status
        # The child ends when nobody holds the other end of this pipe any more, that is: when this process is gone.
        self._close = weakref.finalize(self, _close, status, life)
        self._lock = threading.Lock()  # two readers of one exit code would wait for ever
        self.returncode: int | None = None

    def fileno(self) -> int:
        """Return a descriptor that can be read when the process has ended."""
        return self._status

    def poll(self) -> int | None:
        """Return the exit code, None while the process runs."""
        return self.wait(0)

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the process to end, at most so many seconds; see `poll`."""
        if self.returncode is None:
            connection.wait([self._status], timeout)
        with self._lock:
            if self.returncode is None and connection.wait([self._status], 0):
                try:
                    self.returncode = forkserver.read_signed(self._status)
                except (OSError, EOFError):
                    self.returncode = 255  # nobody is left to tell: the server is gone
                self._close()
            return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal, unless the process has ended: its number may be another's by then."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signum)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


@dataclass(frozen=True)
class _Task:
    """What a forked process runs: multiprocessing's fork server calls ``_bootstrap`` of what it is sent."""

    run: Callable[..., int | None]
    args: tuple[Any, ...]
    env: dict[str, str]
    folder: str
    litter: str
    ticket: dict[str, Any]

    def _bootstrap(self, parent_sentinel: int) -> int:
        os.setsid()  # signals to the group reach it and what it starts, and nobody else
        alive, *fds = forkserver.get_inherited_fds() or [-1]
        for fd in (alive, *fds):
            os.set_inheritable(fd, False)
        threading.Thread(target=end_with, args=(parent_sentinel, self.litter), daemon=True).start()
        _server.adopt(self.ticket, alive)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # not the caller's terminal
        os.environ.clear()
        os.environ.update(self.env)
        time.tzset()
        tempfile.tempdir = None  # what the server found may not be what the variables say
        os.chdir(self.folder)
        # The forks would all draw the same numbers; Python's own generator sees to itself.
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        gc.freeze()  # what is loaded stays: no need to look through it again and again
        try:
            return self.run(*fds, *self.args) or 0
        except SystemExit as left:
            return left.code if isinstance(left.code, int) else int(left.code is not None)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()


def end_with(pipe: int, litter: str = "") -> None:
    """End this process and all that it started when nobody holds the other end of the pipe any more."""
    os.read(pipe, 1)
    if litter:
        shutil.rmtree(litter, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def fork(
    run: Callable[..., int | None],
    *args: Any,
    env: Mapping[str, str],
    folder: str | Path,
    fds: tuple[int, ...] = (),
    litter: str = "",
) -> Forked:
    """Start ``run(*fds, *args)`` in a process of its own, forked from the warm server.

    Parameters
    ----------
    run : callable
        A function that the server can import. It returns the exit code.
    env : mapping of str to str
        All environment variables of the process.
    folder : str or Path
        Its working folder.
    fds : tuple of int
        File descriptors that it is given.
    litter : str
        A folder that it removes where it ends because this process did.

    Raises
    ------
    OSError, EOFError
        The server cannot be started, or is gone.
    """
    ticket, alive = _server.ticket()
    status, life = _server.connect_to_new_process([alive, *fds])
    try:
        task = pickle.dumps({}) + pickle.dumps(_Task(run, args, dict(env), str(folder), litter, ticket))
        while task:
            task = task[os.write(life, task) :]
        return Forked(status, life)
    except BaseException:
        _close(status, life)
        raise


def _close(*fds: int) -> None:
    for fd in fds:
        os.close(fd)
