"""What a client is for: a server, a service of this machine, or an entry script."""

from __future__ import annotations

import http.client
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from azmlinfsrv.clients.description import DescriptionError, Operation, read_document

USUAL_SERVER = "http://127.0.0.1:5001"
_SCORE = "/score"
_VERSIONS = ("3", "2")
_SECONDS = 30.0
_MOST_BYTES = 5_000_000


class SourceError(Exception):
    """There is no description of the service; the message says why and what to do.

    Attributes:
        is_missing: whether what was named does not exist.

    """

    def __init__(self, message: str, *, is_missing: bool = False) -> None:
        super().__init__(message)
        self.is_missing = is_missing


@dataclass(frozen=True)
class Source:
    """A service: what describes it, and where it is.

    Attributes:
        document: its OpenAPI document.
        place: where that is from, for messages.
        url: where requests go.
        sample: a request that lies beside its script or follows from it; None without one.
        how_to_get_key: a command that prints the key or token; None where nobody asks for one.

    """

    document: Any
    place: str
    url: str
    sample: Any = None
    how_to_get_key: str | None = None

    def operation(self, sample: Any) -> Operation:
        """Return how the service is asked.

        Args:
            sample: a request in place of the document's and the script's; None for those.

        Raises:
            SourceError: the document does not tell.

        """
        try:
            return read_document(self.document, self.sample if sample is None else sample)
        except DescriptionError as error:
            raise SourceError(f"{self.place}: {error}") from error


def of_server(url: str, key_variable: str) -> Source:
    """Ask a server, here or in the cloud, for its description.

    Args:
        url: the server's, or that of its route ``/score``.
        key_variable: the environment variable whose key or token is sent along, if it is set.

    Raises:
        SourceError: it gives none.

    """
    base, score = _addresses(url)
    key = os.environ.get(key_variable)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Source(*_fetch(base, headers, f"Set {key_variable} to its key or token."), score)


def of_service(name: str) -> Source:
    """Ask a service of this machine for its description.

    Raises:
        ServiceError, KeysFileError: it cannot be asked.
        SourceError: it does not run, or gives none.

    """
    from azmlinfsrv.cli.service_commands.calling import authorization
    from azmlinfsrv.deployment.services.folder import find_service

    service = find_service(name)
    status = service.status()
    if status.is_final or status.port is None:
        raise SourceError(
            f"The service {name} does not run: {status.message} "
            f"`azmlinfsrv services start {name}` runs it again."
        )
    base = f"http://127.0.0.1:{status.port}"
    found = _fetch(base, authorization(service), "Its keys are not those that it takes.")
    definition = service.definition() or service.next_definition()
    auth = definition.plan.auth if definition else "none"
    commands = {
        "key": f"azmlinfsrv services keys {name}",
        "token": f"azmlinfsrv services token {name}",
    }
    sample = _sample_of(definition.plan.entry_script) if definition else None
    return Source(*found, f"{base}{_SCORE}", sample, commands.get(auth))


def of_script(script: Path, url: str | None) -> Source:
    """Load an entry script, without calling its ``init()``, for its description.

    Args:
        script: the file.
        url: where it will be served; None for where it usually is on this machine.

    Raises:
        SourceError: it is not there, or cannot be loaded.

    """
    from azmlinfsrv.cli.output import output_for_programs
    from azmlinfsrv.scoring import EntryScriptError, load_entry_script
    from azmlinfsrv.server.import_path import arrange_import_path
    from azmlinfsrv.server.resolve import SettingError, resolve_settings
    from azmlinfsrv.server.swagger import ApiDescription

    if not script.is_file():
        raise SourceError(f"{script} does not exist.", is_missing=True)
    try:
        settings = resolve_settings({"entry_script": str(script)}, os.environ, Path.cwd())
        arrange_import_path(settings, script.absolute())
        # Whatever it prints is not part of the client.
        with output_for_programs():
            description = ApiDescription(load_entry_script(script), settings)
    except (EntryScriptError, SettingError) as error:
        raise SourceError(str(error)) from error
    if not description.versions:
        raise SourceError(f"{script} has a schema that no version of OpenAPI can say.")
    version = "3" if "3" in description.versions else description.versions[0]
    document = description.document(version)
    score = _addresses(url or USUAL_SERVER)[1]
    return Source(document, str(script), score, _sample_of(script))


def _addresses(url: str) -> tuple[str, str]:
    """Return the address of a server, and that of its route for requests."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/").removesuffix(_SCORE)
    base = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return base, f"{base}{_SCORE}"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: the key would go along to another server."""

    def redirect_request(self, *_: Any) -> None:
        """Return no request."""


def _fetch(base: str, headers: Mapping[str, str], how_to_authorize: str) -> tuple[Any, str]:
    """Return the document, and where it is."""
    opener = urllib.request.build_opener(_NoRedirect)
    for version in _VERSIONS:
        url = f"{base}/swagger.json?version={version}"
        request = urllib.request.Request(url, headers=dict(headers))  # noqa: S310 - http(s) only
        try:
            with opener.open(request, timeout=_SECONDS) as response:
                return _parsed(response.read(_MOST_BYTES), url), url
        except urllib.error.HTTPError as error:
            with error:
                body = error.read(2000).decode("utf-8", "replace").strip()
            if error.code == HTTPStatus.NOT_FOUND and version != _VERSIONS[-1]:
                continue
            told = f"{url} answered {error.code} {error.reason}: {body}"
            if error.code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
                told = f"{told} {how_to_authorize}"
            raise SourceError(told) from error
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", None) or error
            raise SourceError(
                f"{url} cannot be reached: {reason}. Start the server, or name the script with "
                "--entry_script."
            ) from error
    raise AssertionError


def _parsed(content: bytes, place: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{place} is not JSON: {error}") from error


def _sample_of(script: Path) -> Any:
    """Return the sample beside a script, or one that follows from it; None without one."""
    from azmlinfsrv.analysis.samples.sample_request import sample_request
    from azmlinfsrv.analysis.script import Context, Script
    from azmlinfsrv.analysis.script_file import decode_script, read_script
    from azmlinfsrv.server.api_page.sample import Sample, sample_beside

    beside = sample_beside(script)
    if isinstance(beside, Sample):
        return beside.value if beside.is_json else None
    try:
        found = sample_request(Script(decode_script(read_script(script)).text, script, Context()))
    except (OSError, ValueError):
        return None
    if found.body is None:
        print(
            f"azmlinfsrv client: {script.name} reads the body as a file, which this client does "
            "not send.",
            file=sys.stderr,
        )
        return None
    try:
        return json.loads(found.body)
    except ValueError:
        return None
