"""Where settings come from: the start, the client when it is asked, and its notifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from azmlinfsrv.language_server.projects import Folder
from azmlinfsrv.language_server.server import AzureMLServer
from azmlinfsrv.language_server.settings import SECTION, read_settings


class Configuration:
    """The settings' sources."""

    def __init__(self) -> None:
        self._initial: object = None
        self._sent: object = None
        self._asked: Mapping[str | None, Any] = {}
        self._reported: set[str] = set()

    def begin(self, ls: AzureMLServer, options: object) -> None:
        """Take what the client said when it connected."""
        self._initial = _own_section(options)
        self._apply(ls)

    def take(self, ls: AzureMLServer, sent: object) -> None:
        """Take what a notification says."""
        self._sent = _own_section(sent)
        self._apply(ls)

    async def fetch(self, ls: AzureMLServer) -> None:
        """Ask the client, for each workspace folder."""
        if not ls.client.configuration:
            return
        uris = [None, *(folder.uri for folder in ls.projects.folders)]
        items = [types.ConfigurationItem(scope_uri=uri, section=SECTION) for uri in uris]
        params = types.ConfigurationParams(items)
        answers = await ls.ask(ls.workspace_configuration_async(params))
        if answers is None:
            return
        self._asked = dict(zip(uris, map(_plain, answers), strict=False))
        self._apply(ls)

    def _apply(self, ls: AzureMLServer) -> None:
        def layers(folder: Folder | None) -> list[object]:
            uri = folder.uri if folder else None
            return [self._initial, self._sent, self._asked.get(uri, self._asked.get(None))]

        ls.projects.default_settings, complaints = read_settings(*layers(None))
        for folder in ls.projects.folders:
            folder.settings, more = read_settings(*layers(folder))
            complaints += more
        for complaint in complaints:
            self.complain(ls, complaint)
        ls.projects.forget()

    def complain(self, ls: AzureMLServer, complaint: str) -> None:
        """Tell the user of a slip, once."""
        if complaint not in self._reported:
            self._reported.add(complaint)
            ls.window_show_message(types.ShowMessageParams(types.MessageType.Warning, complaint))


def _own_section(value: object) -> object:
    plain = _plain(value)
    if isinstance(plain, Mapping) and isinstance(plain.get(SECTION), Mapping):
        return plain[SECTION]
    return plain


def _plain(value: Any) -> Any:
    """Return an object of the client's as dictionaries; pygls makes tuples with names of some."""
    if hasattr(value, "_asdict"):
        return {name: _plain(each) for name, each in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return value
