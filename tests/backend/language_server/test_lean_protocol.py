"""The protocol's classes are made in less time, and only that differs."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from azmlinfsrv.language_server.lean_protocol import import_protocol
import attrs
define = attrs.define
import_protocol()
assert attrs.define is define
from lsprotocol import types, converters
hover = types.Hover("text", types.Range(types.Position(0, 1), types.Position(2, 3)))
converter = converters.get_converter()
plain = converter.unstructure(hover)
print(plain)
back = converter.structure(plain, types.Hover)
assert back.range.end.character == 3
assert types.Position(0, 1) == types.Position(0, 1) < types.Position(0, 2)
"""


def test_messages_are_written_and_read_as_ever() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert eval(told.stdout) == {
        "contents": "text",
        "range": {"start": {"line": 0, "character": 1}, "end": {"line": 2, "character": 3}},
    }
