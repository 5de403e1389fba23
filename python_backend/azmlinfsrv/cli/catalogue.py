"""Every code that check can report, and what to say of one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.analysis.rules import RULES
from azmlinfsrv.cli.further_rules import FURTHER_RULES


def all_rules() -> tuple[Rule, ...]:
    """Return the rules of the analysis and the further ones, by their codes."""
    by_code = {rule.code: rule for rule in (*FURTHER_RULES, *RULES)}
    return tuple(by_code[code] for code in sorted(by_code))


def find_rule(named: str) -> Rule | None:
    """Return the rule of a code or a name."""
    wanted = named.strip()
    return next(
        (rule for rule in all_rules() if wanted.upper() == rule.code or wanted == rule.name), None
    )


def unknown_code(codes: Iterable[str]) -> str | None:
    """Return what is wrong with the first code, or beginning of one, that no rule has."""
    known = [rule.code for rule in all_rules()]
    for code in codes:
        if not code or not any(each.startswith(code) for each in known):
            return f"there is no rule {code}. {suggestion(code)}"
    return None


def suggestion(named: str) -> str:
    """Return a sentence that leads from a wrong name to a right one."""
    names = {name: rule.code for rule in all_rules() for name in (rule.code, rule.name)}
    near = get_close_matches(named.upper(), names, 1, 0.7)
    near = near or get_close_matches(named.lower(), names, 1, 0.7)
    return (
        f"Did you mean {names[near[0]]}?"
        if near
        else "`azmlinfsrv rule --all` lists those that there are."
    )
