"""Everything that can be mended without anyone looking at it."""

from __future__ import annotations

from lsprotocol import types

from azmlinfsrv.analysis.fixing import apply_safe_fixes, safe_fix
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.text_edits import difference


def can_fix(checked: Checked) -> bool:
    """Return whether there is anything to be mended without asking."""
    return any(safe_fix(finding) for finding in checked.findings)


def fix_all_edits(checked: Checked) -> list[types.TextEdit]:
    """Return edits that apply every safe fix, those that become possible by others as well."""
    document = checked.document
    fixed = apply_safe_fixes(document.text, document.path, checked.context, checked.selection)
    return difference(document, fixed.text)
