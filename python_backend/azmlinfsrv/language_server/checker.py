"""Analyses documents, and each of them only once."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.analyse import Analysis, analyse
from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding, Position, Range
from azmlinfsrv.analysis.model_folder import ModelFolder
from azmlinfsrv.analysis.rules import file_not_analysed
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.selection import Selection
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.file_stamps import Stamp, are_current, stamps
from azmlinfsrv.language_server.model_file_uses import looked_at
from azmlinfsrv.language_server.projects import Projects

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 100_000
MAX_LINES = 5_000
"""A longer script would make whoever types in it wait."""

_MEMORY = "checked"
BEFORE = "the script before the edit"
"""Where an edited document remembers what it was made from."""
_UNREADABLE = Analysis(None, ())
_NO_RULES = Selection(select=("none",))


@dataclass(frozen=True)
class Checked:
    """What the analysis says of a document, and on which grounds.

    Attributes:
        document: the text.
        analysis: what it says.
        context: what it knew besides the text.
        selection: the rules that were wanted.
        seen: the files that it looked at, as they were.

    """

    document: Document
    analysis: Analysis
    context: Context
    selection: Selection
    seen: dict[str, Stamp]

    @property
    def script(self) -> Script | None:
        """The script's facts; None if it could not be read."""
        return self.analysis.script

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that are wanted."""
        return self.analysis.findings

    @property
    def is_entry_script(self) -> bool:
        """Whether the file is a script for the server."""
        return self.script is not None and self.script.kind is not ScriptKind.NONE

    @property
    def model_folder(self) -> ModelFolder | None:
        """What AZUREML_MODEL_DIR will name."""
        return self.context.model_folder


class Checker:
    """Analyses documents.

    Attributes:
        other_python_linter: whether something else reports undefined names.

    """

    def __init__(self, projects: Projects) -> None:
        self._projects = projects
        self.other_python_linter = False

    def check(self, document: Document) -> Checked:
        """Return what the analysis says of a document, from memory if that still holds."""
        context = self._projects.context(document.file, document.edited_line)
        folder = self._projects.folder_of(document.path)
        selection = folder.settings.selection(
            folder.project.configuration, other_python_linter=self.other_python_linter
        )
        known = document.memory.get(_MEMORY)
        if (
            isinstance(known, Checked)
            and known.context == context
            and known.selection == selection
            and are_current(known.seen)
        ):
            return known
        before = document.memory.pop(BEFORE, None)
        analysis = run_analysis(
            document.text,
            document.path,
            context,
            selection,
            before if isinstance(before, Script) else None,
        )
        seen = stamps(looked_at(analysis.script)) if analysis.script else {}
        checked = Checked(document, analysis, context, selection, seen)
        document.memory[_MEMORY] = checked
        return checked

    def wants_findings(self, document: Document) -> bool:
        """Return whether the user wants to hear about this document."""
        return document.is_python and self._projects.folder_of(document.path).settings.lint.enabled


def run_analysis(
    text: str, path: Path, context: Context, selection: Selection, before: Script | None = None
) -> Analysis:
    """Analyse a text; a rule that fails must not take the editor's other features along."""
    if len(text) > MAX_CHARACTERS or text.count("\n") > MAX_LINES:
        return _too_large(text, path, context, selection)
    try:
        return analyse(text, path, context, selection, before)
    except Exception:
        logger.exception("A rule failed for %s.", path)
    try:
        return analyse(text, path, context, _NO_RULES)
    except Exception:
        logger.exception("%s could not be analysed.", path)
        return _UNREADABLE


def remember(before: Document, after: Document) -> None:
    """Let the analysis of an edited document begin with that of the document before."""
    known = before.memory.get(_MEMORY)
    found = known.script if isinstance(known, Checked) else before.memory.get(BEFORE)
    if found is not None:
        after.memory[BEFORE] = found


def _too_large(text: str, path: Path, context: Context, selection: Selection) -> Analysis:
    """Say of a script that it is too large, and nothing of any other large file."""
    rule = file_not_analysed.check
    is_script = context.is_named or path.name.startswith("score") or _defines_both(text)
    if not is_script or not selection.includes(rule.code):
        return _UNREADABLE
    start = Position(0, 0)
    message = (
        f"This file has more than {MAX_CHARACTERS // 1000} kB or {MAX_LINES:,} lines and is not"
        " checked while it is typed; 'azmlinfsrv check' checks it."
    )
    finding = Finding(rule.code, rule.name, rule.severity, message, Range(start, start))
    return Analysis(None, (finding,))


def _defines_both(text: str) -> bool:
    return all(re.search(rf"^def {name}\b", text, re.MULTILINE) for name in ("init", "run"))
