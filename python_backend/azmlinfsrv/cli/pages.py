"""The pages of rules, as they stand in docs/rules and in other programs."""

from __future__ import annotations

from collections.abc import Sequence

from azmlinfsrv.analysis.rule import Rule

_GENERATED = "<!-- Written by `azmlinfsrv rule --write docs/rules`; change the rule instead. -->"


def summary_of(rule: Rule) -> str:
    """Return the first sentence of a rule's page."""
    return rule.page.partition("\n\n")[0].replace("\n", " ")


def full_page(rule: Rule) -> str:
    """Return a rule's page with its title, its severity and how to silence it."""
    return (
        f"# {rule.code}: {rule.name}\n\n"
        f"Severity: {rule.severity.value}\n\n"
        f"{rule.page.strip()}\n\n"
        "## Leave it out\n\n"
        f"`# noqa: {rule.code}` or `# azmlinfsrv: ignore[{rule.code}]` silences a line;\n"
        f'`ignore = ["{rule.code}"]` under `[tool.azmlinfsrv]` in pyproject.toml a project.\n'
    )


def written_page(rule: Rule) -> str:
    """Return the file of a rule in docs/rules."""
    return f"{_GENERATED}\n\n{full_page(rule)}"


def index_page(rules: Sequence[Rule]) -> str:
    """Return the table of all rules."""
    rows = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value} |"
        f" {summary_of(rule)} |"
        for rule in rules
    ]
    return "\n".join(
        [
            _GENERATED,
            "",
            "# Rules",
            "",
            "What `azmlinfsrv check` and the editor say of an entry script.",
            "An **error** keeps the server from starting or fails every request,",
            "a **warning** fails some requests or makes answers wrong, **information** is advice.",
            "AML9xx are found by `azmlinfsrv check --run` only.",
            "",
            "| Code | Name | Severity | |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )
