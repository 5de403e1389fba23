"""The two functions that the server calls: in the outline, and with something to click on."""

from __future__ import annotations

from lsprotocol import types

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.places import entry_functions, name_range, whole_range
from azmlinfsrv.language_server.server import AzureMLServer

_DETAILS = {"init": "called once by the server", "run": "called for each request"}
_LENSES = {
    "azmlinfsrv.run": "$(play) Run",
    "azmlinfsrv.debug": "$(debug-alt) Debug",
    "azmlinfsrv.sendRequest": "$(send) Send request",
    "azmlinfsrv.openDocs": "$(globe) API",
}
"""What stands above the two functions, in this order, as far as the client has the command."""


def document_symbols(
    ls: AzureMLServer, params: types.DocumentSymbolParams
) -> list[types.DocumentSymbol] | list[types.SymbolInformation]:
    """Support the outline: the language's own server shows everything else."""
    checked = _entry_script(ls, params.text_document.uri)
    script = checked.script if checked is not None else None
    if checked is None or script is None:
        return []
    positions = checked.document.positions
    found = [
        (each.name, whole_range(script, each), name_range(script, each))
        for each in entry_functions(script)
    ]
    if ls.client.nested_symbols:
        return [
            types.DocumentSymbol(
                name=name,
                kind=types.SymbolKind.Function,
                range=positions.range_to_client(whole),
                selection_range=positions.range_to_client(own),
                detail=_DETAILS[name],
            )
            for name, whole, own in found
        ]
    return [
        types.SymbolInformation(
            location=types.Location(checked.document.uri, positions.range_to_client(whole)),
            name=name,
            kind=types.SymbolKind.Function,
        )
        for name, whole, _ in found
    ]


def code_lenses(ls: AzureMLServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    """Support lenses for a client that has our commands, unless its user does without."""
    checked = _entry_script(ls, params.text_document.uri) if ls.client.lens_commands else None
    script = checked.script if checked is not None else None
    if checked is None or script is None or script.kind is not ScriptKind.ONLINE:
        return []
    if script.init is None or script.run is None or not _are_wanted(ls, checked):
        return []
    uri = checked.document.uri
    return [
        types.CodeLens(
            checked.document.positions.range_to_client(name_range(script, function)),
            types.Command(title, command, arguments=[uri]),
        )
        for function in entry_functions(script)
        for command, title in _LENSES.items()
        if command in ls.client.lens_commands
    ]


def _are_wanted(ls: AzureMLServer, checked: Checked) -> bool:
    return ls.projects.folder_of(checked.document.path).settings.code_lens


def _entry_script(ls: AzureMLServer, uri: str) -> Checked | None:
    checked = ls.checked(uri)
    return checked if checked is not None and checked.is_entry_script else None
