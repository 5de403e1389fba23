"""The rules, one module each: a module that is here is a rule."""

from __future__ import annotations

import importlib
import pkgutil

from azmlinfsrv.analysis.rule import Rule


def _registered() -> tuple[Rule, ...]:
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    return tuple(sorted((module.check for module in modules), key=lambda rule: rule.code))


RULES = _registered()
"""In the order of their codes."""
