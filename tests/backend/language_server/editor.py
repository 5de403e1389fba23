"""An editor without a process: the features are asked directly."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from lsprotocol import types

from azmlinfsrv.analysis.findings import Position
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.code_actions import code_actions, resolve_code_action
from azmlinfsrv.language_server.completion import completion
from azmlinfsrv.language_server.diagnostics import diagnostics_of
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.features import make_server
from azmlinfsrv.language_server.hover import hover
from azmlinfsrv.language_server.positions import Positions
from azmlinfsrv.language_server.settings import LintSettings, Settings

CURSOR = "<|>"

ABLE = Client(
    pulls=True,
    shows_related=True,
    tags=frozenset({1, 2}),
    links_codes=True,
    keeps_data=True,
    versioned_edits=True,
    literal_actions=True,
    marks_preferred=True,
    snippets=True,
    insert_or_replace=True,
    markdown_hover=True,
    nested_symbols=True,
    definition_links=True,
    link_tooltips=True,
)


class Editor:
    """An editor with one folder."""

    def __init__(self, folder: Path, client: Client = ABLE) -> None:
        self.folder = folder
        self.server = make_server()
        self.server.client = client
        self.root = self.server.projects.add(folder, folder.as_uri())
        self.version = 0

    def settings(self, lint: LintSettings | None = None, **settings: object) -> None:
        self.root.settings = replace(
            Settings(),
            lint=lint or LintSettings(),
            **settings,  # type: ignore[arg-type]
        )
        self.server.projects.forget()

    def write(self, name: str, text: str = "") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def open(self, text: str, name: str = "score.py") -> Document:
        self.version += 1
        document = Document(
            (self.folder / name).as_uri(), text, self.version, self.server.client.encoding
        )
        return self.server.documents.put(document)

    def place(self, text: str, name: str = "score.py") -> types.TextDocumentPositionParams:
        """Open a text without its cursor and return where that was."""
        before, _, after = text.partition(CURSOR)
        document = self.open(before + after, name)
        lines = Positions(before.split("\n"), document.encoding).lines
        place = Position(len(lines) - 1, len(lines[-1]))
        identifier = types.TextDocumentIdentifier(document.uri)
        return types.TextDocumentPositionParams(identifier, document.positions.to_client(place))

    def diagnostics(self, document: Document) -> list[types.Diagnostic]:
        return diagnostics_of(self.server.check(document), self.server.client)[0]

    def complete(self, text: str, name: str = "score.py") -> list[types.CompletionItem]:
        place = self.place(text, name)
        answer = completion(
            self.server, types.CompletionParams(place.text_document, place.position)
        )
        return list(answer.items) if answer is not None else []

    def completed(self, text: str, label: str, name: str = "score.py") -> str:
        """Return the text after a completion was chosen, by inserting."""
        items = self.complete(text, name)
        item = next(each for each in items if each.label == label)
        edit = item.text_edit
        assert edit is not None
        range_ = edit.insert if isinstance(edit, types.InsertReplaceEdit) else edit.range
        document = self.server.documents.get((self.folder / name).as_uri())
        assert document is not None
        chosen = types.TextEdit(range_, edit.new_text)
        return applied(document, [chosen, *(item.additional_text_edits or [])])

    def hover(self, text: str, name: str = "score.py") -> str | None:
        place = self.place(text, name)
        answer = hover(self.server, types.HoverParams(place.text_document, place.position))
        if answer is None:
            return None
        assert isinstance(answer.contents, types.MarkupContent)
        return answer.contents.value

    def actions(self, document: Document, *only: str) -> list[types.CodeAction]:
        whole = types.Range(types.Position(0, 0), types.Position(10_000, 0))
        context = types.CodeActionContext(self.diagnostics(document), only=list(only) or None)
        identifier = types.TextDocumentIdentifier(document.uri)
        return code_actions(self.server, types.CodeActionParams(identifier, whole, context))

    def done(self, document: Document, title: str) -> str:
        """Return the text after the action of that title."""
        actions = self.actions(document)
        titles = [each.title for each in actions]
        assert title in titles, titles
        return edited(document, resolve_code_action(self.server, actions[titles.index(title)]))


def edited(document: Document, action: types.CodeAction) -> str:
    assert action.edit is not None
    if action.edit.document_changes is not None:
        (change,) = action.edit.document_changes
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.version == document.version
        return applied(
            document, [each for each in change.edits if isinstance(each, types.TextEdit)]
        )
    assert action.edit.changes is not None
    return applied(document, list(action.edit.changes[document.uri]))


def applied(document: Document, edits: list[types.TextEdit]) -> str:
    """Return the text after some edits, as a client makes them."""
    text = document.text
    starts = [0]
    for line in document.source.lines:
        end = starts[-1] + len(line)
        starts.append(end + (2 if text[end : end + 2] == "\r\n" else 1))

    def offset(place: types.Position) -> int:
        position = document.positions.from_client(place)
        mark = 1 if position.line == 0 and text.startswith("\ufeff") else 0
        return starts[position.line] + position.column + mark

    ordered = sorted(edits, key=lambda edit: offset(edit.range.start))
    for one, other in itertools.pairwise(ordered):
        assert offset(one.range.end) <= offset(other.range.start), "edits overlap"
    for edit in reversed(ordered):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text
