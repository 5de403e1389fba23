"""`azmlinfsrv rule`, and the pages in docs/rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.cli import main
from azmlinfsrv.cli.catalogue import all_rules

DOCS = Path(__file__).parents[3] / "docs" / "rules"


@pytest.fixture(autouse=True)
def _no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("named", ["AML101", "aml101", "missing-entry-function"])
def test_a_rule_is_explained_by_its_code_and_by_its_name(
    capsys: pytest.CaptureFixture[str], named: str
) -> None:
    assert main(["rule", named]) == 0
    page = capsys.readouterr().out
    assert page.startswith("# AML101: missing-entry-function\n\nSeverity: error\n")
    assert "## Why is this bad?" in page
    assert page.endswith("/docs/rules/AML101.md\n")


def test_a_terminal_shows_no_markdown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["rule", "AML101"])
    page = capsys.readouterr().out
    assert page.startswith("\033[1mAML101: missing-entry-function\033[0m\n")
    assert "```" not in page
    assert "##" not in page


def test_an_unknown_code_exits_2_with_a_suggestion(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "AML1O1"]) == 2
    assert "there is no rule AML1O1. Did you mean AML101?" in capsys.readouterr().err
    assert main(["rule", "E501"]) == 2
    assert "`azmlinfsrv rule --all` lists those" in capsys.readouterr().err


def test_nothing_to_explain_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rule"])
    assert ended.value.code == 2
    assert "--all" in capsys.readouterr().err


def test_all_rules_are_listed_for_people_and_for_programs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rule", "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.code for rule in all_rules()]
    assert main(["rule", "--all", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(lines)
    assert set(rows[0]) == {"code", "name", "severity", "summary", "page", "url"}


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_a_page_that_explains_it(rule: object) -> None:
    from azmlinfsrv.analysis.rule import Rule

    assert isinstance(rule, Rule)
    summary, _, rest = rule.page.partition("\n\n")
    assert summary.endswith(".")
    assert "## Why is this bad?" in rest
    assert rest.count("```") % 2 == 0


def test_the_pages_in_docs_are_those_of_the_rules(tmp_path: Path) -> None:
    assert main(["rule", "--write", str(tmp_path)]) == 0
    written = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    kept = {file.name: file.read_text(encoding="utf-8") for file in DOCS.iterdir()}
    assert kept == written, "run `azmlinfsrv rule --write docs/rules`"


def test_the_page_of_a_rule_that_is_gone_goes_as_well(tmp_path: Path) -> None:
    (tmp_path / "AML000.md").touch()
    main(["rule", "--write", str(tmp_path)])
    assert not (tmp_path / "AML000.md").exists()
    assert (tmp_path / "AML101.md").exists()
