"""JSON-RPC as pygls does it, but a client's mistakes are answered and not shown to its user."""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import JsonRPCRequestMessage, LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from cattrs import Converter
    from pygls.lsp.server import LanguageServer

logger = logging.getLogger(__name__)

Handling = Generator[Any, Any, None]

OWN_METHODS = "azmlinfsrv/"
"""What the names of our own requests begin with."""


class Protocol(LanguageServerProtocol):
    """What happens to a message before a feature gets it.

    Attributes:
        on_exit: called with the exit status when the client tells us to end.

    """

    def __init__(self, server: LanguageServer, converter: Converter) -> None:
        super().__init__(server, converter)
        self.on_exit: Callable[[int], object] = lambda _: None

    def receive(self, body: bytes) -> None:
        """Do what one message says."""
        try:
            message = json.loads(body)
        except (ValueError, RecursionError):
            self._send_response(None, None, JsonRpcParseError().to_response_error())  # type: ignore[arg-type]
            return
        if not isinstance(message, dict):
            return
        method = message.get("method")
        if "id" in message and isinstance(method, str) and method.startswith(OWN_METHODS):
            # Parameters stay as they came: pygls makes tuples of dictionaries, and renames the
            # keys that are no Python names, such as those of HTTP headers.
            params = message.get("params")
            self.handle_message(JsonRPCRequestMessage(message["id"], method, "2.0", params))
            return
        try:
            structured = self.structure_message({**message, "jsonrpc": "2.0"})
        except JsonRpcException:
            # pygls would leave the client waiting for its answer.
            if "id" in message and "method" in message:
                error = JsonRpcInvalidParams("The parameters do not fit the method.")
                self._send_response(message["id"], None, error.to_response_error())
            return
        self.handle_message(structured)

    def handle_message(self, message: Any) -> None:
        """Hand a message to whoever handles it."""
        context = contextvars.copy_context()
        method = getattr(message, "method", None)
        if method is None:
            error = getattr(message, "error", None)
            context.run(self._handle_response, message.id, getattr(message, "result", None), error)
        elif hasattr(message, "id"):
            context.run(self._handle_request, message.id, method, message.params)
        else:
            context.run(self._handle_notification, method, getattr(message, "params", None))

    def _handle_request(self, msg_id: str | int, method_name: str, params: Any) -> None:
        refusal = self._refusal(method_name)
        if refusal is None:
            super()._handle_request(msg_id, method_name, params)
        else:
            self._send_response(msg_id, None, refusal.to_response_error())

    def _refusal(self, method: str) -> JsonRpcException | None:
        is_initialize = method == types.INITIALIZE
        if self._shutdown and method != types.SHUTDOWN:
            return JsonRpcInvalidRequest("The language server has been shut down.")
        if self._workspace is None and not is_initialize:
            return JsonRpcServerNotInitialized("The language server waits for 'initialize'.")
        if self._workspace is not None and is_initialize:
            return JsonRpcInvalidRequest("The language server is initialized already.")
        return None

    def _handle_notification(self, method_name: str, params: Any) -> None:
        is_too_soon_or_late = self._workspace is None or self._shutdown
        if method_name == types.EXIT or not is_too_soon_or_late:
            super()._handle_notification(method_name, params)

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]
        """End; with status 1 if the client has not said that it would."""
        self.on_exit(0 if self._shutdown else 1)

    # The texts are ours to keep (documents.py): pygls also splits lines where LSP does not.

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> Handling:
        """Leave the text to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_OPEN], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Handling:
        """Leave the text to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE], (params,), None

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> Handling:
        """Leave the text to the feature."""
        yield self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE], (params,), None
