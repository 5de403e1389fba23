"""``azmlinfsrv client``: a program that asks a service, in one of several languages."""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import os
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from azmlinfsrv.cli.client_source import Source, SourceError, of_script, of_server, of_service
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.cli.refusals import fail
from azmlinfsrv.clients.description import DEFAULT_SECONDS, Service
from azmlinfsrv.clients.languages import CLIENTS

REFUSED = 1
NOT_FOUND = 2
_KEY_VARIABLE = "AZUREML_KEY"
_EPILOG = """\
The client is one file that needs no package. It has no key in it: it reads the environment variable
that --key_env names. --url with --entry_script says where the script will be served.

exit status: 0 done, 1 refused, 2 not found or wrong options

examples:
  azmlinfsrv client --language python --entry_script score.py -o client.py
  azmlinfsrv client --language curl --url http://127.0.0.1:5001
  azmlinfsrv client --language typescript --service myservice --deployment blue
"""


def main(arguments: Sequence[str]) -> int:
    """Print a client; returns 0, 1 when there is no description, 2 for what is not there."""
    parser = _parser()
    options = parser.parse_args(list(map(with_underscores, arguments)))
    _check_usage(parser, options)
    refuse = partial(fail, "client", options)
    from azmlinfsrv.deployment.services.folder import NoSuchServiceError, ServiceError
    from azmlinfsrv.server.auth.keys_file import KeysFileError

    try:
        source = _source(options)
        operation = source.operation(_sample(options))
    except SourceError as error:
        return refuse(NOT_FOUND if error.is_missing else REFUSED, str(error))
    except NoSuchServiceError as error:
        return refuse(NOT_FOUND, str(error))
    except (ServiceError, KeysFileError) as error:
        return refuse(REFUSED, str(error))
    service = Service(
        title=operation.title,
        url=source.url,
        input=operation.input,
        output=operation.output,
        sample=operation.sample,
        key_variable=options.key_env,
        deployment=options.deployment,
        seconds=options.timeout,
    )
    return _give(CLIENTS[options.language](service), service, source, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv client",
        description="Print a program that asks a service, from its OpenAPI document.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--language", choices=tuple(CLIENTS), required=True, help="what it is written in")
    add("--service", metavar="NAME", help="a service, as `azmlinfsrv services list` shows it")
    add("--url", metavar="URL", type=_url, help="a running server, or an endpoint in the cloud")
    add("--entry_script", metavar="FILE", type=Path, help="a script, which need not be served")
    add("--sample", metavar="FILE", help="a request as JSON (default: that of the schema)")
    add(
        "--key_env",
        metavar="NAME",
        type=_variable,
        default=_KEY_VARIABLE,
        help=f"the environment variable with the key or token (default: {_KEY_VARIABLE})",
    )
    add(
        "--deployment",
        metavar="NAME",
        type=_deployment,
        help="which deployment of the endpoint is asked (the header azureml-model-deployment)",
    )
    add(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=DEFAULT_SECONDS,
        help=f"how long the client waits for an answer (default: {DEFAULT_SECONDS:g})",
    )
    add("-o", "--output", metavar="FILE", type=Path, help="write it here, and print nothing")
    add("--force", action="store_true", help="with -o: overwrite a file")
    add("--json", action="store_true", help="print JSON, for programs")
    return parser


def _check_usage(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    if options.service and (options.url or options.entry_script):
        parser.error("--service says where the service is and what it takes: leave the others out.")
    if not (options.service or options.url or options.entry_script):
        parser.error(
            "name what the client is for: --service NAME, --url URL or --entry_script FILE"
        )
    if options.force and not options.output:
        parser.error("--force belongs to -o FILE.")


def _source(options: argparse.Namespace) -> Source:
    if options.service:
        return of_service(options.service)
    if options.entry_script:
        return of_script(options.entry_script, options.url)
    return of_server(options.url, options.key_env)


def _sample(options: argparse.Namespace) -> Any:
    if options.sample is None:
        return None
    try:
        return json.loads(Path(options.sample).read_text(encoding="utf-8-sig"))
    except OSError as error:
        told = f"{options.sample} cannot be read: {error.strerror}."
        raise SourceError(told, is_missing=isinstance(error, FileNotFoundError)) from error
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{options.sample} is not JSON: {error}") from error


def _give(code: str, service: Service, source: Source, options: argparse.Namespace) -> int:
    output: Path | None = options.output and options.output.absolute()
    if output is not None:
        if output.exists() and not options.force:
            reason = f"{output} exists already. --force overwrites it."
            return fail("client", options, REFUSED, reason, exists=True)
        try:
            _write(output, code)
        except OSError as error:
            reason = f"{output} cannot be written: {error.strerror}."
            return fail("client", options, REFUSED, reason)
    with guarded_output():
        if options.json:
            told = {
                "language": options.language,
                "scoring_uri": service.url,
                "key_env": service.key_variable,
                "deployment": service.deployment,
                "file": str(output) if output else None,
                "code": None if output else code,
            }
            print(json.dumps(told))
        elif output is None:
            print(code, end="")
        else:
            print(f"wrote {options.output}, which asks {service.url}")
    if source.how_to_get_key and not options.json:
        print(
            f"It needs {service.key_variable} in its environment: `{source.how_to_get_key}` "
            "prints what it is.",
            file=sys.stderr,
        )
    return 0


def _write(output: Path, code: str) -> None:
    """Write a file whole or not at all."""
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        beside.write_text(code, encoding="utf-8", newline="\n")
        beside.replace(output)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def _url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{text!r} is no address, such as http://127.0.0.1:5001")
    if parts.username or parts.password:
        raise argparse.ArgumentTypeError(
            "a password in an address would be in the client: leave it out"
        )
    return text


def _variable(text: str) -> str:
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of an environment variable")
    return text


def _deployment(text: str) -> str:
    if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a deployment")
    return text


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is no time to wait")
    return seconds
