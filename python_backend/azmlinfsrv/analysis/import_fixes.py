"""Edits of import statements, which several rules offer."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from azmlinfsrv.analysis.findings import Edit, Fix
from azmlinfsrv.analysis.script import Script


def import_from_homes(
    script: Script, statement: ast.ImportFrom, homes: Mapping[str, str]
) -> tuple[Fix, ...]:
    """Return the fix that imports each name from the module that has it.

    No fix if one of the names has no known home.
    """
    lines = []
    for alias in statement.names:
        home = homes.get(alias.name)
        if home is None:
            return ()
        name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        lines.append(f"from {home} import {name}")
    text = f"{script.source.newline}{' ' * statement.col_offset}".join(lines)
    edit = Edit(script.source.range_of(statement), text)
    return (Fix("Import from the right module", (edit,), is_safe=True),)
