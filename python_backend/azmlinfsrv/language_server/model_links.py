"""The way from a path below the model folder to the file: links, definitions and hints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from azmlinfsrv.analysis.findings import Range
from azmlinfsrv.analysis.model_files import exists
from azmlinfsrv.language_server.checker import Checked
from azmlinfsrv.language_server.model_file_uses import ModelFileUse, model_file_uses
from azmlinfsrv.language_server.places import contains
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.uris import uri_of


def document_links(ls: AzureMLServer, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Support links from texts that name a model file."""
    checked = ls.checked(params.text_document.uri)
    if checked is None:
        return []
    positions = checked.document.positions
    links = {
        literal: types.DocumentLink(
            range=positions.range_to_client(literal),
            target=uri_of(target),
            tooltip=f"Open {target}" if ls.client.link_tooltips else None,
        )
        for use, target in _uses_with_files(checked)
        for literal in use.literals[-1:]
        # A client opens a link as a document; a folder is none.
        if target.is_file()
    }
    return list(links.values())


def definition(
    ls: AzureMLServer, params: types.DefinitionParams
) -> types.Location | list[types.LocationLink] | None:
    """Support the way to a model file."""
    checked = ls.checked(params.text_document.uri)
    if checked is None:
        return None
    positions = checked.document.positions
    position = positions.from_client(params.position)
    for use, target in _uses_with_files(checked):
        literal = next((each for each in use.literals if contains(each, position)), None)
        if literal is None or not target.is_file():
            continue
        start = types.Range(types.Position(0, 0), types.Position(0, 0))
        if not ls.client.definition_links:
            return types.Location(uri_of(target), start)
        origin = positions.range_to_client(literal)
        return [types.LocationLink(uri_of(target), start, start, origin)]
    return None


def inlay_hints(ls: AzureMLServer, params: types.InlayHintParams) -> list[types.InlayHint]:
    """Support hints that show where a path leads, for those who want them."""
    checked = ls.checked(params.text_document.uri)
    if checked is None:
        return []
    folder = ls.projects.folder_of(checked.document.path)
    if not folder.settings.inlay_hints.model_path:
        return []
    positions = checked.document.positions
    shown = positions.range_from_client(params.range)
    hints: dict[Range, types.InlayHint] = {}
    for use, target in _uses_with_files(checked, only_existing=False):
        if shown.start <= use.range.end <= shown.end:
            hints[use.range] = types.InlayHint(
                position=positions.to_client(use.range.end),
                label=f"→ {_short(target, folder.root)}",
                padding_left=True,
                tooltip=str(target),
            )
    return list(hints.values())


def _uses_with_files(
    checked: Checked, *, only_existing: bool = True
) -> Iterator[tuple[ModelFileUse, Path]]:
    if checked.script is None:
        return
    for use in model_file_uses(checked.script):
        if use.target is not None and (not only_existing or exists(use.target)):
            yield use, use.target


def _short(target: Path, root: Path) -> str:
    return target.relative_to(root).as_posix() if target.is_relative_to(root) else str(target)
