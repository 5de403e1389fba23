"""Documents made from the templates beside this file. Jinja comes with Flask."""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent / "templates"


def render(template: str, /, **values: object) -> str:
    """Return a document."""
    return _environment().get_template(template).render(values)


def style() -> str:
    """Return the style sheet of the documents."""
    return (_FOLDER / "report.css").read_text(encoding="utf-8")


def style_source() -> str:
    """Return what a content security policy calls this style sheet, and no other."""
    digest = hashlib.sha256(style().encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        # SVG as well: names of files and functions may hold anything.
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(style=style, style_source=style_source)
    return environment
