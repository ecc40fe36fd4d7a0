"""Kernels for reports: warm where that can be, each with its own variables, folder and private sockets.

Belongs here: the kernel provisioner, the manager that papermill is given, the kernel's start. Does not
belong here: the server that warm kernels are forked from (``warm``), what is executed (``run``).
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from multiprocessing import connection
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient.exceptions import DeadKernelError

from analysis.report.warm import Forked, can_fork, ending, fork

# The entry point in pyproject.toml.
PROVISIONER = "inl-evidence-warm"
# A socket's name may have 104 characters on macOS, 108 on Linux; this is the longest name in the folder.
_LONGEST = 100 - len("/k-5")
# Seconds after which a kernel that does not say that it is ready is asked all the same.
_READY = 30


class WarmProvisioner(LocalProvisioner):
    """Starts Python kernels of this environment by forking them from the warm server, others as ever."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel; see `KernelProvisionerBase`."""
        if not (can_fork() and cmd[0] == sys.executable and "ipykernel_launcher" in cmd):
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        litter = self.parent.private if isinstance(self.parent, _Manager) else ""
        self.cwd = kwargs.get("cwd") or os.getcwd()
        ready, told = os.pipe()
        try:
            self.process = fork(_kernel, arguments, env=kwargs["env"], folder=self.cwd, fds=(told,), litter=litter)
        except (OSError, EOFError) as error:
            self.log.warning("no kernel could be forked (%s); starting an ordinary one", error)
            return await super().launch_kernel(cmd, **kwargs)
        finally:
            os.close(told)
            connection.wait([ready], _READY)
            os.close(ready)
        # Not asked of the system: for a moment the fork is still in the server's group.
        self.pid = self.pgid = self.process.pid
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel and what it started, unless it has ended."""
        if await self.poll() is None:
            await super().send_signal(signum)

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once; it is gone when this returns."""
        process = self.process
        await super().kill(restart)
        if isinstance(process, Forked):
            process.wait(1)


def _kernel(told: int, arguments: list[str]) -> None:
    from ipykernel.kernelapp import IPKernelApp

    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [str(launcher.origin) if launcher else "ipykernel_launcher", *arguments]
    app: Any = IPKernelApp.instance(parent_handle=1)  # it ends with its starter anyway, see `fork`
    try:
        app.initialize()
        os.close(told)  # a client that came sooner would wait before it tries again
        app.start()
    finally:
        app.close()


class _Client(AsyncKernelClient):
    """A client that begins as soon as the kernel is ready."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for a first answer and all output that belongs to it."""
        try:
            await self.get_iopub_msg(timeout=0.5)  # a kernel greets who begins to listen
            asked = self.kernel_info()
            await self.get_shell_msg(timeout=1)
            while not _is_over(await self.get_iopub_msg(timeout=1), asked):
                pass
        except Empty:
            # The kernel is not up yet. What follows waits longer than it must: till 0.2 s nothing comes.
            await super().wait_for_ready(timeout)


def _is_over(message: dict[str, Any], asked: str) -> bool:
    return (message["parent_header"].get("msg_id"), message["content"].get("execution_state")) == (asked, "idle")


class _Manager(AsyncKernelManager):
    """Starts a kernel with variables, folder and sockets of its own; `report_kernel` fills the class in."""

    variables: dict[str, str]
    folder: str
    private: str = ""
    warm: bool
    made: list[_Manager]

    async def start_kernel(self, **keywords: Any) -> None:  # type: ignore[override]
        """Start the kernel."""
        self.made.append(self)
        self.client_factory = _Client
        if self.warm and self.kernel_spec is not None:
            plain = self.kernel_spec.metadata
            self.kernel_spec.metadata = {**plain, "kernel_provisioner": {"provisioner_name": PROVISIONER}}
            # Not registered where the package is not installed but only found.
            if not KernelProvisionerFactory.instance(parent=self.parent).is_provisioner_available(self.kernel_spec):
                self.kernel_spec.metadata = plain
        self.connection_file = os.path.join(self.private, "kernel.json")
        if len(os.fsencode(self.private)) <= _LONGEST:
            self.transport, self.ip = "ipc", os.path.join(self.private, "k")
        await super().start_kernel(**{"env": dict(self.variables), "cwd": self.folder, **keywords})

    def exitcode(self) -> int | None:
        """Return how the kernel ended, None while it runs."""
        process = getattr(self.provisioner, "process", None)
        return process.poll() if process else 0


@contextlib.contextmanager
def report_kernel(env: Mapping[str, str], folder: str | Path, warm: bool = True) -> Iterator[dict[str, Any]]:
    """Give the keywords for `papermill.execute_notebook` that start the kernel as a report needs it.

    Neither the variables nor the working folder of this process change, so threads may execute at once.

    Parameters
    ----------
    env : mapping of str to str
        All variables of the kernel, those of `analysis.report.warm.surroundings` among them.
    folder : str or Path
        Its working folder.
    warm : bool
        Fork it from the warm server, where that can be.

    Raises
    ------
    DeadKernelError
        The kernel died; says of what.

    Examples
    --------
    >>> with report_kernel({"TZ": "UTC"}, ".") as options:
    ...     sorted(options)
    ['extra_arguments', 'kernel_manager_class', 'shutdown_kernel']
    """
    made: list[_Manager] = []
    with tempfile.TemporaryDirectory(prefix="inl-", dir=_short_folder(), ignore_cleanup_errors=True) as private:
        filled = {"variables": dict(env), "folder": str(folder), "private": private, "warm": warm, "made": made}
        try:
            yield {
                "kernel_manager_class": type("ReportKernelManager", (_Manager,), filled),
                # Nothing of a kernel is needed once its last cell has run.
                "shutdown_kernel": "immediate",
                "extra_arguments": ["--log-level=50", "--HistoryManager.enabled=False"],
            }
        except DeadKernelError as error:
            codes = [code for manager in made if (code := manager.exitcode()) is not None]
            raise DeadKernelError(f"the kernel {ending(codes[0])}" if codes else str(error)) from error
        finally:
            for manager in made:
                if manager.exitcode() is None:
                    os.killpg(vars(manager.provisioner)["pgid"], signal.SIGKILL)


def _short_folder() -> str:
    """Return a folder for temporary files whose name leaves room for the names of sockets."""
    usual = tempfile.gettempdir()
    short = len(os.fsencode(usual)) + len("/inl-12345678") <= _LONGEST
    return usual if short or not os.access("/tmp", os.W_OK) else "/tmp"
