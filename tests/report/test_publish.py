import os
from contextlib import suppress
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.report.publish import Busy, current, locked, publish, run_id


def _run(out, text, keep=2):
    with locked(out) as staged:
        (staged / "r").mkdir()
        (staged / "r" / "report.html").write_text(text)
        for name in ("index.html", "run.json"):
            (staged / name).write_text("x")
        identity = run_id(staged)
        return publish(staged, out, identity, f'<meta name="run" content="{identity}">', keep)


def test_the_index_names_the_run_and_latest_leads_to_it(tmp_path):
    folder = _run(tmp_path, "a")
    assert current(tmp_path) == folder
    assert (tmp_path / "latest" / "r" / "report.html").read_text() == "a"
    assert not (tmp_path / ".staging").exists()


def test_earlier_runs_are_kept_and_pruned(tmp_path):
    folders = [_run(tmp_path, text) for text in "abc"]
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_the_same_content_is_the_same_run(tmp_path):
    assert _run(tmp_path, "a") == _run(tmp_path, "a")
    assert _run(tmp_path / "other", "a").name == current(tmp_path).name


def test_a_second_run_says_so_and_leaves(tmp_path):
    with locked(tmp_path), pytest.raises(Busy, match="another run"), locked(tmp_path):
        pass


def test_what_a_killed_run_left_is_cleared(tmp_path):
    first = _run(tmp_path, "a")
    (tmp_path / ".staging" / "run" / "half").mkdir(parents=True)
    assert current(tmp_path) == first
    _run(tmp_path, "b")
    assert not (tmp_path / ".staging").exists()


def test_a_failure_while_staging_leaves_what_was_published(tmp_path):
    first = _run(tmp_path, "a")
    with pytest.raises(RuntimeError), locked(tmp_path) as staged:
        (staged / "x").write_text("half")
        raise RuntimeError
    assert current(tmp_path) == first
    assert (first / "r" / "report.html").read_text() == "a"


def test_a_folder_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"), locked(tmp_path / "file"):
        pass


@pytest.mark.parametrize("step", range(8))
def test_a_death_at_any_step_leaves_a_whole_run(tmp_path, monkeypatch, step):
    """Stop at the n-th thing done to the disk, as a kill would, and look."""
    _run(tmp_path, "a")
    left = [step]

    def mortal(real):
        def call(*args, **options):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return real(*args, **options)

        return call

    with monkeypatch.context() as patched:
        for owner, name in (
            (os, "replace"),
            (os, "utime"),
            (Path, "rename"),
            (Path, "write_text"),
            (Path, "symlink_to"),
        ):
            patched.setattr(owner, name, mortal(getattr(owner, name)))
        with suppress(KeyboardInterrupt):
            _run(tmp_path, "b", keep=1)
    published = current(tmp_path)
    assert (published / "r" / "report.html").read_text() in ("a", "b")
    assert (published / "run.json").is_file()
    assert (tmp_path / "latest" / "run.json").is_file()
    assert _run(tmp_path, "c").is_dir()
