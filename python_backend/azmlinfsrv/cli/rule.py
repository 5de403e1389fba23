"""``azmlinfsrv rule CODE``: what a rule of the check means."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.cli.catalogue import all_rules, find_rule, suggestion
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.pages import full_page, index_page, summary_of, written_page
from azmlinfsrv.cli.terminal import Paint, wants_colour

NOT_FOUND = 2
_CODE = re.compile(r"`([^`]+)`")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")


def main(arguments: Sequence[str]) -> int:
    """Print pages; returns 0, or 2 for a code that no rule has."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv rule",
        description="Explain a rule of `azmlinfsrv check`.",
        epilog="example:\n  azmlinfsrv rule AML101",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("codes", metavar="CODE", nargs="*", help="a rule's code, or its name")
    parser.add_argument("--all", action="store_true", help="list all rules")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.add_argument("--write", metavar="DIR", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(list(map(with_underscores, arguments)))
    if not (options.codes or options.all or options.write):
        parser.error("name a rule, such as AML101, or list them with --all")
    rules = list(all_rules()) if options.all else []
    for code in options.codes:
        rule = find_rule(code)
        if rule is None:
            print(f"azmlinfsrv rule: there is no rule {code}. {suggestion(code)}", file=sys.stderr)
            return NOT_FOUND
        rules.append(rule)
    if options.write:
        _write(options.write)
        return 0
    with guarded_output():
        if options.json:
            print(json.dumps([_row(rule) for rule in rules], indent=2))
        elif options.all:
            print("\n".join(_table(rules)))
        else:
            paint = Paint(is_on=wants_colour(sys.stdout))
            print("\n\n".join("\n".join(_lines(rule, paint)) for rule in rules))
    return 0


def _row(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "summary": summary_of(rule),
        "page": rule.page,
        "url": rule.url,
    }


def _table(rules: Sequence[Rule]) -> Iterator[str]:
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        yield f"{rule.code}  {rule.name:{width}}  {rule.severity.value}"


def _lines(rule: Rule, paint: Paint) -> Iterator[str]:
    """Yield a page; on a terminal without the signs of Markdown."""
    page = f"{full_page(rule)}\n{rule.url}"
    if not paint.is_on:
        yield from page.splitlines()
        return
    is_code = False
    for line in page.splitlines():
        if line.startswith("```"):
            is_code = not is_code
        elif is_code:
            yield f"    {paint.green(line)}"
        elif line.startswith("#"):
            yield paint.bold(line.lstrip("# "))
        else:
            strong = _STRONG.sub(lambda found: paint.bold(found[1]), line)
            yield _CODE.sub(lambda found: paint.green(found[1]), strong)


def _write(folder: Path) -> None:
    """Write the pages of all rules, and remove those of rules that are no more."""
    rules = all_rules()
    pages = {f"{rule.code}.md": written_page(rule) for rule in rules}
    pages["README.md"] = index_page(rules)
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.md"):
        if file.name not in pages:
            file.unlink()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
