"""``services run``: send a request to a service."""

from __future__ import annotations

import argparse
import http.client
import json
import sys
from pathlib import Path

from azmlinfsrv.cli.deploy_check import FileOptionError
from azmlinfsrv.cli.service_commands.common import add_command, add_name
from azmlinfsrv.cli.service_commands.failures import DONE, REFUSED
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.deployment.services.folder import ServiceError, ServiceFolder, find_service
from azmlinfsrv.server.auth.keys_file import read_keys
from azmlinfsrv.server.auth.tokens import issue

_TOKEN_SECONDS = 60
_ERRORS = 400
_DEFAULT_SECONDS = 300.0


def add_commands(commands: Commands) -> None:
    """Declare it."""
    parser = add_command(
        commands,
        "run",
        _run,
        description="Send a request to a service and print the answer.",
        example="run myservice --request_file sample-request.json",
    )
    add_name(parser)
    body = parser.add_mutually_exclusive_group()
    body.add_argument("-r", "--request_file", metavar="FILE", help="its body; - is standard input")
    body.add_argument("-d", "--data", metavar="TEXT", help="its body")
    parser.add_argument(
        "--content_type",
        default="application/json",
        metavar="TYPE",
        help="of the body (default: application/json)",
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=_DEFAULT_SECONDS,
        metavar="SECONDS",
        help=f"how long to wait for the answer (default: {_DEFAULT_SECONDS:g})",
    )


def _run(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    status = service.status()
    if status.is_final or status.port is None:
        raise ServiceError(f"The service {service.name} does not run: {status.message}")
    body = _body(options)
    headers = {"Content-Type": options.content_type, **authorization(service)}
    connection = http.client.HTTPConnection("127.0.0.1", status.port, timeout=options.timeout)
    try:
        connection.request("POST", "/score", body, headers)
        response = connection.getresponse()
        answer = response.read()
    except TimeoutError:
        raise ServiceError(
            f"The service {service.name} has not answered in {options.timeout:g} s. More time: "
            "--timeout."
        ) from None
    except OSError as error:
        raise ServiceError(f"The service {service.name} does not answer: {error}.") from error
    finally:
        connection.close()
    _print(answer, response.status, as_json=options.json)
    if response.status < _ERRORS:
        return DONE
    print(
        f"azmlinfsrv services run: the service answered {response.status} {response.reason}. "
        f"`azmlinfsrv services logs {service.name} --lines 50` tells more.",
        file=sys.stderr,
    )
    return REFUSED


def _body(options: argparse.Namespace) -> bytes:
    if options.data is not None:
        return str(options.data).encode()
    if options.request_file is None:
        raise FileOptionError("name the request: --request_file FILE or --data TEXT.")
    if options.request_file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(options.request_file).read_bytes()
    except OSError as error:
        raise ServiceError(f"{options.request_file} cannot be read: {error.strerror}.") from error


def authorization(service: ServiceFolder) -> dict[str, str]:
    """Return the header that a request to a service has to bring.

    Raises:
        KeysFileError: its keys cannot be read.

    """
    definition = service.definition()
    auth = definition.plan.auth if definition else "none"
    if auth == "none":
        return {}
    keys = read_keys(service.keys_file)
    text = keys.primary if auth == "key" else issue(keys.token_secret, _TOKEN_SECONDS).text
    return {"Authorization": f"Bearer {text}"}


def _print(answer: bytes, status: int, *, as_json: bool) -> None:
    if as_json:
        try:
            told: object = json.loads(answer)
        except ValueError:
            told = answer.decode("utf-8", "replace")
        print(json.dumps({"status": status, "answer": told}))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(answer if answer.endswith(b"\n") else answer + b"\n")
    sys.stdout.buffer.flush()
