import json

import pandas as pd

from analysis.report.package import write_package
from analysis.schemas import TABLES
from analysis.store import write_tables


def _package(staged, rows, sources):
    staged.mkdir(exist_ok=True)
    extra = staged / "r" / "tables"
    extra.mkdir(parents=True)
    (extra / "table-1.csv").write_text("a\n1\n")
    typed = rows.assign(start=pd.to_datetime("2019-01-01"), suspect=False, high=float("inf"))
    sources = sources.assign(file="sources.csv", line=range(2, 2 + len(sources)))
    blank = sources.iloc[:0]
    processed = staged.with_name(f"{staged.name}-processed")
    write_tables({**dict.fromkeys(TABLES, blank), "seizures": typed, "sources": sources}, processed)
    assert write_package(staged, processed, "0123", None) == []
    return json.loads((staged / "datapackage.json").read_text())


def test_every_table_is_described_with_its_fields(tmp_path, rows, sources):
    package = _package(tmp_path / "run", rows, sources)
    named = {one["name"]: one for one in package["resources"]}
    seizures, listed, table = (named[name] for name in ("seizures", "sources", "r-table-1"))
    types = {field["name"]: field["type"] for field in seizures["schema"]["fields"]}
    assert (types["value"], types["line"], types["start"], types["suspect"]) == ("number", "integer", "date", "boolean")
    assert (listed["name"], table["name"], table["path"]) == ("sources", "r-table-1", "r/tables/table-1.csv")
    for resource in package["resources"]:
        assert (tmp_path / "run" / resource["path"]).stat().st_size == resource["bytes"]
    assert "INF" in (tmp_path / "run" / "data" / "seizures.csv").read_text()


def test_rows_of_aggregate_only_sources_are_left_out(tmp_path, rows, sources):
    package = _package(tmp_path / "run", rows, sources)
    assert "SECRET" not in (tmp_path / "run" / "data" / "seizures.csv").read_text()
    assert package["resources"][0]["description"].startswith("1 rows")
    assert len(package["sources"]) == 2
