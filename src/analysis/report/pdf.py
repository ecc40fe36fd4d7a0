"""A page as PDF, through a Chromium that is already there.

Belongs here: finding the browser, printing, taking the time out of the file. Does not belong here:
how a page looks in print (``templates``).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from analysis.errors import InputError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
# Links to files beside the page would name the folders of this machine.
_BESIDE = re.compile(r' href="(?!https?:|#|data:)[^"]*"')
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:([^)]*)\)")


def browser() -> str:
    """Return the path of a Chromium.

    Raises
    ------
    InputError
        There is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise InputError(
            "--pdf needs Chromium, and none was found; install it (Debian: the package chromium) or leave --pdf out"
        )
    return found


def to_pdf(page: Path, target: Path, seconds: float = 120) -> None:
    """Print an HTML file to a PDF.

    Raises
    ------
    InputError
        There is no browser, or it made no PDF.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser(),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # The browser's own cage refuses to be built by root; the page has no script to be caged.
            command.append("--no-sandbox")
        source = Path(profile) / "report.html"
        source.write_text(_BESIDE.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
        made = target.resolve()
        try:
            done = subprocess.run(
                [*command, f"--print-to-pdf={made}", source.as_uri()],
                capture_output=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InputError(f"{page.name}: Chromium did not print it within {seconds:.0f} seconds") from None
    if done.returncode or not target.is_file():
        raise InputError(
            f"{page.name}: Chromium made no PDF ({done.stderr.decode(errors='replace').strip().splitlines()[-1:]})"
        )
    target.write_bytes(
        _DATE.sub(lambda m: b"/" + m[1] + b" (D:" + re.sub(rb"\d", b"0", m[2]) + b")", target.read_bytes())
    )
