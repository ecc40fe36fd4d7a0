import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.errors import InputError
from analysis.report.parameters import Parameter, check_value, declared_parameters
from analysis.report.plan import read_plan

DECLARED = """country = "PAK"  # one of: PAK, TJK
start = "2015-01-01"  # a date, 1990-01-01 to 2030-12-31
top = 8  # 1 to 50
share = 0.5
log = False
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "reports").mkdir()
    cell = new_code_cell(DECLARED, metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "notebooks" / "seizures.ipynb")

    def plan(text, **options):
        path = tmp_path / "reports" / "plan.yaml"
        path.write_text(text, encoding="utf-8")
        return read_plan(path, **options)

    return plan


def test_lists_make_one_report_an_entry(project):
    jobs = project("reports:\n- {notebook: seizures, parameters: {country: [PAK, TJK], start: 2019-01-01}}")
    assert [job.name for job in jobs] == ["seizures-PAK", "seizures-TJK"]
    assert jobs[1].parameters == {"country": "TJK", "start": "2019-01-01", "top": 8, "share": 0.5, "log": False}


def test_defaults_hold_where_a_notebook_declares_them(project):
    jobs = project("defaults: {parameters: {top: 3, other: 1}}\nreports: [{notebook: seizures}]")
    assert jobs[0].parameters["top"] == 3


def test_parameters_given_by_hand_are_read_as_declared(project):
    jobs = project("reports: [{notebook: seizures}]", params={"top": "12", "share": "1", "log": "true"})
    assert (jobs[0].parameters["top"], jobs[0].parameters["share"], jobs[0].parameters["log"]) == (12, 1.0, True)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("{countri: PAK}", "nearest: country"),
        ("{country: XXX}", "one of PAK, TJK"),
        ("{country: NO}", "quotes"),
        ("{start: 2019}", "a date such as"),
        ("{start: '2019-13-01'}", "a date such as"),
        ("{start: 1889-01-01}", "between 1990-01-01 and 2030-12-31"),
        ("{top: many}", "a whole number"),
        ("{top: 51}", "between 1 and 50"),
        ("{top: 1.5}", "a whole number"),
        ("{log: 1}", "true or false"),
    ],
)
def test_wrong_parameters_are_named_before_anything_starts(project, parameters, said):
    with pytest.raises(InputError, match=said):
        project(f"reports:\n- {{notebook: seizures, parameters: {parameters}}}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reports: []", "lists no reports"),
        ("[", "YAML"),
        ("report: []\nreports: [{notebook: seizures}]", "defaults, reports"),
        ("reports: [{notebook: seizure}]", "nearest: seizures"),
        ("reports: [{notebook: seizures, parametres: {}}]", "nearest: parameters"),
        ("reports: [{notebook: seizures}, {notebook: seizures}]", "two reports are called"),
        ("reports: [seizures]", "not a report"),
        ("reports: [{notebook: seizures, name: ../..}]", "cannot be the name"),
    ],
)
def test_a_wrong_plan_says_what_is_wrong(project, text, said):
    with pytest.raises(InputError, match=said):
        project(text)


def test_unknown_names_by_hand_propose_the_nearest(project):
    with pytest.raises(InputError, match="nearest: country"):
        project("reports: [{notebook: seizures}]", params={"county": "PAK"})
    with pytest.raises(InputError, match="seizures"):
        project("reports: [{notebook: seizures}]", only=["trainees"])


def test_only_takes_names_notebooks_and_patterns(project):
    text = "reports:\n- {notebook: seizures, parameters: {country: [PAK, TJK]}}"
    assert [job.name for job in project(text, only=["*-TJK"])] == ["seizures-TJK"]
    assert len(project(text, only=["seizures"])) == 2


@pytest.mark.parametrize("value", ["../x", "/etc/passwd", "a/../../b", "C:\\x", "~/x"])
def test_values_like_paths_are_refused(value):
    with pytest.raises(InputError, match="path"):
        check_value(Parameter("title", "x"), value, "plan")


def test_what_is_no_notebook_says_so(tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("{")
    with pytest.raises(InputError, match="not a notebook"):
        declared_parameters(path)
    path.write_text(json.dumps({"cells": [{"source": ["x = f()"], "metadata": {"tags": ["parameters"]}}]}))
    with pytest.raises(InputError, match="plain assignments"):
        declared_parameters(path)
