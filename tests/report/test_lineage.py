import csv
import io

import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.report.lineage import Sources, account, account_csv, without_aggregate_only


def test_a_record_leads_to_source_file_line_and_words(rows, sources):
    made = account(rows.iloc[[0]], Sources(sources))
    assert made["records"] == [
        ["pk-1", "anf-2019", "seizures.csv", 12, "quantity: 6 · unit: metric tons", "6 t (5.5 to 6.5 t)", ""]
    ]
    assert made["sources"][0]["url"] == "https://example.org/anf"


def test_aggregate_only_sources_show_counts_and_files_never_rows(rows, sources):
    made = account(rows, Sources(sources))
    assert made["count"] == 3
    assert [source["records"] for source in made["sources"]] == [2, 1]
    assert made["sources"][1]["files"] == ["ids.csv"]
    assert "SECRET" not in str(made) + account_csv(made)
    assert "ids-1" not in str(made) + account_csv(made)


def test_tables_lose_the_rows_of_aggregate_only_sources(rows, sources):
    kept, left_out = without_aggregate_only(rows, Sources(sources))
    assert (len(kept), left_out) == (2, 1)


def test_repeated_records_count_once(rows, sources):
    assert account(pd.concat([rows, rows]), Sources(sources))["count"] == 3


def test_record_ids_are_looked_up(rows, sources):
    made = account(["pk-2"], Sources(sources), lambda ids: rows[rows.record_id.isin(list(ids))])
    assert made["records"][0][3] == 13


def test_rows_without_pedigree_are_refused(sources):
    with pytest.raises(InputError, match="source_id, file, line"):
        account(pd.DataFrame({"record_id": ["a"]}), Sources(sources))


def test_the_whole_list_as_csv(rows, sources):
    lines = list(csv.DictReader(io.StringIO(account_csv(account(rows, Sources(sources))))))
    assert [line["line"] for line in lines] == ["12", "13", ""]
    assert lines[0]["source_url"] == "https://example.org/anf"
    assert "aggregate" in lines[2]["printed"]
