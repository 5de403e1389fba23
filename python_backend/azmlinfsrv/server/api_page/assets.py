"""The files that the page loads: ours, and Swagger UI's out of the package that carries it.

flask-swagger-ui is only looked up, never imported: its own page has a script within the page,
which our content-security policy forbids.
"""

from __future__ import annotations

import functools
import hashlib
from importlib.util import find_spec
from pathlib import Path

_OURS = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_SCRIPTS = ("swagger-ui-bundle.js", "page.js")
_STYLES = ("swagger-ui.css", "page.css")


class NoSwaggerUiError(Exception):
    """The package with Swagger UI is not installed, or lacks a file."""


@functools.cache
def asset(name: str) -> tuple[bytes, str] | None:
    """Return a file's content and media type; None for a name that the page does not load.

    Raises:
        NoSwaggerUiError: it should be there and is not.

    """
    if name not in (*_SCRIPTS, *_STYLES):
        return None
    ours = _OURS / name
    file = ours if ours.is_file() else _swagger_ui() / name
    try:
        return file.read_bytes(), f"{_TYPES[file.suffix]}; charset=utf-8"
    except OSError as error:
        raise NoSwaggerUiError(f"{file}: {error.strerror}") from error


@functools.cache
def page() -> str:
    """Return the page itself. Every address in it is relative: a proxy may serve it elsewhere.

    Raises:
        NoSwaggerUiError: a file that it loads is not there.

    """
    template = (_OURS / "page.html").read_text(encoding="utf-8")
    styles = "\n".join(f'<link rel="stylesheet" href="{_address(name)}">' for name in _STYLES)
    scripts = "\n".join(f'<script defer src="{_address(name)}"></script>' for name in _SCRIPTS)
    return template.replace("<!-- styles -->", styles).replace("<!-- scripts -->", scripts)


def _address(name: str) -> str:
    found = asset(name)
    assert found is not None  # noqa: S101 - the names are those of the tuples above
    # A browser keeps a file for ever, and asks anew when another version has another address.
    return f"docs/{name}?{hashlib.sha256(found[0]).hexdigest()[:12]}"


def _swagger_ui() -> Path:
    spec = find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise NoSwaggerUiError("flask-swagger-ui is not installed")
    return Path(spec.origin).parent / "dist"
