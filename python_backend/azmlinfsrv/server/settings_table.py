"""The guide's table of settings, written from their declaration.

``python -m azmlinfsrv.server.settings_table docs/server.md`` brings the file up to date.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from azmlinfsrv.server.setting import Setting
from azmlinfsrv.server.settings import SETTINGS

_BEGIN = "<!-- settings: written by azmlinfsrv.server.settings_table -->"
_END = "<!-- /settings -->"


def settings_table() -> str:
    """Return the table as Markdown."""
    rows = [
        "| option | environment variable, key in config.json | default | |",
        "|---|---|---|---|",
        *map(_row, SETTINGS),
    ]
    return "\n".join(rows)


def _row(setting: Setting) -> str:
    metavar = (setting.metavar or "").replace("|", "\\|")
    words = " ".join(filter(None, (setting.option, metavar)))
    option = f"`{words}`" if setting.option else ""
    variable = f"`{setting.variable}`" if setting.variable else ""
    default = setting.shown_default or ("" if setting.default is None else _code(setting.default))
    return f"| {option} | {variable} | {default} | {setting.help} |"


def _code(value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text}`" if text else ""


def _write(file: Path) -> None:
    pattern = re.compile(f"{re.escape(_BEGIN)}.*?{re.escape(_END)}", re.DOTALL)
    text = f"{_BEGIN}\n{settings_table()}\n{_END}"
    file.write_text(pattern.sub(lambda _: text, file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
