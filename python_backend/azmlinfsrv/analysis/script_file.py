"""Read a script as Python does, and write it back in the same encoding."""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import sys
import tempfile
import tokenize
from dataclasses import dataclass
from pathlib import Path

_MAX_BYTES = 4_000_000
"""More than the analysis takes, whatever the encoding."""


class ScriptFileError(ValueError):
    """A file that Python would refuse as a script.

    Attributes:
        message: what keeps Python from reading it, and what helps.
        line: where, from 0.

    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True)
class ScriptText:
    """A script's text, and how it is written as bytes."""

    text: str
    encoding: str = "utf-8"
    has_bom: bool = False

    @property
    def data(self) -> bytes:
        """The bytes of the file.

        Raises:
            UnicodeEncodeError: the encoding has no such character.

        """
        return (codecs.BOM_UTF8 if self.has_bom else b"") + self.text.encode(self.encoding)

    def with_text(self, text: str) -> ScriptText:
        """Return another text, to be written in the same way."""
        return ScriptText(text, self.encoding, self.has_bom)


def read_script(path: Path) -> bytes:
    """Return the bytes of a script, the first ones of a large one.

    Raises:
        OSError: it cannot be read.

    """
    with path.open("rb") as file:
        return file.read(_MAX_BYTES)


def decode_script(data: bytes) -> ScriptText:
    """Return the text of a script, in the encoding that it declares (PEP 263).

    Raises:
        ScriptFileError: Python would not read it.

    """
    if len(data) >= _MAX_BYTES:
        # Too long to be analysed, and perhaps cut within a character.
        return ScriptText(data.decode("utf-8", "replace"))
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n")
        raise ScriptFileError(
            "The server exits 3: SyntaxError: the file has NUL bytes. Save it as text in UTF-8.",
            line,
        )
    has_bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if has_bom else data
    encoding = _encoding(data)
    try:
        return ScriptText(body.decode(encoding), encoding, has_bom)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n")
        raise ScriptFileError(
            f"The server exits 3: SyntaxError: the file is not {encoding}"
            f" (byte {body[error.start]:#04x} in line {line + 1}). Save it as UTF-8, or declare its"
            " encoding in the first line: # -*- coding: latin-1 -*-",
            line,
        ) from None
    except (LookupError, UnicodeError) as error:
        raise ScriptFileError(f"The server exits 3: SyntaxError: {error}.") from None


def _encoding(data: bytes) -> str:
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        if "invalid or missing encoding declaration" in str(error.msg):
            # Nothing is declared, and the first lines are not UTF-8: decoding tells where.
            return "utf-8"
        raise ScriptFileError(f"The server exits 3: SyntaxError: {error.msg}.") from None
    return "utf-8" if declared == "utf-8-sig" else declared


def write_script(path: Path, script: ScriptText) -> None:
    """Write a script in one step: whoever reads the file sees the old text or the new one.

    Raises:
        OSError: it cannot be written.
        UnicodeEncodeError: its encoding has no such character.

    """
    data = script.data
    # A symbolic link stays one.
    target = path.resolve()
    if not os.access(target, os.W_OK):
        # Replacing it would be possible, and is not what its owner wants.
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        _keep_owner(temporary, target.stat())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _keep_owner(file: str, like: os.stat_result) -> None:
    """Give a file the owner and the permissions of the one that it takes the place of."""
    if sys.platform != "win32":
        # As root, in a container, the files on a mounted disk are somebody else's.
        with contextlib.suppress(OSError):
            os.chown(file, like.st_uid, like.st_gid)
    Path(file).chmod(like.st_mode & 0o7777)
