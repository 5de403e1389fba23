"""Scripts in plain files, with comments on top that say what belongs to them.

`# files: model/a.bin, lib/` are there beside the script; `# request: {...}` is answered with 200;
`# not run: needs torch` leaves out the server; `# expect: AML109` is what the script is found by;
`# name: score.py` is what it is called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.findings import Finding
from azmlinfsrv.analysis.project import Project
from azmlinfsrv.analysis.script import Script

from .rule_cases import findings_in, make_files

HERE = Path(__file__).parent
KINDS = {"online": ScriptKind.ONLINE, "batch": ScriptKind.BATCH, "others": ScriptKind.NONE}
"""The folders of habits, and what the server would make of their scripts."""


@dataclass(frozen=True)
class PlainScript:
    """One script.

    Attributes:
        file: where it is.
        text: its text.

    """

    file: Path
    text: str

    @property
    def id(self) -> str:
        return f"{self.file.parent.name}/{self.file.stem}"

    def option(self, name: str) -> str | None:
        """Return what a comment says."""
        match = re.search(rf"^# {name}: (.+)$", self.text, re.MULTILINE)
        return match[1] if match else None

    def write(self, folder: Path, text: str | None = None) -> Path:
        """Write the script, or another text for it, and the files beside it."""
        make_files(folder, self.option("files") or "")
        script = folder / (self.option("name") or self.file.name)
        script.write_bytes((self.text if text is None else text).encode())
        return script

    def findings(self, folder: Path, text: str | None = None) -> list[Finding]:
        """Return what the analysis says of the script, or of another text for it."""
        return findings_in(self.text if text is None else text, self.write(folder, text))

    def kind(self, folder: Path) -> ScriptKind:
        """Return what the script counts as."""
        script = self.write(folder)
        return Script(self.text, script, Project(folder).context(script)).kind


def read_scripts(folder: str) -> list[PlainScript]:
    """Return the scripts of a folder beside this file."""
    files = sorted((HERE / folder).rglob("*.py"))
    return [PlainScript(file, file.read_text(encoding="utf-8")) for file in files]
