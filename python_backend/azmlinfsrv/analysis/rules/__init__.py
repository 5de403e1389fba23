"""The rules, one module each; the registry is the order of their codes."""

from __future__ import annotations

from azmlinfsrv.analysis.rule import Rule
from azmlinfsrv.analysis.rules import (
    missing_entry_function,
)

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (missing_entry_function.check,),
        key=lambda rule: rule.code,
    )
)
