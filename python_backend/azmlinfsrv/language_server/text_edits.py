"""Changes of documents as the client can take them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.documents import Document

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def workspace_edit(
    document: Document, edits: Sequence[types.TextEdit], client: Client
) -> types.WorkspaceEdit:
    """Return an edit of one document; of this version of it only, if the client can check that."""
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes={document.uri: list(edits)})
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, list(edits))])


def difference(before: Document, after: str) -> list[types.TextEdit]:
    """Return the edits, line by line, that make one text of another."""
    # Half of a keystroke's time to import, and seldom needed.
    from difflib import SequenceMatcher

    old = _lines_with_ends(before.text)
    new = _lines_with_ends(after)
    edits = []
    for tag, start, end, new_start, new_end in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            range_ = types.Range(_line_start(before, start), _line_start(before, end))
            edits.append(types.TextEdit(range_, "".join(new[new_start:new_end])))
    return edits


def _lines_with_ends(text: str) -> list[str]:
    return _LINE.findall(text)


def _line_start(document: Document, number: int) -> types.Position:
    if number < len(document.source.lines):
        return types.Position(number, 0)
    return document.positions.to_client(document.source.end)
