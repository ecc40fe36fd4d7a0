"""The schedules of deploy/: what they start exists, and the tools that will read them accept them."""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
import typer
import yaml

from analysis.cli import app
from analysis.report.plan import read_plan

FOLDER = "/srv/inl-evidence"
SYSTEMD = shutil.which("systemd-analyze")
UNITS = ("inl-evidence.service", "inl-evidence.timer")


@pytest.fixture(scope="module")
def deploy(root: Path) -> Path:
    return root / "deploy"


def assert_known(command: str) -> None:
    """Hold `inl-evidence ...` against the command line: subcommand and options exist."""
    name, *arguments = shlex.split(command.split("inl-evidence ", 1)[1])
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert name in commands, command
    known = {option for parameter in commands[name].params for option in parameter.opts}
    assert {one for one in arguments if one.startswith("-")} <= known, command


def commands_in(text: str) -> list[str]:
    return re.findall(r"inl-evidence (?:clean|report|check|record|explain|refresh)\b[^;&|}\n`]*", text)


# --- cron


def crontab(deploy: Path) -> tuple[dict[str, str], list[tuple[list[str], str]]]:
    """Read a crontab as cron does: settings, and entries of five fields and a command."""
    settings, entries = {}, []
    for line in (deploy / "cron" / "inl-evidence.crontab").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if setting := re.fullmatch(r"([A-Z]+)=(.*)", line):
            settings[setting[1]] = setting[2]
        else:
            fields = line.split(maxsplit=5)
            entries.append((fields[:5], fields[5]))
    return settings, entries


def test_crontab_times_are_times(deploy: Path) -> None:
    _, entries = crontab(deploy)
    assert len(entries) == 2
    for fields, _ in entries:
        for text, most in zip(fields, (59, 23, 31, 12, 7), strict=True):
            assert text == "*" or 0 <= int(text) <= most


def test_crontab_has_its_settings_and_no_bare_percent_sign(deploy: Path) -> None:
    settings, entries = crontab(deploy)
    assert set(settings) == {"SHELL", "PATH", "MAILTO"}
    assert settings["PATH"].split(":")[0] == f"{FOLDER}/.venv/bin"
    assert not [command for _, command in entries if re.search(r"(?<!\\)%", command)]


def test_crontab_starts_what_the_command_line_knows(deploy: Path) -> None:
    found = [one for _, command in crontab(deploy)[1] for one in commands_in(command)]
    assert [one.split()[1] for one in found] == ["clean", "report"]
    for one in found:
        assert_known(one)


@pytest.mark.parametrize(
    ("codes", "ran", "said"),
    [
        ({}, ["clean", "report"], ""),
        ({"report": 1}, ["clean", "report"], "exit code 1"),
        ({"clean": 2}, ["clean"], "exit code 2"),
    ],
)
def test_the_crontab_command_is_silent_unless_it_fails(
    deploy: Path, tmp_path: Path, codes: dict[str, int], ran: list[str], said: str
) -> None:
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    cases = "".join(f"{name}) exit {code};; " for name, code in codes.items())
    stub = binaries / "inl-evidence"
    stub.write_text(f'#!/bin/sh\necho "$1" >>ran\necho "a line of $1"\ncase "$1" in {cases}esac\n')
    stub.chmod(0o755)
    command = crontab(deploy)[1][0][1].replace(FOLDER, str(tmp_path)).replace("\\%", "%")
    done = subprocess.run(
        ["bash", "-c", command], env={"PATH": f"{binaries}:/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert (tmp_path / "ran").read_text().split() == ran
    assert done.stderr == ""
    assert (said in done.stdout and f"a line of {ran[-1]}" in done.stdout) if said else done.stdout == ""
    (log,) = (tmp_path / ".cache" / "cron").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.log", log.name)


# --- systemd


def unit(path: Path) -> list[tuple[str, str, str]]:
    """Read a unit as lines of section, key and value; a key may come more than once."""
    section, out = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith(("#", ";")):
            key, equals, value = line.partition("=")
            assert equals and section, f"{path.name}: {line!r} is neither a section nor a setting"
            out.append((section, key, value))
    return out


def values(lines: list[tuple[str, str, str]], key: str) -> list[str]:
    return [value for _, name, value in lines if name == key]


def test_the_service_starts_what_the_command_line_knows(deploy: Path) -> None:
    started = values(unit(deploy / "systemd" / UNITS[0]), "ExecStart")
    assert [one.split()[:2] for one in started] == [
        [f"{FOLDER}/.venv/bin/inl-evidence", name] for name in ("clean", "report")
    ]
    for one in started:
        assert_known(one.removeprefix(f"{FOLDER}/.venv/bin/"))


def test_the_service_fails_where_a_report_fails_and_writes_only_where_it_must(deploy: Path) -> None:
    lines = unit(deploy / "systemd" / UNITS[0])
    assert {section for section, _, _ in lines} == {"Unit", "Service"}
    assert values(lines, "Type") == ["oneshot"]
    assert values(lines, "SuccessExitStatus") == []
    assert values(lines, "User") == ["inl-evidence"]
    assert values(lines, "ProtectSystem") == ["strict"]
    assert values(lines, "ReadWritePaths") == [f"{FOLDER}/data {FOLDER}/reports"]
    assert values(lines, "ReadOnlyPaths") == [f"{FOLDER}/data/raw"]
    assert values(lines, "PrivateNetwork") == ["true"]


def test_the_timer_starts_the_service_and_makes_up_for_missed_runs(deploy: Path) -> None:
    lines = unit(deploy / "systemd" / UNITS[1])
    assert {section for section, _, _ in lines} == {"Unit", "Timer", "Install"}
    assert values(lines, "Persistent") == ["true"]
    assert values(lines, "Unit") == []  # then it is the service of the same name
    (when,) = values(lines, "OnCalendar")
    assert re.fullmatch(r"\*-\*-\* ([01]\d|2[0-3]):[0-5]\d:[0-5]\d", when)
    if SYSTEMD:
        subprocess.run([SYSTEMD, "calendar", when], check=True, capture_output=True)


@pytest.mark.skipif(not SYSTEMD, reason="systemd-analyze is not here")
def test_systemd_accepts_the_units_and_finds_them_safe(deploy: Path, tmp_path: Path) -> None:
    program = shutil.which("true") or "/bin/true"
    for name in UNITS:
        text = (deploy / "systemd" / name).read_text(encoding="utf-8")
        # systemd looks whether the program is there.
        (tmp_path / name).write_text(text.replace(f"{FOLDER}/.venv/bin/inl-evidence", program))
    command = [str(SYSTEMD), "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # It speaks of the machine's own units too.
    own = [line for line in (done.stdout + done.stderr).splitlines() if "inl-evidence" in line]
    assert (done.returncode, own) == (0, [])
    if "--offline" not in subprocess.run([str(SYSTEMD), "--help"], capture_output=True, text=True).stdout:
        return  # before version 250 it looks only at loaded units
    command = [str(SYSTEMD), "security", "--no-pager", "--offline=true", "--threshold=15", str(tmp_path / UNITS[0])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- GitHub


@pytest.fixture(scope="module")
def workflow(deploy: Path) -> dict[Any, Any]:
    read: dict[Any, Any] = yaml.safe_load((deploy / "github" / "publish.yml").read_text(encoding="utf-8"))
    return read


def test_the_workflow_keeps_the_schema_of_github(deploy: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema, which carries the schema, is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, str(deploy / "github" / "publish.yml")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_runs_on_push_by_the_clock_and_by_hand(workflow: dict[Any, Any]) -> None:
    when = workflow[True]  # YAML reads the word `on` so
    assert set(when) == {"push", "schedule", "workflow_dispatch"}
    assert when["push"] == {"branches": ["main"]}
    assert len(when["schedule"][0]["cron"].split()) == 5


def test_each_job_may_do_only_what_it_must(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {}
    allowed = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert allowed == {"make": {"contents": "read"}, "publish": {"pages": "write", "id-token": "write"}}
    assert workflow["concurrency"]["cancel-in-progress"] is False


def test_actions_are_githubs_own_at_a_major_version(workflow: dict[Any, Any]) -> None:
    used = [step["uses"] for job in workflow["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"actions/[a-z-]+(/(restore|save))?@v\d+", one) for one in used)


def test_a_failed_report_turns_the_run_red_and_the_others_are_published(workflow: dict[Any, Any]) -> None:
    make, publish = workflow["jobs"]["make"], workflow["jobs"]["publish"]
    assert not [step for step in make["steps"] if "continue-on-error" in step]
    number = next(n for n, step in enumerate(make["steps"]) if step.get("run") == "make report")
    assert all("!cancelled()" in step["if"] for step in make["steps"][number + 1 :])
    assert "!cancelled()" in publish["if"]


def test_the_site_is_the_index_and_the_run_that_it_names(workflow: dict[Any, Any], tmp_path: Path) -> None:
    run = "0123456789ab"
    for folder in (run, "ba9876543210"):
        page = tmp_path / "reports" / "runs" / folder / "seizures-PAK"
        page.mkdir(parents=True)
        (page / "report.html").write_text("a page")
        (page.parent / "index.html").write_text("the index of this run")
    os.link(page / "report.html", page / "again.html")
    (tmp_path / "reports" / "latest").symlink_to(f"runs/{run}")
    (tmp_path / "reports" / ".lock").touch()
    index = f'<meta charset="utf-8">\n<meta name="run" content="{run}">\n<a href="runs/{run}/seizures-PAK/report.html">'
    (tmp_path / "reports" / "index.html").write_text(index)
    (script,) = (step["run"] for step in workflow["jobs"]["make"]["steps"] if step.get("id") == "site")
    subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, check=True, capture_output=True)
    site = tmp_path / "site"
    found = {path.relative_to(site).as_posix() for path in site.rglob("*") if not path.is_dir()}
    assert found == {"index.html", f"runs/{run}/index.html", f"runs/{run}/seizures-PAK/report.html"}
    assert not [path for path in site.rglob("*") if path.is_symlink() or path.name.startswith(".")]
    (link,) = re.findall('href="(.*?)"', (site / "index.html").read_text())
    assert (site / link).is_file()


# --- Airflow


@pytest.fixture
def dag(deploy: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The file of the DAG, loaded with hollow operators, in a project folder of its own."""
    for name in ("notebooks", "reports/plan.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(root / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "inl-evidence"
    program.write_text(f"#!{sys.executable}\nfrom analysis.cli import main\nmain()\n")
    program.chmod(0o755)
    monkeypatch.setenv("INL_EVIDENCE_HOME", str(tmp_path))
    operators = ("airflow.providers.papermill.operators.papermill", "airflow.providers.standard.operators.bash")
    for name in ("airflow.sdk", *operators):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    monkeypatch.setattr(sys.modules["airflow.sdk"], "task", lambda function: MagicMock(function=function))
    spec = importlib.util.spec_from_file_location("dag", deploy / "airflow" / "inl_evidence_dag.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_dag_needs_only_airflow_and_the_standard_library(deploy: Path) -> None:
    tree = ast.parse((deploy / "airflow" / "inl_evidence_dag.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"airflow"}


def test_the_dag_starts_what_the_command_line_knows(dag: ModuleType) -> None:
    given = [call.kwargs["bash_command"] for call in dag.BashOperator.call_args_list]
    assert given == [".venv/bin/inl-evidence clean", f"{dag.REPORT} {{{{ options(params) }}}}"]
    for command in (given[0], dag.REPORT):
        assert command.startswith(".venv/bin/inl-evidence ")
        assert_known(command)
    assert dag.HOME / shlex.split(dag.REPORT)[-1] == dag.EXECUTED


def test_the_reports_of_the_dag_are_those_of_the_plan(dag: ModuleType, root: Path) -> None:
    dag.EXECUTED.mkdir(parents=True)
    (dag.EXECUTED / "compare.ipynb").write_text("of an earlier run")
    listed = dag.plan.function({"only": [], "parameters": {}})
    jobs = read_plan(root / "reports" / "plan.yaml")
    assert [Path(one["output_nb"]).stem for one in listed] == [job.name for job in jobs]
    assert {Path(one["output_nb"]).parent for one in listed} == {dag.EXECUTED}
    assert [Path(one["input_nb"]) for one in listed] == [job.notebook.resolve() for job in jobs]
    assert [one["parameters"] for one in listed] == [job.parameters for job in jobs]
    assert not list(dag.EXECUTED.iterdir()), "nothing of an earlier run is left to be published"


def test_choices_are_checked_before_anything_starts(dag: ModuleType) -> None:
    (one,) = dag.plan.function({"only": ["seizures-TJK"], "parameters": {"start": "2016-01-01"}})
    assert one["parameters"]["start"] == "2016-01-01"
    with pytest.raises(subprocess.CalledProcessError):
        dag.plan.function({"only": [], "parameters": {"strat": "2016"}})


def test_what_a_person_chooses_is_never_read_by_the_shell(dag: ModuleType) -> None:
    chosen = {"only": ["a b", "--force"], "parameters": {"start": "$(id); `id` '\"", "top": 5, "all": True}}
    asked = ["--only=a b", "--only=--force", "--param=start=$(id); `id` '\"", "--param=top=5", "--param=all=true"]
    said = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {dag.options(chosen)}"], capture_output=True, text=True, check=True
    )
    assert said.stdout.splitlines() == asked


# --- the page that explains them


def test_the_readme_names_commands_and_files_that_exist(deploy: Path, root: Path) -> None:
    text = (deploy / "README.md").read_text(encoding="utf-8")
    for command in commands_in(text):
        assert_known(command)
    for name in re.findall(r"\bdeploy/[\w./-]+\w", text):
        assert (root / name).exists(), name
    for name in re.findall(r"`((?:cron|systemd|github|airflow)/[\w.-]*)`", text):
        assert (deploy / name).exists(), name
