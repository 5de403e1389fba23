"""Analyses documents, and each of them only once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.analyse import Analysis, analyse
from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.model_folder import ModelFolder
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.selection import Selection
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.file_stamps import Stamp, are_current, stamps
from azmlinfsrv.language_server.model_file_uses import looked_at
from azmlinfsrv.language_server.projects import Projects

logger = logging.getLogger(__name__)

_MEMORY = "checked"
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
        settings = self._projects.folder_of(document.path).settings
        selection = settings.selection(other_python_linter=self.other_python_linter)
        known = document.memory.get(_MEMORY)
        if (
            isinstance(known, Checked)
            and known.context == context
            and known.selection == selection
            and are_current(known.seen)
        ):
            return known
        analysis = run_analysis(document.text, document.path, context, selection)
        seen = stamps(looked_at(analysis.script)) if analysis.script else {}
        checked = Checked(document, analysis, context, selection, seen)
        document.memory[_MEMORY] = checked
        return checked

    def wants_findings(self, document: Document) -> bool:
        """Return whether the user wants to hear about this document."""
        return document.is_python and self._projects.folder_of(document.path).settings.lint.enabled


def run_analysis(text: str, path: Path, context: Context, selection: Selection) -> Analysis:
    """Analyse a text; a rule that fails must not take the editor's other features along."""
    try:
        return analyse(text, path, context, selection)
    except Exception:
        logger.exception("A rule failed for %s.", path)
    try:
        return analyse(text, path, context, _NO_RULES)
    except Exception:
        logger.exception("%s could not be analysed.", path)
        return _UNREADABLE
