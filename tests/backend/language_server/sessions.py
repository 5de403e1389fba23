"""Real language servers, and clients as different as editors are."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities, make_test_lsp_client

COMMAND = (sys.executable, "-m", "azmlinfsrv", "language-server")
SECONDS = 20.0


def vs_code() -> types.ClientCapabilities:
    """VS Code; the profile is one of 2022, so what has come since is added."""
    capabilities = client_capabilities("visual-studio-code")
    assert capabilities.text_document is not None
    assert capabilities.workspace is not None
    assert capabilities.workspace.did_change_watched_files is not None
    capabilities.general = types.GeneralClientCapabilities(
        position_encodings=[types.PositionEncodingKind.Utf16]
    )
    capabilities.text_document.diagnostic = types.DiagnosticClientCapabilities(
        related_document_support=False,
        related_information=True,
        code_description_support=True,
        data_support=True,
        tag_support=types.ClientDiagnosticsTagOptions(
            [types.DiagnosticTag.Unnecessary, types.DiagnosticTag.Deprecated]
        ),
    )
    capabilities.text_document.inlay_hint = types.InlayHintClientCapabilities()
    capabilities.workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(True)
    capabilities.workspace.inlay_hint = types.InlayHintWorkspaceClientCapabilities(True)
    capabilities.workspace.did_change_watched_files.relative_pattern_support = True
    return capabilities


def neovim() -> types.ClientCapabilities:
    """Neovim 0.11: UTF-8 first, asks for diagnostics, watches no files for us."""
    capabilities = client_capabilities("neovim@0.11.0")
    assert capabilities.workspace is not None
    watched = capabilities.workspace.did_change_watched_files
    assert watched is None or not watched.dynamic_registration
    return capabilities


def push_only() -> types.ClientCapabilities:
    """Helix before 25.07, Emacs, Sublime Text: diagnostics have to be sent."""
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind.Utf32]
        ),
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities()
        ),
    )


PROFILES: dict[str, Callable[[], types.ClientCapabilities]] = {
    "vs_code": vs_code,
    "neovim": neovim,
    "push_only": push_only,
}


class Session:
    """One editor with one folder open, and its language server."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.registrations: dict[str, types.Registration] = {}
        self.statuses: list[Any] = []
        self.lens_refreshes: list[object] = []
        self._changed = asyncio.Condition()

        def pass_over(_: object) -> None:
            pass

        self._handle(types.CLIENT_REGISTER_CAPABILITY, self._register)
        self._handle(types.CLIENT_UNREGISTER_CAPABILITY, self._unregister)
        self._handle(types.WORKSPACE_INLAY_HINT_REFRESH, pass_over)
        self._handle(types.WORKSPACE_CODE_LENS_REFRESH, self.lens_refreshes.append)
        self._handle("azmlinfsrv/status", self.statuses.append)
        for method in (
            types.WORKSPACE_DIAGNOSTIC_REFRESH,
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS,
            types.WINDOW_SHOW_MESSAGE,
        ):
            self._handle(method, client.protocol.fm.features.pop(method))

    def _handle(self, method: str, handler: Callable[[Any], object]) -> None:
        """Handle what the server sends, and look again at what is waited for."""

        async def handle(params: Any) -> None:
            handler(params)
            async with self._changed:
                self._changed.notify_all()

        feature: Any = self.client.feature(method)
        feature(handle)

    def _register(self, params: types.RegistrationParams) -> None:
        self.registrations.update({each.id: each for each in params.registrations})

    def _unregister(self, params: types.UnregistrationParams) -> None:
        for each in params.unregisterations:
            self.registrations.pop(each.id)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until what the server sends makes something true."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(is_so), SECONDS)

    def uri(self, name: str = "score.py") -> str:
        return (self.folder / name).as_uri()

    def open(self, text: str, name: str = "score.py", version: int = 1) -> str:
        item = types.TextDocumentItem(self.uri(name), "python", version, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return item.uri

    def change(self, text: str, version: int, name: str = "score.py") -> None:
        identifier = types.VersionedTextDocumentIdentifier(uri=self.uri(name), version=version)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                identifier, [types.TextDocumentContentChangeWholeDocument(text)]
            )
        )

    async def pull(
        self, name: str = "score.py", previous: str | None = None
    ) -> types.DocumentDiagnosticReport:
        return await asyncio.wait_for(
            self.client.text_document_diagnostic_async(
                types.DocumentDiagnosticParams(
                    types.TextDocumentIdentifier(self.uri(name)), previous_result_id=previous
                )
            ),
            SECONDS,
        )

    async def codes(self, name: str = "score.py") -> list[object]:
        report = await self.pull(name)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return [item.code for item in report.items]

    async def status(self, uri: str) -> Any:
        """Ask for a document's status."""
        ask: Any = self.client.protocol.send_request_async
        return await asyncio.wait_for(ask("azmlinfsrv/status", {"uri": uri}), SECONDS)

    def tell_changed(self, name: str) -> None:
        """Tell the server of a file, as an editor's file watcher does."""
        event = types.FileEvent(self.uri(name), types.FileChangeType.Changed)
        self.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))


@asynccontextmanager
async def session(
    folder: Path,
    capabilities: types.ClientCapabilities,
    options: object = None,
    configuration: dict[str, Any] | None = None,
) -> AsyncIterator[Session]:
    """Start a language server and end it as an editor does."""
    client = make_test_lsp_client()
    if configuration is not None:
        client.set_configuration(configuration)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AZUREML_")}
    await client.start_io(*COMMAND, env=environment)
    try:
        found = Session(client, folder)
        await asyncio.wait_for(
            client.initialize_session(
                types.InitializeParams(
                    capabilities,
                    workspace_folders=[types.WorkspaceFolder(folder.as_uri(), folder.name)],
                    initialization_options=options,
                )
            ),
            SECONDS,
        )
        yield found
        await asyncio.wait_for(client.shutdown_session(), SECONDS)
    finally:
        stop: Any = client.stop
        await asyncio.wait_for(stop(), SECONDS)
