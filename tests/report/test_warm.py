"""Warm kernels and processes: the same results as ordinary ones, nothing carried over, nothing left behind."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import papermill
import pytest
from jupyter_core.utils import ensure_event_loop
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillExecutionError

from analysis.report import kernels, own, warm
from analysis.report.kernels import report_kernel
from analysis.report.own import ProcessEnded, in_own_process
from analysis.report.parts import notebook_bytes
from analysis.report.warm import surroundings

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
forks = pytest.mark.skipif(not warm.can_fork(), reason="nothing can be forked here, or nobody wants it")


@pytest.fixture
def run(tmp_path):
    """Execute cells in a kernel of their own and return the executed notebook."""

    def execute(*cells, warm=True, env=None, **options):
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        path = folder.with_suffix(".ipynb")
        made = [new_code_cell(cell, id=f"c{number}") for number, cell in enumerate(cells)]
        nbformat.write(new_notebook(cells=made, metadata=KERNEL), path)
        given = {**os.environ, **surroundings(), "IPYTHONDIR": str(folder / "ipython"), **(env or {})}
        with report_kernel(given, folder, warm) as keywords:
            return papermill.execute_notebook(
                str(path), None, progress_bar=False, log_output=False, **keywords, **options
            )

    return execute


def shown(notebook, cell=0):
    return "".join(output.get("text", "") for output in notebook.cells[cell].outputs)


def gone(pids, seconds=10.0):
    """Wait for processes to end; say which have not."""
    until = time.monotonic() + seconds
    left = set(pids)
    while left and time.monotonic() < until:
        left = {pid for pid in left if running(pid)}
        time.sleep(0.05)
    return not left


def running(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


TEXTS = """
import gc, locale, os, sys, time
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
import analysis.report.page
print({"heroin", "hashish", "opium"}, time.tzname, locale.setlocale(locale.LC_ALL), gc.get_threshold())
print(sys.path, sys.argv[0], len(sys.argv), sys.flags, sys.warnoptions, sys.stdout.encoding, __name__)
print(plt.rcParams)
print(pd.get_option("display.max_columns"), pd.get_option("display.width"), np.get_printoptions(), np.geterr())
print(os.getpgid(0) == os.getpid() == os.getsid(0), sorted(name for name in globals() if name[0] > "_"))
pd.DataFrame({f"drug {number}": ["opium" * 9] for number in range(30)})
"""
PYPLOT = "plt.plot([3, 1, 2]); plt.title('sum $\\\\alpha$'); print(np.ones((200, 200)) @ np.ones((200, 200)))"
FIGURE = "figure = Figure(figsize=(3, 2)); figure.subplots().plot([1, 2, 3]); display(figure)"


@pytest.mark.slow
@forks
def test_a_warm_kernel_shows_what_an_ordinary_one_shows(run):
    ordinary = run(TEXTS, PYPLOT, FIGURE, warm=False)
    first, second = run(TEXTS, PYPLOT, FIGURE), run(TEXTS, PYPLOT, FIGURE)
    assert all("image/png" in ordinary.cells[number].outputs[-1].data for number in (1, 2))
    assert notebook_bytes(first) == notebook_bytes(ordinary)
    assert notebook_bytes(first) == notebook_bytes(second)
    assert first.metadata.kernelspec == KERNEL["kernelspec"]


LEAVE = """
import os, random, sys
import matplotlib, numpy, pandas
import analysis.report.page
os.environ["LEFT"] = "behind"; os.environ["TZ"] = "Asia/Dushanbe"; __import__("time").tzset()
os.chdir("/"); sys.path.append("/left"); sys.argv.append("left")
matplotlib.rcParams["font.size"] = 99; pandas.set_option("display.max_rows", 3)
random.seed(4711); numpy.random.seed(4711)
analysis.left = left = 1
open("left.txt", "w") if os.access(".", os.W_OK) and os.getcwd() != "/" else None
"""
LOOK = """
import os, random, sys, time
import matplotlib, numpy, pandas
import analysis.report.page
random_first, numpy_first = random.random(), numpy.random.random()
print(os.environ.get("LEFT"), time.tzname, os.getcwd() != "/", "/left" in sys.path, "left" in sys.argv)
print(matplotlib.rcParams["font.size"], pandas.get_option("display.max_rows"))
print(hasattr(analysis, "left"), "left" in globals())
"""
DRAWN = "print(random_first, numpy_first)"


@forks
def test_nothing_leaks_from_one_kernel_into_the_next(run):
    run(LEAVE)
    first, second = run(LOOK, DRAWN), run(LOOK, DRAWN)
    assert shown(first) == "None ('UTC', 'UTC') True False False\n10.0 60\nFalse False\n"
    drawn = {number for notebook in (first, second) for number in shown(notebook, 1).split()}
    assert len(drawn) == 4, "each kernel draws numbers of its own"


@forks
def test_the_variables_and_the_folder_are_the_kernels_own(run, tmp_path):
    before = dict(os.environ), os.getcwd()
    cell = (
        "import os; print(os.environ['ONLY_HERE'], os.getcwd().startswith(os.environ['UNDER']), 'HOME' in os.environ)"
    )
    said = shown(run(cell, env={"ONLY_HERE": "yes", "UNDER": str(tmp_path)}))
    assert said.split()[:2] == ["yes", "True"]
    assert (dict(os.environ), os.getcwd()) == before


@forks
def test_kernels_run_at_once_in_threads(run):
    cell = "import os, time; time.sleep(0.5); print(os.environ['NUMBER'])"

    def one(number):
        try:
            return shown(run(cell, env={"NUMBER": str(number)})).strip()
        finally:
            ensure_event_loop().close()  # nbclient leaves each thread one

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(3))) == ["0", "1", "2"]


@forks
def test_a_kernel_that_is_killed_is_noticed_soon_and_says_why(run):
    run("1")
    started = time.monotonic()
    with pytest.raises(DeadKernelError, match=r"killed by signal 9 \(SIGKILL\)"):
        run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(DeadKernelError, match="left with exit code 7"):
        run("import os; os._exit(7)")
    assert time.monotonic() - started < 10


@forks
def test_a_cell_that_never_ends_is_ended(run, tmp_path):
    pid_file = tmp_path / "pid"
    cell = f"import os; open({str(pid_file)!r}, 'w').write(str(os.getpid()))\nwhile True: pass"
    with pytest.raises(CellTimeoutError):
        run(cell, execution_timeout=1)
    assert gone([int(pid_file.read_text())])


@forks
def test_a_kernel_can_be_interrupted_and_goes_on(run):
    with pytest.raises(PapermillExecutionError, match="KeyboardInterrupt"):
        run("import time\nwhile True: time.sleep(1)", execution_timeout=1, interrupt_on_timeout=True)


@forks
def test_the_cell_that_raises_is_named(run):
    with pytest.raises(PapermillExecutionError, match="ZeroDivisionError") as raised:
        run("1", "1 / 0")
    assert raised.value.cell_index == 1


def test_the_sockets_lie_in_a_private_folder_that_goes(run, monkeypatch):
    seen = []
    connect = kernels._Client.wait_for_ready

    async def look(self, timeout=None):
        await connect(self, timeout)
        folder = Path(self.connection_file).parent
        seen.append((folder, stat.S_IMODE(folder.stat().st_mode) & 0o777, self.transport, sorted(os.listdir(folder))))

    monkeypatch.setattr(kernels._Client, "wait_for_ready", look)
    run("1")
    [(folder, mode, transport, names)] = seen
    assert (mode, transport) == (0o700, "ipc")
    assert names == ["k-1", "k-2", "k-3", "k-4", "k-5", "kernel.json"]
    assert not folder.exists()


@forks
def test_the_sockets_find_a_place_where_the_folder_for_temporary_files_is_deep(run, tmp_path, monkeypatch):
    run("1")
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert shown(run("print(2)")) == "2\n"


def test_an_ordinary_kernel_where_the_variable_says_so(run, monkeypatch):
    cell = "import multiprocessing.forkserver as f, sys; print(f.get_inherited_fds(), 'papermill' in sys.modules)"
    monkeypatch.setenv(warm.VARIABLE, "ordinary")
    assert shown(run(cell)) == "None False\n"
    assert not warm.can_fork()


def test_an_ordinary_kernel_where_the_server_cannot_be_had(run, monkeypatch):
    def refuse(*_):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr(warm._Server, "connect_to_new_process", refuse)
    assert shown(run("print(1)")) == "1\n"


@forks
def test_a_kernel_leaves_no_open_files(run):
    run("1")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        run("1")
    assert len(os.listdir("/proc/self/fd")) <= before


@forks
def test_the_server_has_everything_loaded_and_one_thread():
    warm.start()
    assert in_own_process(eval, "__import__('analysis.report.preload').report.preload.MISSING") == []
    server = in_own_process(os.getppid)
    assert len(os.listdir(f"/proc/{server}/task")) == 1
    assert in_own_process(os.getppid) == server


@pytest.mark.slow
@forks
def test_a_server_that_was_killed_is_started_again():
    server = in_own_process(os.getppid)
    os.kill(server, signal.SIGKILL)
    assert gone([server])
    assert in_own_process(os.getppid) != server
    assert in_own_process(hash, "heroin") == in_own_process(hash, "heroin")
    assert in_own_process(eval, "__import__('sys').flags.hash_randomization") == 0


# In a process of its own


@pytest.fixture(params=["forked", pytest.param("ordinary", marks=pytest.mark.slow)])
def either(request, monkeypatch):
    """Both ways to start a process."""
    if request.param == "ordinary":
        monkeypatch.setenv(warm.VARIABLE, "ordinary")
    elif not warm.can_fork():
        pytest.skip("nothing can be forked here")
    return request.param


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that only this process knows."""
    (tmp_path / "errand.py").write_text(ERRAND)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("errand", None)
    yield __import__("errand")
    sys.modules.pop("errand", None)


ERRAND = '''
import os, pathlib, sys, tempfile, time

class Strange(Exception):
    """Cannot be made again from what it holds."""
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")

def add(one, two=1):
    return one + two, os.getpid(), os.getcwd(), os.environ.get("GIVEN")

def fail(kind):
    raise {"usual": ValueError("no such drug"), "strange": Strange(1, 2)}[kind]

def leave(code):
    sys.exit(code)

def sleep(path):
    pathlib.Path(path).write_text(str(os.getpid()))
    time.sleep(600)

def daemonic(nb):
    """Run a notebook in this process, then a call in one of its own."""
    import papermill
    from analysis.report.kernels import report_kernel
    from analysis.report.own import in_own_process
    with report_kernel(os.environ, tempfile.mkdtemp()) as keywords:
        made = papermill.execute_notebook(nb, None, progress_bar=False, log_output=False, **keywords)
    print(made.cells[0].outputs[0].text, end="", flush=True)
    print(in_own_process(add, 0)[0], flush=True)

def report(nb, path):
    """Run a notebook whose cell writes down its process and never ends."""
    import papermill
    from analysis.report.kernels import report_kernel
    pathlib.Path(path + ".report").write_text(str(os.getpid()))
    with report_kernel({**os.environ, "KERNEL_PID": path + ".kernel"}, tempfile.mkdtemp()) as keywords:
        papermill.execute_notebook(nb, None, progress_bar=False, **keywords)
'''


def test_the_result_of_a_call_comes_back(either, module, monkeypatch):
    monkeypatch.setenv("GIVEN", "here")
    total, pid, folder, given = in_own_process(module.add, 2, two=3)
    assert (total, folder, given) == (5, os.getcwd(), "here")
    assert pid != os.getpid()
    assert gone([pid])
    assert len(in_own_process(bytes, 3_000_000)) == 3_000_000


def test_what_a_call_raises_comes_back(either, module):
    with pytest.raises(ValueError, match="no such drug") as raised:
        in_own_process(module.fail, "usual")
    assert "errand.py" in raised.value.__notes__[0]
    with pytest.raises(RuntimeError, match="Strange: 1 and 2"):
        in_own_process(module.fail, "strange")


def test_a_process_that_leaves_says_so(either, module):
    for code in (0, 3):
        with pytest.raises(ProcessEnded, match=f"left with exit code {code}") as raised:
            in_own_process(os._exit, code)
        assert raised.value.exitcode == code
    with pytest.raises(ProcessEnded, match="left with exit code 4"):
        in_own_process(module.leave, 4)


def test_a_process_that_is_killed_says_so(either, module, tmp_path):
    told = tmp_path / "told"

    def kill():
        while not told.exists() or not told.read_text():
            time.sleep(0.02)
        os.kill(int(told.read_text()), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises(ProcessEnded, match=r"the process was killed by signal 9 \(SIGKILL\)"):
        in_own_process(module.sleep, str(told))
    killer.join()


def test_all_can_be_ended(either, module, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(in_own_process, module.sleep, str(tmp_path / f"{n}")) for n in range(2)]
        while not all((tmp_path / f"{n}").exists() for n in range(2)):
            time.sleep(0.02)
        own.end_all()
        for future in waiting:
            assert isinstance(future.exception(10), ProcessEnded)


def test_calls_run_at_once_and_leave_no_open_files(either, module):
    in_own_process(int)
    before = len(os.listdir("/proc/self/fd"))
    with ThreadPoolExecutor(4) as pool:
        assert [total for total, *_ in pool.map(lambda n: in_own_process(module.add, n), range(6))] == list(range(1, 7))
    assert len(os.listdir("/proc/self/fd")) <= before


STARTER = """
import sys, threading
sys.path.insert(0, {folder!r})
import errand
from analysis.report.own import in_own_process
print("once", flush=True)
for number in range(2):
    threading.Thread(target=in_own_process, args=(errand.report, {nb!r}, {folder!r} + f"/pid{{number}}")).start()
"""


@pytest.mark.slow
@forks
def test_where_the_starter_is_killed_nothing_stays(module, tmp_path):
    cell = "import os\nopen(os.environ['KERNEL_PID'], 'w').write(f'{os.getpid()} {os.getppid()}')\nwhile True: pass"
    path = tmp_path / "endless.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell, id="c")], metadata=KERNEL), path)
    # Not guarded by a question for __main__: no child may run it again.
    (tmp_path / "starter.py").write_text(STARTER.format(folder=str(tmp_path), nb=str(path)))
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    starter = subprocess.Popen(
        [sys.executable, tmp_path / "starter.py"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    names = [f"pid{n}.{what}" for n in range(2) for what in ("report", "kernel")]
    try:
        until = time.monotonic() + 60
        while not all((tmp_path / name).exists() and (tmp_path / name).read_text() for name in names):
            assert time.monotonic() < until, "the kernels did not start"
            time.sleep(0.05)
    finally:
        starter.kill()
    said, _ = starter.communicate(timeout=20)  # ends when nobody holds its output any more
    assert said == "once\n"
    pids = {int(word) for name in names for word in (tmp_path / name).read_text().split()}
    assert len(pids) == 5, "two reports, two kernels, and the one server of them all"
    assert gone(pids)
    assert not [name for name in os.listdir(temporary) if name.startswith("inl-")]


DAEMON = """
import multiprocessing, sys
sys.path.insert(0, {folder!r})
import errand
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=errand.daemonic, args=({nb!r},), daemon=True)
    child.start()
    child.join()
    sys.exit(child.exitcode)
"""


@pytest.mark.slow
@forks
def test_a_daemonic_process_has_warm_kernels_too(module, tmp_path):
    """Dask's workers are daemonic: multiprocessing lets them start nothing."""
    path = tmp_path / "short.ipynb"
    cell = "import multiprocessing.forkserver as f; print(f.get_inherited_fds() is not None)"
    nbformat.write(new_notebook(cells=[new_code_cell(cell, id="c")], metadata=KERNEL), path)
    (tmp_path / "daemon.py").write_text(DAEMON.format(folder=str(tmp_path), nb=str(path)))
    done = subprocess.run([sys.executable, tmp_path / "daemon.py"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "True\n1\n"
