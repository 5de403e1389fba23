"""From a path in the script to the model file, and its place in the outline."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lsprotocol import types

from azmlinfsrv.language_server.model_links import definition, document_links, inlay_hints
from azmlinfsrv.language_server.settings import InlayHintSettings
from azmlinfsrv.language_server.symbols import code_lenses, document_symbols

from .editor import ABLE, Editor

TEXT = """\
import os
from pathlib import Path


def init():
    folder = os.environ["AZUREML_MODEL_DIR"]
    a = open(os.path.join(folder, "sub", "model.pkl"))
    b = open(f"{folder}/sub/model.pkl")
    c = open(Path(folder) / "missing.pkl")


@decorated
def run(data):
    return data
"""
TWO = ["azmlinfsrv.run", "azmlinfsrv.debug"]
FOUR = [*TWO, "azmlinfsrv.sendRequest", "azmlinfsrv.openDocs"]
WHOLE = types.Range(types.Position(0, 0), types.Position(99, 0))


@pytest.fixture
def identifier(editor: Editor) -> types.TextDocumentIdentifier:
    editor.write("model/sub/model.pkl")
    return types.TextDocumentIdentifier(editor.open(TEXT).uri)


def test_a_path_leads_to_the_file(editor: Editor, identifier: types.TextDocumentIdentifier) -> None:
    links = document_links(editor.server, types.DocumentLinkParams(identifier))
    target = (editor.folder / "model/sub/model.pkl").as_uri()
    assert {link.target for link in links} == {target}
    places = {
        TEXT.splitlines()[link.range.start.line][
            link.range.start.character : link.range.end.character
        ]
        for link in links
    }
    assert places == {"model.pkl", "/sub/model.pkl"}


def test_going_to_the_definition_opens_the_file(
    editor: Editor, identifier: types.TextDocumentIdentifier
) -> None:
    line = TEXT.splitlines()[6]
    place = types.Position(6, line.index("model.pkl") + 2)
    target = (editor.folder / "model/sub/model.pkl").as_uri()
    links = definition(editor.server, types.DefinitionParams(identifier, place))
    assert isinstance(links, list)
    assert links[0].target_uri == target
    editor.server.client = replace(ABLE, definition_links=False)
    location = definition(editor.server, types.DefinitionParams(identifier, place))
    assert isinstance(location, types.Location)
    assert location.uri == target
    elsewhere = types.DefinitionParams(identifier, types.Position(0, 0))
    assert definition(editor.server, elsewhere) is None


def test_hints_are_shown_to_those_who_want_them(
    editor: Editor, identifier: types.TextDocumentIdentifier
) -> None:
    params = types.InlayHintParams(identifier, WHOLE)
    assert inlay_hints(editor.server, params) == []
    editor.settings(inlay_hints=InlayHintSettings(model_path=True))
    labels = {str(hint.label) for hint in inlay_hints(editor.server, params)}
    assert labels == {"→ model/sub/model.pkl", "→ model/missing.pkl"}
    nowhere = types.Range(types.Position(0, 0), types.Position(1, 0))
    assert inlay_hints(editor.server, types.InlayHintParams(identifier, nowhere)) == []


def test_the_outline_holds_the_two_functions(
    editor: Editor, identifier: types.TextDocumentIdentifier
) -> None:
    symbols = document_symbols(editor.server, types.DocumentSymbolParams(identifier))
    assert [symbol.name for symbol in symbols] == ["init", "run"]
    run = symbols[1]
    assert isinstance(run, types.DocumentSymbol)
    assert run.range.start == types.Position(11, 0)
    assert run.selection_range.start == types.Position(12, 4)
    editor.server.client = replace(ABLE, nested_symbols=False)
    flat = document_symbols(editor.server, types.DocumentSymbolParams(identifier))
    assert [type(symbol) for symbol in flat] == [types.SymbolInformation] * 2


def test_lenses_are_for_clients_that_have_the_commands(
    editor: Editor, identifier: types.TextDocumentIdentifier
) -> None:
    params = types.CodeLensParams(identifier)
    assert code_lenses(editor.server, params) == []
    editor.server.client = replace(ABLE, lens_commands=frozenset(TWO))
    lenses = code_lenses(editor.server, params)
    commands = [lens.command.command for lens in lenses if lens.command]
    assert commands == TWO * 2
    assert [lens.range.start.line for lens in lenses] == [4, 4, 12, 12]
    editor.server.client = replace(ABLE, lens_commands=frozenset(FOUR))
    titles = [lens.command.title for lens in code_lenses(editor.server, params) if lens.command]
    words = [title.partition(") ")[2] for title in titles]
    assert words == ["Run", "Debug", "Send request", "API"] * 2
    editor.open("def init():\n    pass\n")
    assert code_lenses(editor.server, params) == []


def test_lenses_can_be_switched_off(
    editor: Editor, identifier: types.TextDocumentIdentifier
) -> None:
    editor.server.client = replace(ABLE, lens_commands=frozenset(FOUR))
    editor.settings(code_lens=False)
    assert code_lenses(editor.server, types.CodeLensParams(identifier)) == []


def test_batch_scripts_have_no_lenses(editor: Editor) -> None:
    editor.server.client = replace(ABLE, lens_commands=frozenset(FOUR))
    batch = "def init():\n    pass\n\ndef run(mini_batch):\n    return []\n"
    uri = types.TextDocumentIdentifier(editor.open(batch, "batch.py").uri)
    assert code_lenses(editor.server, types.CodeLensParams(uri)) == []


def test_other_files_have_none_of_it(editor: Editor) -> None:
    uri = types.TextDocumentIdentifier(editor.open("def run():\n    pass\n", "helpers.py").uri)
    editor.server.client = replace(ABLE, lens_commands=frozenset(TWO))
    assert document_symbols(editor.server, types.DocumentSymbolParams(uri)) == []
    assert code_lenses(editor.server, types.CodeLensParams(uri)) == []
    assert document_links(editor.server, types.DocumentLinkParams(uri)) == []
