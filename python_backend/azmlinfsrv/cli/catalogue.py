"""Every code that check can report, and what to say of one that does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.analysis.rules import RULES
from azmlinfsrv.cli.further_rules import FURTHER_RULES

# What codes begin with, also where there is no such rule in this version.
_GROUPS = ("AML1", "AML2", "AML3", "AML4", "AML5", "AML9")
_LEAST_LIKENESS = 0.7


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
    known = [*(rule.code for rule in all_rules()), *_GROUPS]
    for code in codes:
        if not code or not any(each.startswith(code) for each in known):
            return f"there is no rule {code}. {suggestion(code)}"
    return None


def suggestion(named: str) -> str:
    """Return a sentence that leads from a wrong name to a right one."""
    likeness = SequenceMatcher()
    likeness.set_seq2(named.lower())
    best, code = _LEAST_LIKENESS, None
    for rule in all_rules():
        for name in (rule.code.lower(), rule.name):
            likeness.set_seq1(name)
            if likeness.ratio() > best:
                best, code = likeness.ratio(), rule.code
    if code is None:
        return "`azmlinfsrv rule --all` lists those that there are."
    return f"Did you mean {code}?"
