"""Runs that are killed, and runs that lose a process: what is published is whole, and nothing stays behind."""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from analysis.report.publish import current
from analysis.report.run import run_reports
from small_project import GOOD, noted, small_project, write_notebook

pytestmark = pytest.mark.slow
MOMENTS = 30
RUN = (
    "import sys, pathlib; from analysis.report.run import run_reports\n"
    "run_reports(*map(pathlib.Path, sys.argv[1:4]), params={'scale': sys.argv[4]})"
)


@pytest.fixture
def project(tmp_path):
    return small_project(tmp_path / "project")


def _command(project, out, scale):
    plan, processed = project / "reports" / "good.yaml", project / "processed"
    return [sys.executable, "-c", RUN, str(plan), str(processed), str(out), scale]


def _whole(out: Path) -> tuple[str, str]:
    """The published run and a hash of all it holds but its times."""
    folder = current(out)
    assert folder is not None
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("run.json", "index.html"):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    assert (folder / "index.html").is_file()
    assert (folder / "run.json").is_file()
    return folder.name, digest.hexdigest()


def _left(mark: str) -> list[str]:
    """The processes that were started with a mark in their variables."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes() and "\nState:\tZ" not in (path.parent / "status").read_text():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_killed_at_any_moment(project, tmp_path):
    out = tmp_path / "out"
    wholes, seconds = {}, 0.0
    for scale in ("1", "3", "1"):
        clock = time.monotonic()
        subprocess.run(_command(project, out, scale), check=True, stderr=subprocess.DEVNULL)
        seconds = time.monotonic() - clock
        name, digest = _whole(out)
        assert wholes.setdefault(name, digest) == digest
    assert len(wholes) == 2
    scales = {current(out).name: "3"}
    scales[next(name for name in wholes if name not in scales)] = "1"
    mark = f"INL_TEST={uuid.uuid4().hex}"
    chance = random.Random(2026)
    killed = 0
    for _ in range(MOMENTS):
        there = current(out).name
        run = subprocess.Popen(
            _command(project, out, scales[there]),
            stderr=subprocess.DEVNULL,
            env={**os.environ, **dict([mark.split("=")])},
        )
        try:
            run.wait(chance.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            killed += 1
        run.send_signal(signal.SIGKILL)
        run.wait()
        name, digest = _whole(out)
        assert wholes[name] == digest
    assert killed > MOMENTS / 2
    until = time.monotonic() + 20
    while (left := _left(mark)) and time.monotonic() < until:
        time.sleep(0.1)
    assert left == []
    subprocess.run(_command(project, out, scales[current(out).name]), check=True, stderr=subprocess.DEVNULL)
    name, digest = _whole(out)
    assert wholes[name] == digest
    assert not (out / ".staging").exists()


def _kill_self(times: int, folder: Path) -> str:
    """A cell that kills the process of its report, so many times."""
    return (
        "import os, pathlib, signal\n"
        f"folder = pathlib.Path({str(folder)!r})\n"
        "tries = len(list(folder.iterdir()))\n"
        f"if tries < {times}:\n"
        "    (folder / str(tries)).touch()\n"
        "    parent = int((folder.parent / 'pid').read_text())\n"
        "    os.kill(parent, signal.SIGKILL)"
    )


def _spied(monkeypatch, folder):
    """Let each report's process write down its number, for the cell to find."""
    monkeypatch.setattr("analysis.report.workers.make_report", noted)
    monkeypatch.setenv("INL_TEST_PID", str(folder.parent / "pid"))


@pytest.mark.parametrize(("times", "codes"), [(1, 0), (2, 1)])
def test_a_report_whose_process_is_killed_is_tried_once_more(project, tmp_path, monkeypatch, times, codes):
    tries = tmp_path / "tries"
    tries.mkdir()
    write_notebook(project / "notebooks" / "good.ipynb", (GOOD[0], _kill_self(times, tries), *GOOD[1:]))
    _spied(monkeypatch, tries)
    said = []
    plan, processed = project / "reports" / "good.yaml", project / "processed"
    made = run_reports(plan, processed, tmp_path / "out", 1, ["good-PAK"], tell=said.append)
    assert made.exit_code == codes
    again = [event for event in said if event.kind == "again"]
    assert [event.name for event in again] == ["good-PAK"]
    assert "killed by signal 9" in again[0].message
    if codes:
        assert "killed by signal 9" in made.failed[0].message


def test_a_cluster_that_loses_a_worker(project, tmp_path):
    distributed = pytest.importorskip("distributed")
    slow = (GOOD[0], "import time\ntime.sleep(1)", *GOOD[1:])
    write_notebook(project / "notebooks" / "good.ipynb", slow)
    scales = ", ".join(map(str, range(1, 4)))
    plan = project / "reports" / "many.yaml"
    plan.write_text(f"reports:\n- {{notebook: good, parameters: {{country: [PAK, TJK], scale: [{scales}]}}}}\n")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            pids = sorted(client.run(os.getpid).values())
        lost = threading.Event()

        def tell(event):
            if event.kind == "made" and not lost.is_set():
                lost.set()
                os.kill(pids[0], signal.SIGKILL)

        there = run_reports(
            plan, project / "processed", tmp_path / "there", scheduler=cluster.scheduler_address, tell=tell
        )
    assert lost.is_set()
    assert there.exit_code == 0
    here = run_reports(plan, project / "processed", tmp_path / "here")
    assert len(here.outcomes) == 6
    assert there.folder.name == here.folder.name  # the name is a hash of all that is in it
    assert _whole(tmp_path / "there")[1] == _whole(tmp_path / "here")[1]


def test_a_folder_that_is_full(project, tmp_path):
    """No file may grow beyond a limit: writing fails as on a full disk."""
    out = tmp_path / "out"
    run_reports(project / "reports" / "good.yaml", project / "processed", out)
    before = _whole(out)
    code = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n{RUN}"
    command = _command(project, out, "3")
    command[2] = f"{code}.exit_code"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode
    assert re.search("cannot be written.*as it was", done.stderr)
    assert _whole(out) == before


def test_a_corrupt_part_costs_only_the_reports_that_read_it(project, tmp_path):
    part = project / "processed" / "seizures" / "country=TJK" / "part-0.parquet"
    part.write_bytes(part.read_bytes()[:-40])
    made = run_reports(project / "reports" / "good.yaml", project / "processed", tmp_path / "out")
    assert [outcome.ok for outcome in made.outcomes] == [True, False]
    assert "country=TJK/part-0.parquet cannot be read" in made.failed[0].message
    assert "part-0.parquet cannot be read" in (tmp_path / "out" / "index.html").read_text()
    assert not (made.folder / "data" / "seizures.csv").exists()
    assert (made.folder / "data" / "sources.csv").is_file()
