"""What a person, a log and a machine are told of a run."""

import io
import json

import pytest
from rich.console import Console

from analysis import progress
from analysis.report.run import Event

EVENTS = [
    Event("unchanged", "brief-PAK"),
    Event("begin", total=2, seconds=6.0),
    Event("start", "claims", seconds=4.0),
    Event("start", "bounds", seconds=2.0),
    Event("again", "bounds", "the process was killed by signal 9 (SIGKILL)"),
    Event("failed", "bounds", "cell 4: ValueError: no [red]such[/red] drug", 1.5),
    Event("made", "claims", seconds=3.25),
    Event("published", "0123456789ab"),
]


def test_plain_lines(capsys):
    with progress.reporting() as tell:
        for event in EVENTS:
            tell(event)
    assert capsys.readouterr().out.splitlines() == [
        "brief-PAK: unchanged, not made again",
        "2 reports to make",
        "bounds: the process was killed by signal 9 (SIGKILL); it is tried once more",
        "bounds: failed in cell 4: ValueError: no [red]such[/red] drug",
        "claims: made (3.2 s)",
        "published as run 0123456789ab",
    ]


def test_json_lines(capsys):
    with progress.reporting(json_log=True) as tell:
        for event in EVENTS:
            tell(event)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == [event.kind for event in EVENTS]
    assert all(line["time"].endswith("+00:00") for line in lines)
    assert lines[5] | {"time": ""} == {
        "time": "",
        "event": "failed",
        "name": "bounds",
        "message": "cell 4: ValueError: no [red]such[/red] drug",
        "seconds": 1.5,
    }


@pytest.mark.parametrize("events", [EVENTS, [Event("unchanged", "brief-PAK"), Event("stands")]])
def test_a_bar_in_a_terminal(monkeypatch, events):
    out = io.StringIO()
    terminal = Console(file=out, force_terminal=True, width=100, legacy_windows=False)
    monkeypatch.setattr(progress, "Console", lambda: terminal)
    with progress.reporting() as tell:
        for event in events:
            tell(event)
    said = out.getvalue()
    if events is EVENTS:
        assert "2 of 2" in said
        assert "ValueError: no [red]such[/red] drug" in said
    else:
        assert "nothing has changed" in said
