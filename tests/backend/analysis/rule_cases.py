"""The cases of a rule: a Markdown file of scripts, bad and good ones.

Each case is a heading (`## Bad: what is wrong`, `## Good: what must not alarm`), options of one
line each, and a Python block. A line of a bad script that is to be underlined ends with the code as
a comment. What the user will read follows in a text block, which `UPDATE_RULE_CASES=1 pytest`
writes anew.

Options: `Files: model/model.pkl, model/a/` are there beside the script; `Name: predict.py`;
`Config: modle` makes a config.json that names this model folder; `Not run: needs mlflow` leaves
out the comparison with the server.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.analysis.findings import Finding, Fix, Severity
from azmlinfsrv.analysis.project import Project
from azmlinfsrv.analysis.source import apply_edits

FOLDER = Path(__file__).parent / "rules"

_CASE = re.compile(
    r"^## (?P<kind>Bad|Good): (?P<title>[^\n]+)\n+"
    r"(?P<options>(?:[A-Z][a-z ]*: [^\n]+\n+)*)"
    r"```python\n(?P<code>.*?)^```\n"
    r"(?:\n```text\n(?P<told>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_MARK = re.compile(r"# (AML\d+(?: AML\d+)*)\s*$")


@dataclass
class Case:
    """One script.

    Attributes:
        file: the Markdown file.
        is_bad: whether the rule has something to say.
        title: what it shows.
        code: the script.
        told: what the user reads.
        options: see the module.

    """

    file: Path
    is_bad: bool
    title: str
    code: str
    told: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def rule_code(self) -> str:
        return self.file.stem

    @property
    def name(self) -> str:
        return self.options.get("Name", "score.py")

    @property
    def marks(self) -> list[tuple[int, str]]:
        """Return the lines that are to be underlined, from 0, with the rule's code."""
        return sorted(
            (number, code)
            for number, line in enumerate(self.code.split("\n"))
            if (mark := _MARK.search(line))
            for code in mark.group(1).split()
        )

    def write(self, folder: Path) -> Path:
        """Write the script and the files beside it; return the script."""
        make_files(folder, self.options.get("Files", ""))
        if "Config" in self.options:
            named = json.dumps({"AZUREML_MODEL_DIR": self.options["Config"]})
            (folder / "config.json").write_text(named, encoding="utf-8")
        script = folder / self.name
        script.write_text(self.code, encoding="utf-8")
        return script


def make_files(folder: Path, names: str) -> None:
    """Make empty files, and folders where a name ends with a slash."""
    for name in filter(None, names.replace("`", "").split(", ")):
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()


def read_cases(file: Path) -> list[Case]:
    """Return the cases of a file."""
    cases = []
    for match in _CASE.finditer(file.read_text(encoding="utf-8")):
        lines = filter(None, match["options"].splitlines())
        options = {name: value for name, _, value in (line.partition(": ") for line in lines)}
        is_bad = match["kind"] == "Bad"
        cases.append(
            Case(file, is_bad, match["title"], match["code"], match["told"] or "", options)
        )
    return cases


def all_cases() -> list[Case]:
    """Return the cases of every rule."""
    return [case for file in sorted(FOLDER.glob("AML*.md")) for case in read_cases(file)]


def findings_in(text: str, script: Path) -> list[Finding]:
    """Return what the analysis says of a text beside the files of a case."""
    context = Project(script.parent).context(script)
    return list(analyse(text, script, context).findings)


def told(findings: list[Finding], code: str, folder: Path) -> str:
    """Return what a user reads of a rule, and the titles of the fixes."""
    lines = []
    for finding in findings:
        if finding.code != code:
            continue
        (line, column), (end_line, end_column) = finding.range
        where = f"{line + 1}:{column + 1}-{end_line + 1}:{end_column + 1}"
        message = finding.message.replace(str(folder), "…")
        lines.append(f"{where} {finding.severity.value} {message}")
        lines += [
            f"    fix{' (safe)' if fix.is_safe else ''}: {fix.title}" for fix in finding.fixes
        ]
    return "\n".join(lines) + "\n"


def expected_marks(findings: list[Finding], code: str) -> list[tuple[int, str]]:
    """Return where a reader has to expect a mark: the rule's own findings, and all errors."""
    return sorted(
        {
            (finding.range.start.line, finding.code)
            for finding in findings
            if finding.code == code or finding.severity is Severity.ERROR
        }
    )


def apply(text: str, fix: Fix) -> str:
    """Return the text after a fix."""
    return apply_edits(text, [(edit.range, edit.text) for edit in fix.edits])


def update(case: Case, text: str) -> None:
    """Write what the user reads into the file of a case."""
    whole = case.file.read_text(encoding="utf-8")
    for match in _CASE.finditer(whole):
        if match["title"] == case.title and match["code"] == case.code:
            block = f"## {match['kind']}: {match['title']}\n\n"
            block += "".join(f"{line}\n\n" for line in match["options"].split("\n") if line)
            block += f"```python\n{match['code']}```\n"
            block += f"\n```text\n{text}```\n" if case.is_bad else ""
            case.file.write_text(
                whole[: match.start()] + block + whole[match.end() :], encoding="utf-8"
            )
            return


IS_UPDATE = os.environ.get("UPDATE_RULE_CASES") == "1"
