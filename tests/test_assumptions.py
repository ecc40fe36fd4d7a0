"""The assumptions log is made from the rules, whole and current."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.vocabulary.rules import IMPACTS, assumptions_markdown, parameter, rules

MAKE_ANEW = "data/ASSUMPTIONS.md is not what vocabulary/rules.yaml says; run `inl-evidence docs`"


def test_the_log_is_current(root: Path) -> None:
    assert (root / "data" / "ASSUMPTIONS.md").read_text(encoding="utf-8") == assumptions_markdown(), MAKE_ANEW


def test_every_rule_says_what_why_how_much_and_where() -> None:
    page = assumptions_markdown()
    for rule in rules().values():
        section = page.split(f"### {rule.id}\n", 1)[1].split("\n### ", 1)[0]
        for part in (rule.text, rule.reason, rule.impact, *rule.used_in, *rule.parameters):
            assert part in section
        assert rule.impact in IMPACTS
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.id)


def test_every_place_of_use_exists_and_every_parameter_is_read_there(root: Path) -> None:
    package = root / "src" / "analysis"
    for rule in rules().values():
        texts = [(package / place).read_text(encoding="utf-8") for place in rule.used_in]
        for name in rule.parameters:
            assert any(rule.id in text and name in text for text in texts), (rule.id, name)


def test_a_parameter_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        parameter("about", "no such parameter")
