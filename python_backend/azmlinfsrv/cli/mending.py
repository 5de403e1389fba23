"""What ``--fix`` writes and ``--diff`` shows."""

from __future__ import annotations

import difflib
import re
import sys
from pathlib import Path

from azmlinfsrv.analysis.script_file import ScriptText, write_script
from azmlinfsrv.cli.checking import Mended
from azmlinfsrv.cli.report import Trouble, relative_to
from azmlinfsrv.cli.targets import Target
from azmlinfsrv.cli.terminal import Paint

# Python and `patch` know no other line ends.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_NO_END = "\\ No newline at end of file\n"


def write_fixed(target: Target, fixed: ScriptText) -> Trouble | None:
    """Write a script with its fixes; returns what kept it from being written."""
    try:
        write_script(target.path, fixed)
    except (OSError, UnicodeError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        shown = relative_to(Path.cwd(), target.path)
        return Trouble(shown, f"cannot be written: {why}.")
    return None


def print_bytes(data: bytes) -> None:
    """Print a script that came from standard input, in its own encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def difference(target: Target, mended: Mended, paint: Paint) -> str:
    """Return a unified diff."""
    name = relative_to(Path.cwd(), target.path)
    old, new = _LINE.findall(mended.original.text), _LINE.findall(mended.fixed.text)
    lines = difflib.unified_diff(old, new, name, name)
    return "".join(_painted(line, paint) for line in lines)


def _painted(line: str, paint: Paint) -> str:
    end = "" if line.endswith(("\n", "\r")) else f"\n{_NO_END}"
    text, line_end = line.rstrip("\r\n"), line[len(line.rstrip("\r\n")) :]
    if line.startswith(("---", "+++")):
        text = paint.bold(text)
    elif line.startswith("+"):
        text = paint.green(text)
    elif line.startswith("-"):
        text = paint.red(text)
    return f"{text}{line_end}{end}"
