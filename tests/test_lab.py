"""The lab that `make lab` starts, in a real browser: every notebook runs, and what an analyst does there works."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from analysis.pipeline import clean
from stored import cells, items

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted(path.stem for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
# In these a parameter is changed as well; the last one stays open for what follows.
CHANGED = ("country_brief", "start_here")
TOKEN = "for-the-test"
LONGEST = 180_000  # milliseconds that a notebook may take on a busy machine
ERROR = '[data-mime-type="application/vnd.jupyter.stderr"], [data-mime-type="application/vnd.jupyter.error"]'
IDLE = "inl-evidence | Idle"
LEFT_OUT = (".git", ".venv", ".cache", ".hypothesis", "__pycache__", "runs", "latest", "processed")


@pytest.fixture(scope="module")
def project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with clean tables, so that the stored notebooks stay as they are."""
    copy = tmp_path_factory.mktemp("lab") / "project"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    clean(copy / "data" / "raw", copy / "data" / "processed")
    # Cells off the screen are drawn too, so that the test can look at them.
    settings = copy / ".cache" / "jupyter" / "lab-settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}', encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def command(project: Path) -> str:
    """What `make lab` runs."""
    told = subprocess.run(["make", "-n", "lab"], cwd=project, capture_output=True, check=True, text=True).stdout
    return next(line for line in reversed(told.replace("\\\n", " ").splitlines()) if "jupyter lab" in line)


@pytest.fixture(scope="module")
def lab(project: Path, command: str) -> Iterator[str]:
    """The address of a running lab: the command of `make lab`, with a port and a token of the test's own."""
    assert "inl-evidence" in KernelSpecManager().find_kernel_specs(), "install the package: pip install --no-deps -e ."
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line = (
        f"exec {command.strip()} --ServerApp.open_browser=False --ServerApp.port={port} --ServerApp.port_retries=0 "
        f"--IdentityProvider.token={TOKEN}"
    )
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("INL_EVIDENCE", "JUPYTER"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    told = project.parent / "lab.log"
    with told.open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            ["bash", "-c", line], cwd=project, env=surroundings, stdout=log, stderr=log, start_new_session=True
        )
    address = f"http://localhost:{port}"
    try:
        _until(lambda: _answers(address) or server.poll() is not None, 60, "the lab to start")
        assert server.poll() is None, told.read_text(encoding="utf-8")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(20)


class Opened:
    """One notebook in the lab."""

    def __init__(self, browser: Any, lab: str, name: str) -> None:
        self.lab, self.name, self.was_run = lab, name, False
        self.context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.said: list[str] = []
        self.asked: list[str] = []
        self.downloads: list[Any] = []
        self.context.on("page", lambda page: page.on("download", lambda one: self.downloads.append(one)))
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{lab}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?token={TOKEN}")
        self.page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.idle()

    def idle(self) -> None:
        """Wait until the project's kernel is there and has nothing to do."""
        self.page.get_by_text(IDLE, exact=True).wait_for(timeout=LONGEST)

    def menu(self, *words: str) -> None:
        """Choose from a menu: its name, then an entry and an entry below that."""
        self.page.get_by_role("menuitem", name=words[0], exact=True).first.click()
        for word in words[1:]:
            self.page.locator(".lm-Menu:visible .lm-Menu-itemLabel", has_text=re.compile(f"^{word}$")).last.click()

    def run_all(self) -> None:
        """Run all cells from the menu, and wait until the last one has its number or one failed."""
        stated = [int(number) for number in re.findall(r"\d+", " ".join(self.numbers()))]
        before = max(stated) if self.was_run else 0
        self.was_run = True
        # What stands there from before must not be taken for an outcome of this run.
        self.menu("Edit", "Clear Outputs of All Cells")
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(
            """([last, failed]) => {
                const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(p => p.innerText);
                return prompts.at(-1) === last || (document.querySelector(failed) && !prompts.includes('[*]:'));
            }""",
            arg=[f"[{before + len(self.numbers())}]:", ERROR],
            timeout=LONGEST,
        )
        self.idle()

    def numbers(self) -> list[str]:
        """Return what stands left of the code cells, such as ``[3]:``."""
        return [text.strip() for text in self.page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()]

    def choose(self, **parameters: str) -> None:
        """Write other values into the cell of the parameters."""
        cell = self.page.locator(".jp-CodeCell").first
        source = "\n".join(cell.locator(".cm-line").all_inner_texts())
        for name, value in parameters.items():
            source, changed = re.subn(rf"(?m)^{name} = .*$", f'{name} = "{value}"', source)
            assert changed == 1, f"{self.name} has no parameter {name}"
        cell.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        assert "\n".join(cell.locator(".cm-line").all_inner_texts()) == source

    def errors(self) -> list[str]:
        """Return what the cells say on the error stream."""
        return [text.strip() for text in self.page.locator(ERROR).all_inner_texts()]

    def figures(self) -> list[str]:
        """Return the addresses of the pictures; each must have a size."""
        pictures = self.page.locator(".jp-OutputArea-output img")
        self.page.wait_for_function(
            "[...document.querySelectorAll('.jp-OutputArea-output img')].every(image => image.naturalWidth > 0)"
        )
        return [str(address) for address in pictures.evaluate_all("images => images.map(image => image.src)")]

    def close(self) -> None:
        """Close the page and end its kernel, so that the next notebook has the machine for itself."""
        self.context.close()
        for session in json.loads(_asked(f"{self.lab}/api/sessions?token={TOKEN}")):
            _asked(f"{self.lab}/api/sessions/{session['id']}?token={TOKEN}", "DELETE")


@pytest.fixture(scope="module")
def opened(browser: Any, lab: str) -> Iterator[Callable[[str], Opened]]:
    """Open a notebook; one at a time, and the same again where it is still open."""
    held: list[Opened] = []

    def opens(name: str) -> Opened:
        if held and held[0].name != name:
            held.pop().close()
        if not held:
            held.append(Opened(browser, lab, name))
        return held[0]

    yield opens
    for one in held:
        one.close()


def _asked(address: str, method: str = "GET") -> bytes:
    with urllib.request.urlopen(urllib.request.Request(address, method=method), timeout=30) as answer:
        body: bytes = answer.read()
    return body


def _answers(address: str) -> bool:
    try:
        return bool(_asked(f"{address}/api?token={TOKEN}"))
    except OSError:
        return False


def _until(done: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds} seconds for {what}"
        time.sleep(0.2)


def test_it_opens_on_the_tour_without_a_question(browser: Any, lab: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{lab}/?token={TOKEN}")
    page.get_by_role("heading", name="Start here").first.wait_for(timeout=60_000)
    page.get_by_text(IDLE, exact=True).wait_for(timeout=60_000)
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    assert [url for url in asked if not url.startswith((lab, "data:", "blob:"))] == []
    context.close()


def _runs(opened: Any, root: Path, lab: str, name: str) -> Opened:
    """Run a stored notebook as it is, and look at what is seen."""
    notebook: Opened = opened(name)
    notebook.run_all()
    assert notebook.errors() == []
    assert notebook.numbers() == [f"[{number}]:" for number in range(1, len(cells(root, name)) + 1)]
    assert len(notebook.figures()) == sum(item["kind"] == "figure" for item in items(root, name))
    assert [text for text in notebook.said if text.startswith("error")] == []
    assert [url for url in notebook.asked if not url.startswith((lab, "data:", "blob:"))] == []
    return notebook


@pytest.mark.parametrize("name", [name for name in NOTEBOOKS if name not in CHANGED])
def test_every_cell_runs_and_the_figures_are_seen(name: str, root: Path, lab: str, opened: Any) -> None:
    _runs(opened, root, lab, name)


@pytest.mark.parametrize("name", CHANGED)
def test_another_country_gives_another_result(name: str, root: Path, lab: str, opened: Any) -> None:
    notebook = _runs(opened, root, lab, name)
    before = notebook.figures()
    heading = notebook.page.locator(".jp-OutputArea-output h1").first
    assert "Pakistan" in heading.inner_text()
    notebook.choose(country="TJK")
    notebook.run_all()
    assert notebook.errors() == []
    assert "Tajikistan" in heading.inner_text()
    after = notebook.figures()
    assert after
    assert set(after).isdisjoint(before)


def test_a_slip_is_answered_in_two_lines(opened: Any) -> None:
    notebook = opened("start_here")
    notebook.choose(country="PKA")
    notebook.run_all()
    (said,) = notebook.errors()
    where, sentence = said.splitlines()
    assert re.fullmatch(r"Line \d+ of the cell: seized = load\(.*", where)
    assert sentence.startswith("InputError: country 'PKA' is not known; nearest: PAK")


def test_the_menu_exports_the_page_with_its_files(opened: Any) -> None:
    notebook = opened("start_here")
    notebook.choose(country="PAK")
    notebook.run_all()
    notebook.menu("File", "Save and Export Notebook As", "Evidence")
    end = time.monotonic() + 60
    while not notebook.downloads and time.monotonic() < end:
        notebook.page.wait_for_timeout(100)
    (download,) = notebook.downloads
    assert download.suggested_filename == "start_here.zip"
    with zipfile.ZipFile(io.BytesIO(Path(download.path()).read_bytes())) as files:
        held = set(files.namelist())
        html = files.read("start_here.html").decode()
    assert "Start here: opium in Pakistan" in html
    links = {href for href in re.findall(r'href="([^"#]+)"', html) if not href.startswith(("http", "data:"))}
    assert {"figure-1.svg", "figure-1.png", "figure-1.csv", "facts.json", "notebook.ipynb"} <= links
    assert links - held == set()
