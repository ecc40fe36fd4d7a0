"""The hooks let a good commit pass and stop a bad one, by the real pre-commit, in a repository of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

NOISE = shutil.ignore_patterns("__pycache__", ".*", "processed")
PARTS = ("data/raw", "data/corrections.yaml", "src", "pyproject.toml", "requirements.lock", "Makefile")
PARTS += (".gitignore", ".pre-commit-config.yaml")
SEIZURES = "data/raw/seizures.csv"
COMPARE = "notebooks/compare.ipynb"


def _hooks(root: Path) -> list[dict[str, object]]:
    (made,) = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert made["repo"] == "local"
    hooks: list[dict[str, object]] = made["hooks"]
    return hooks


def test_every_hook_is_a_command_of_the_environment(root: Path) -> None:
    for hook in _hooks(root):
        assert hook["language"] == "system", "any other language would download something"
        assert str(hook["entry"]).split()[0] in ("ruff", "inl-evidence")


class Repository:
    """A copy of the project under git, with its hooks, and nothing of the user's settings."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.folder = folder / "copy"
        for part in PARTS:
            (self.folder / part).parent.mkdir(parents=True, exist_ok=True)
            if (root / part).is_dir():
                shutil.copytree(root / part, self.folder / part, ignore=NOISE)
            else:
                shutil.copy(root / part, self.folder / part)
        (self.folder / "notebooks").mkdir()
        shutil.copy(root / COMPARE, self.folder / COMPARE)
        commands = self.folder / ".venv" / "bin"
        commands.mkdir(parents=True)
        calls = {"ruff": "-m ruff", "pre-commit": "-m pre_commit"}
        calls["inl-evidence"] = "-c 'from analysis.cli import main; main()'"
        for name, call in calls.items():
            (commands / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {call} "$@"\n', encoding="utf-8")
            (commands / name).chmod(0o755)
        (commands.parent / ".ready").touch()  # for make, the environment is there
        own = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
        self.environment = own | {
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(self.folder / "src"),
            "HOME": str(folder),
            "PRE_COMMIT_HOME": str(self.folder / ".cache" / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            # whoever asks the network finds nobody
            **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
        }
        self.git("init", "-q")
        self.git("add", "-A")
        done = self.git("commit", "-qm", "the project as it stands")
        assert done.returncode == 0, done.stderr

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run("git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", *arguments)

    def look(self) -> tuple[dict[str, str], str]:
        """Look over what would be committed; return how each hook ended, and all that was said."""
        self.git("add", "-A")
        done = self.run("pre-commit", "run", "--color", "never")
        said = done.stdout + done.stderr
        ended = dict(re.findall(r"^(.+?)\.{2,}(?:\(no files to check\))?(Passed|Failed|Skipped)$", said, re.MULTILINE))
        assert len(ended) == len(_hooks(self.folder)), said
        assert done.returncode == ("Failed" in ended.values()), said
        return ended, said


@pytest.fixture(scope="module")
def shared(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    pytest.importorskip("pre_commit", reason="the extra named test is not installed")
    return Repository(root, tmp_path_factory.mktemp("hooks"))


@pytest.fixture
def repository(shared: Repository) -> Repository:
    """The repository as it was first committed."""
    shared.git("reset", "-q", "--hard")
    shared.git("clean", "-qfd")
    return shared


def _failed(ended: dict[str, str]) -> list[str]:
    return [name for name, end in ended.items() if end == "Failed"]


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def _notebook(path: Path, change: Callable[[dict], object]) -> None:
    """Change a notebook and write it as JupyterLab does."""
    made = json.loads(path.read_text(encoding="utf-8"))
    change(made)
    path.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def test_a_good_commit_passes(repository: Repository) -> None:
    (repository.folder / "src" / "analysis" / "more.py").write_text('"""Nothing yet."""\n', encoding="utf-8")
    _change(repository.folder / "data" / "corrections.yaml", "# One entry corrects", "# An entry corrects")
    _notebook(repository.folder / COMPARE, lambda made: made["cells"][0].update(source=["# Side by side"]))
    ended, said = repository.look()
    assert set(ended.values()) == {"Passed"}, said
    assert "# Side by side" in (repository.folder / COMPARE).read_text(encoding="utf-8")


def test_badly_formatted_code_is_stopped(repository: Repository) -> None:
    path = repository.folder / "src" / "analysis" / "more.py"
    path.write_text('"""Nothing yet."""\nimport os\nx = {  "a":1 }\n', encoding="utf-8")
    ended, said = repository.look()
    assert _failed(ended) == [name for name in ended if name.startswith("code and notebooks")], said
    assert "F401" in said
    assert "more.py" in said
    assert path.read_text(encoding="utf-8").endswith('{  "a":1 }\n'), "a hook that looks must not change code"


def test_a_raw_table_with_a_mistake_is_stopped_and_named(repository: Repository) -> None:
    _change(repository.folder / SEIZURES, ",heroin,", ",herion,")
    ended, said = repository.look()
    assert _failed(ended) == ["the raw tables can be read"], said
    assert f"{SEIZURES}:2: column drug: 'herion'" in said


def test_a_notebook_changed_without_being_run_is_stopped_and_named(repository: Repository) -> None:
    def change(made: dict) -> None:
        cell = next(cell for cell in made["cells"] if "parameters" in cell["metadata"].get("tags", []))
        cell["source"][0] = cell["source"][0].replace("PAK,TJK", "PAK,AFG")

    _notebook(repository.folder / COMPARE, change)
    ended, said = repository.look()
    assert _failed(ended) == ["the stored notebooks were run as they stand"], said
    assert f"{COMPARE}, cell 2: the code is not the code that was run; run `inl-evidence refresh compare`" in said


def test_metadata_of_an_execution_are_taken_out(repository: Repository) -> None:
    path = repository.folder / COMPARE
    before = path.read_bytes()

    def change(made: dict) -> None:
        made["cells"][1]["metadata"]["execution"] = {"iopub.status.idle": "2026-01-01T00:00:00Z"}
        made["metadata"]["language_info"]["version"] = "3.13.0"

    _notebook(path, change)
    ended, said = repository.look()
    assert _failed(ended) == ["ids and metadata of the stored notebooks are put in order"], said
    assert path.read_bytes() == before
    ended, said = repository.look()
    assert _failed(ended) == [], said


def test_git_calls_the_hooks_that_make_put_in_place(repository: Repository) -> None:
    done = repository.run("make", "hooks")
    assert done.returncode == 0, done.stderr
    path = repository.folder / "src" / "analysis" / "more.py"
    path.write_text("import os\n", encoding="utf-8")
    repository.git("add", "-A")
    done = repository.git("commit", "-m", "a bad file")
    assert done.returncode != 0
    assert "F401" in done.stdout + done.stderr
    path.write_text('"""Nothing yet."""\n', encoding="utf-8")
    repository.git("add", "-A")
    done = repository.git("commit", "-m", "a good file")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not (Path(repository.environment["HOME"]) / ".cache").exists(), "what hooks remember stays in the project"
