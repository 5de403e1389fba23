"""Which feature answers which message, in the order of the protocol's own description."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from azmlinfsrv.language_server import (
    answers,
    code_actions,
    completion,
    diagnostic_reports,
    hover,
    model_links,
    sample_requests,
    status,
    symbols,
    watchers,
)
from azmlinfsrv.language_server.checker import remember
from azmlinfsrv.language_server.client import read_client
from azmlinfsrv.language_server.configuration import Configuration
from azmlinfsrv.language_server.diagnostic_reports import WorkspaceReports
from azmlinfsrv.language_server.documents import Document
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.settings import SECTION
from azmlinfsrv.language_server.uris import path_of
from azmlinfsrv.language_server.watchers import Watchers


def make_server() -> AzureMLServer:
    """Make a language server with all its features."""
    server = AzureMLServer()
    _add_life_cycle(server)
    _add_documents(server)
    _add_diagnostics(server)
    _add_answers(server)
    return server


def _add_life_cycle(server: AzureMLServer) -> None:
    configuration = Configuration()
    watching = Watchers()
    reports = WorkspaceReports()

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def workspace_diagnostic(
        ls: AzureMLServer, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        return await reports.report(ls, params)

    @server.feature(types.INITIALIZE)
    def initialize(ls: AzureMLServer, params: types.InitializeParams) -> None:
        encoding = ls.protocol.workspace.position_encoding or types.PositionEncodingKind.Utf16
        ls.client = read_client(params, getattr(encoding, "value", encoding))
        ls.watch_client(params.process_id)
        ls.checker.other_python_linter = ls.client.other_python_linter
        for uri in _roots(params):
            _add_folder(ls, uri)
        configuration.begin(ls, params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(ls: AzureMLServer, _: types.InitializedParams) -> None:
        if ls.client.registers_configuration:
            await ls.ask(ls.client_register_capability_async(_settings_registration()))
        await watching.watch_project(ls)
        await read_projects(ls, fetches=True)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def did_change_configuration(
        ls: AzureMLServer, params: types.DidChangeConfigurationParams
    ) -> None:
        configuration.take(ls, params.settings)
        ls.start(look_again(ls, fetches=True))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(
        ls: AzureMLServer, params: types.DidChangeWorkspaceFoldersParams
    ) -> None:
        for removed in params.event.removed:
            ls.projects.remove(removed.uri)
        for added in params.event.added:
            _add_folder(ls, added.uri)
        reports.forget_scripts()
        ls.start(read_projects(ls, fetches=True))

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(
        ls: AzureMLServer, params: types.DidChangeWatchedFilesParams
    ) -> None:
        paths = watchers.changed_paths(params)
        if any(path.suffix == ".py" for path in paths):
            reports.forget_scripts()
        if any(watchers.changes_projects(path) for path in paths):
            ls.start(read_projects(ls))
        elif any(watchers.concerns_findings(ls, path) for path in paths):
            ls.start(look_again(ls))

    async def read_projects(ls: AzureMLServer, *, fetches: bool = False) -> None:
        if fetches:
            await configuration.fetch(ls)
        folders = list(ls.projects.folders)
        for folder in folders:
            read = functools.partial(ls.projects.read, folder)
            folder.project, complaint = await ls.in_thread(read)
            if complaint is not None:
                configuration.complain(ls, complaint)
        await look_again(ls)

    async def look_again(ls: AzureMLServer, *, fetches: bool = False) -> None:
        if fetches:
            await configuration.fetch(ls)
        ls.projects.forget()
        diagnostic_reports.refresh(ls)
        await watching.watch_model_folders(ls)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: AzureMLServer, params: types.DidSaveTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        if path is not None and watchers.changes_projects(path):
            ls.start(read_projects(ls))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: AzureMLServer, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        document = Document(
            item.uri, item.text, item.version, ls.client.encoding, language=item.language_id
        )
        diagnostic_reports.publish(ls, ls.documents.put(document))
        ls.start(watching.watch_model_folders(ls))


def _add_documents(server: AzureMLServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: AzureMLServer, params: types.DidChangeTextDocumentParams) -> None:
        uri, version = params.text_document.uri, params.text_document.version
        # A change that comes before its document is opened may hold the whole of it.
        before = ls.documents.get(uri) or Document(uri, "", None, ls.client.encoding)
        edited = before.edited(list(params.content_changes), version)
        remember(before, edited)
        document = ls.documents.put(edited)
        diagnostic_reports.publish(ls, document)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: AzureMLServer, params: types.DidCloseTextDocumentParams) -> None:
        ls.documents.remove(params.text_document.uri)
        diagnostic_reports.withdraw(ls, params.text_document.uri)
        status.forget_status(ls, params.text_document.uri)


def _add_diagnostics(server: AzureMLServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, diagnostic_reports.OPTIONS)
    def diagnostic(
        ls: AzureMLServer, params: types.DocumentDiagnosticParams
    ) -> types.DocumentDiagnosticReport:
        return diagnostic_reports.document_report(ls, params)

    @server.feature(status.METHOD)
    def answer_status(ls: AzureMLServer, params: Any) -> dict[str, object]:
        return status.answer_status(ls, params)

    @server.feature(sample_requests.METHOD)
    def sample_request(ls: AzureMLServer, params: Any) -> dict[str, object] | None:
        return sample_requests.answer_sample_request(ls, params)

    @server.feature(answers.METHOD)
    def explain_answer(ls: AzureMLServer, params: Any) -> dict[str, object] | None:
        return answers.explain_answer(ls, params)


def _add_answers(server: AzureMLServer) -> None:
    """Add the features that answer a request from what is known, in the protocol's order."""
    answers: tuple[tuple[str, Callable[..., object], object], ...] = (
        (types.TEXT_DOCUMENT_DEFINITION, model_links.definition, None),
        (types.TEXT_DOCUMENT_DOCUMENT_LINK, model_links.document_links, None),
        (types.TEXT_DOCUMENT_HOVER, hover.hover, None),
        (types.TEXT_DOCUMENT_CODE_LENS, symbols.code_lenses, None),
        (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, symbols.document_symbols, None),
        (types.TEXT_DOCUMENT_INLAY_HINT, model_links.inlay_hints, None),
        (types.TEXT_DOCUMENT_COMPLETION, completion.completion, completion.OPTIONS),
        (types.TEXT_DOCUMENT_CODE_ACTION, code_actions.code_actions, code_actions.OPTIONS),
        (types.CODE_ACTION_RESOLVE, code_actions.resolve_code_action, None),
    )
    for method, answer, options in answers:
        server.feature(method, options)(answer)


def _settings_registration() -> types.RegistrationParams:
    options = types.DidChangeConfigurationRegistrationOptions(SECTION)
    method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
    return types.RegistrationParams([types.Registration("azmlinfsrv-settings", method, options)])


def _roots(params: types.InitializeParams) -> list[str]:
    if params.workspace_folders:
        return [folder.uri for folder in params.workspace_folders]
    return [params.root_uri] if params.root_uri else []


def _add_folder(ls: AzureMLServer, uri: str) -> None:
    path = path_of(uri)
    if path is not None:
        ls.projects.add(Path(path), uri)
