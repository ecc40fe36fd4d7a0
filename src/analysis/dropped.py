"""The files of bulk exports that lie below ``data/raw``, each in the folder of its layout.

Belongs here: which files there are, and what their record ids begin with. Does not belong here: what is in them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from analysis.read import fmtr, unodc_ids

LAYOUTS: dict[str, ModuleType] = {unodc_ids.FOLDER: unodc_ids, fmtr.FOLDER: fmtr}
TABLE = {unodc_ids.FOLDER: "seizures", fmtr.FOLDER: "trainees"}
_SUFFIX = re.compile(r"(\.(csv|tsv|txt|xlsx|xls|ods|gz))+$", re.IGNORECASE)
_PLAIN = {unodc_ids.FOLDER: "ids", fmtr.FOLDER: "fmtr"}


@dataclass(frozen=True, slots=True)
class Export:
    """One dropped file: where it is, its name in the tables, its layout, and the start of its record ids."""

    path: Path
    file: str
    layout: str
    prefix: str


def find_exports(raw: Path) -> list[Export]:
    r"""Return the files below the folders of the bulk layouts, in order; notes and hidden files are passed over.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     (export := Path(folder, "unodc_ids", "asia.csv")).parent.mkdir()
    ...     written = export.write_text("COUNTRY;AMOUNT\n")
    ...     [(found.file, found.layout, found.prefix) for found in find_exports(Path(folder))]
    [('unodc_ids/asia.csv', 'unodc_ids', 'ids-asia')]
    """
    found: list[Export] = []
    for layout in LAYOUTS:
        taken: set[str] = set()
        for path in sorted((raw / layout).glob("**/*")):
            if (
                not path.is_file()
                or path.name.startswith((".", "~"))
                or path.suffix.lower() in {".md", ".yaml", ".yml"}
            ):
                continue
            prefix = _prefix(layout, path)
            number = 2
            while prefix in taken:
                prefix = f"{_prefix(layout, path)}-{number}"
                number += 1
            taken.add(prefix)
            found.append(Export(path, path.relative_to(raw).as_posix(), layout, prefix))
    return found


def _prefix(layout: str, path: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "-", _SUFFIX.sub("", path.name).lower()).strip("-")
    name = re.sub(rf"^(unodc-)?{_PLAIN[layout]}-?", "", stem)
    return f"{_PLAIN[layout]}-{name}" if name else _PLAIN[layout]
