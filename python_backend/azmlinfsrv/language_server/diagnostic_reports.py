"""How diagnostics reach the client: it asks for them, or gets them whenever they change."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types

from azmlinfsrv.analysis.entry_scripts import find_entry_scripts
from azmlinfsrv.language_server.diagnostics import diagnostics_of
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.file_stamps import Stamp, stamp
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.status import tell_status
from azmlinfsrv.language_server.uris import path_of, uri_of

OPTIONS = types.DiagnosticOptions(
    inter_file_dependencies=False, workspace_diagnostics=True, identifier="azmlinfsrv"
)
_NOTHING = "0"


def document_report(
    ls: AzureMLServer, params: types.DocumentDiagnosticParams
) -> types.DocumentDiagnosticReport:
    """Support pulled diagnostics of one document."""
    document = ls.document(params.text_document.uri)
    items, result_id = _diagnostics(ls, document)
    if params.previous_result_id == result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id)
    return types.RelatedFullDocumentDiagnosticReport(items, result_id=result_id)


class WorkspaceReports:
    """Diagnostics of the entry scripts that are not open.

    Clients ask for them every few seconds, so a file is read again only when it has changed.
    """

    def __init__(self) -> None:
        self._scripts: list[Path] | None = None
        self._read: dict[str, tuple[Stamp, Document]] = {}

    def forget_scripts(self) -> None:
        """Look for entry scripts again: one may have come or gone."""
        self._scripts = None

    async def report(
        self, ls: AzureMLServer, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        """Support pulled diagnostics of the workspace."""
        if self._scripts is None or not ls.client.registers_watchers:
            folders = [folder.root for folder in ls.projects.folders]
            self._scripts = await ls.in_thread(lambda: _entry_scripts(folders))
        previous = {each.uri: each.value for each in params.previous_result_ids}
        reports: list[types.WorkspaceDocumentDiagnosticReport] = []
        uris = {uri_of(path) for path in self._scripts}
        for uri in [*sorted(uris), *(each for each in previous if each not in uris)]:
            if ls.documents.get(uri) is not None:
                continue
            reports.append(_workspace_report(ls, uri, self._document(ls, uri), previous.get(uri)))
            # Keystrokes in other files come first.
            await asyncio.sleep(0)
        return types.WorkspaceDiagnosticReport(reports)

    def _document(self, ls: AzureMLServer, uri: str) -> Document | None:
        path = path_of(uri)
        found = stamp(path) if path is not None else None
        known = self._read.get(uri)
        if known is not None and known[0] == found:
            return known[1]
        document = ls.read_document(uri) if found else None
        self._read.pop(uri, None)
        if document is not None:
            self._read[uri] = (found, document)
        return document


def publish(ls: AzureMLServer, document: Document) -> None:
    """Send the diagnostics of a document to a client that does not ask for them."""
    if not ls.client.pulls:
        items, _ = _diagnostics(ls, document)
        ls.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(document.uri, items, document.version)
        )
    tell_status(ls, document)


def withdraw(ls: AzureMLServer, uri: str) -> None:
    """Take back what was published of a document that is closed."""
    if not ls.client.pulls:
        ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def refresh(ls: AzureMLServer) -> None:
    """Make the client ask again, or send again: something besides the texts has changed."""
    if ls.client.pulls and ls.client.refreshes_diagnostics:
        ls.workspace_diagnostic_refresh(None)
    if ls.client.refreshes_hints:
        ls.workspace_inlay_hint_refresh(None)
    if ls.client.refreshes_lenses and ls.client.lens_commands:
        ls.workspace_code_lens_refresh(None)
    for document in ls.documents.all:
        publish(ls, document)


def _diagnostics(
    ls: AzureMLServer, document: Document | None
) -> tuple[list[types.Diagnostic], str]:
    if document is None or not ls.checker.wants_findings(document):
        return [], _NOTHING
    items, result_id = diagnostics_of(ls.check(document), ls.client)
    return (items, result_id) if items else ([], _NOTHING)


def _workspace_report(
    ls: AzureMLServer, uri: str, document: Document | None, previous: str | None
) -> types.WorkspaceDocumentDiagnosticReport:
    items, result_id = _diagnostics(ls, document)
    if result_id == previous:
        return types.WorkspaceUnchangedDocumentDiagnosticReport(uri, result_id)
    return types.WorkspaceFullDocumentDiagnosticReport(uri, items, result_id=result_id)


def _entry_scripts(folders: list[Path]) -> list[Path]:
    return [path for folder in folders for path in find_entry_scripts(folder)]
