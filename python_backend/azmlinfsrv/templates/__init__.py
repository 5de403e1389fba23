"""Entry scripts to begin with. Each folder is one: what is in it is what the user gets."""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent
_SCRIPT = "score.py"
_IGNORED = ("__pycache__",)


@dataclass(frozen=True)
class Template:
    """One entry script to begin with.

    Attributes:
        name: its name on the command line.
        title: what it takes, for people.
        needs: the distributions that the interpreter has to have.

    """

    name: str
    title: str
    needs: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return _FOLDER / self.name

    @property
    def summary(self) -> str:
        """The first line of the script's own description."""
        text = (self.folder / _SCRIPT).read_text(encoding="utf-8")
        return (ast.get_docstring(ast.parse(text)) or "").splitlines()[0]

    @property
    def files(self) -> list[Path]:
        """Its files, relative to its folder; the script first."""
        found = [
            path.relative_to(self.folder)
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not set(_IGNORED) & set(path.parts)
        ]
        return sorted(found, key=lambda path: (path.name != _SCRIPT, path))


TEMPLATES = (
    Template("json", "Plain JSON"),
    Template("numpy", "NumPy array with a schema", ("numpy",)),
    Template("pandas", "Table with a schema", ("pandas",)),
    Template("power-bi", "Power BI", ("pandas",)),
    Template("image", "Image as raw HTTP"),
    Template("several-models", "Several models"),
    Template("streaming", "Streamed answer"),
)
"""In the order in which they are offered."""


def find_template(name: str) -> Template | None:
    """Return the template of that name."""
    return next((each for each in TEMPLATES if each.name == name), None)


def existing_files(template: Template, folder: Path) -> list[Path]:
    """Return the files in a folder that a template would overwrite."""
    return [folder / file for file in template.files if (folder / file).exists()]


def write_template(template: Template, folder: Path) -> list[Path]:
    """Write a template's files into a folder, which is made if need be; returns where they are.

    Raises:
        OSError: one cannot be written.

    """
    written = []
    for file in template.files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not the mode of the file in an environment, which may be read-only.
        shutil.copyfile(template.folder / file, path)
        written.append(path)
    return written
