"""The state of one language server, which the features share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

import azmlinfsrv
from azmlinfsrv.analysis.script_file import decode_script, read_script
from azmlinfsrv.language_server.checker import Checked, Checker
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.documents import Document, Documents
from azmlinfsrv.language_server.parent import is_alive
from azmlinfsrv.language_server.projects import Projects
from azmlinfsrv.language_server.protocol import Protocol
from azmlinfsrv.language_server.uris import path_of
from azmlinfsrv.threads import HiddenExecutor

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_PATIENCE = 5.0


class AzureMLServer(LanguageServer):
    """One language server.

    Attributes:
        client: what the client can do.
        documents: what it has open.
        projects: the workspace folders and their settings.
        checker: the way to the analysis.
        told_statuses: what the client was last told of each document.
        client_process: the process without which we have to end; None if it cannot be seen.

    """

    def __init__(self) -> None:
        super().__init__(
            "azmlinfsrv",
            azmlinfsrv.__version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
        )
        self.client = Client()
        self.documents = Documents()
        self.projects = Projects()
        self.checker = Checker(self.projects)
        self.client_process: int | None = None
        self.told_statuses: dict[str, object] = {}
        self._walker = HiddenExecutor(1, "walker")
        self._tasks: set[asyncio.Future[None]] = set()

    @property
    def own_protocol(self) -> Protocol:
        """The protocol, as the class that it is."""
        return cast("Protocol", self.protocol)

    def report_server_error(self, error: Exception, source: object) -> None:
        """Tell of a failure of ours where developers look; pygls would show each to the user."""
        del source
        logger.error("%s %s", error, getattr(error, "data", ""))

    def watch_client(self, process: int | None) -> None:
        """Remember the client's process, unless its number means nothing here.

        As it does when the client is outside our container.
        """
        self.client_process = process if process is not None and is_alive(process) else None

    def document(self, uri: str) -> Document | None:
        """Return a document: as it is open, or as it is on the disk."""
        return self.documents.get(uri) or self.read_document(uri)

    def read_document(self, uri: str) -> Document | None:
        """Return a document as it is on the disk; None if there is no text there."""
        path = path_of(uri)
        try:
            if path is None or not path.is_file():
                return None
            content = read_script(path)
        except (OSError, ValueError):
            return None
        try:
            text = decode_script(content).text
        except ValueError:
            # Python would refuse it; what can be read of it is still worth reading.
            text = content.decode("utf-8", "replace")
        return Document(uri, text, None, self.client.encoding)

    def check(self, document: Document) -> Checked:
        """Return what the analysis says of a document."""
        return self.checker.check(document)

    def checked(self, uri: str) -> Checked | None:
        """Return what the analysis says of a Python file; None for whatever is none."""
        document = self.document(uri)
        return self.check(document) if document is not None and document.is_python else None

    async def ask(self, answer: Awaitable[_Result]) -> _Result | None:
        """Return the client's answer; None if it refuses, or says nothing for some seconds.

        What it is asked for is a convenience: nothing may wait for it for ever.
        """
        try:
            return await asyncio.wait_for(answer, _PATIENCE)
        except (JsonRpcException, asyncio.TimeoutError) as error:
            logger.warning("The client does not answer as it said it could: %r", error)
            return None

    async def in_thread(self, call: Callable[[], _Result]) -> _Result:
        """Call what may take long, as a walk through folders does, beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._walker, call)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what need not be done before the next message; a failure is told to developers."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, work: asyncio.Future[None]) -> None:
        self._tasks.discard(work)
        if not work.cancelled() and (error := work.exception()) is not None:
            logger.error("A task failed.", exc_info=error)
