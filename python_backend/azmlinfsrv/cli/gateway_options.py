"""The options of ``azmlinfsrv gateway``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.server.setting import AUTH_MODES, GATEWAYS, port_or_auto

_EPILOG = """\
Requests are shared out among the services that `azmlinfsrv deploy --file … --endpoint …` has made
for this endpoint, by the `traffic` and `mirror_traffic` of its file. The gateway notices at once
when that file or a service changes, and runs until Ctrl+C.

exit status: 0 ended as asked, 1 refused or failed, 2 wrong options or no file

examples:
  azmlinfsrv gateway --endpoint endpoint.yml
  azmlinfsrv gateway --endpoint endpoint.yml --traffic blue=90 green=10
  azmlinfsrv gateway --endpoint endpoint.yml --gateway kubernetes --port 8080
  azmlinfsrv gateway --endpoint endpoint.yml --credentials
"""


def parse_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; ends the program with 2 when they are wrong, or on Windows."""
    parser = _parser()
    options = parser.parse_args(list(map(with_underscores, arguments)))
    if sys.platform == "win32":
        parser.error("it is there on Linux and macOS. On Windows, use it within WSL.")
    return options


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv gateway",
        description="Answer for the services of an endpoint, as the endpoint does in Azure.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--endpoint", metavar="FILE", required=True, help="the endpoint's YAML")
    parser.add_argument(
        "--gateway",
        choices=GATEWAYS,
        help="whose rules count (default: kubernetes if the endpoint has `compute`, else managed)",
    )
    parser.add_argument(
        "--traffic",
        metavar="NAME=N",
        nargs="+",
        help="per cent of the requests by deployment, in place of the file's",
    )
    parser.add_argument(
        "--mirror_traffic",
        metavar="NAME=N",
        nargs="+",
        help="the deployment that gets copies, and per cent, in place of the file's",
    )
    parser.add_argument(
        "--port",
        metavar="N",
        type=_port,
        default="auto",
        help="default: 5001 if it is free, otherwise one that is",
    )
    parser.add_argument(
        "--host", metavar="ADDRESS", default="127.0.0.1", help="default: this machine only"
    )
    parser.add_argument(
        "--auth",
        choices=("none", *AUTH_MODES),
        help="what a request has to bring (default: the `auth_mode` of the file)",
    )
    parser.add_argument(
        "--keys_file",
        metavar="PATH",
        help="the endpoint's keys; made if it is not there (default: one that is kept by its name)",
    )
    parser.add_argument(
        "--requests_per_second",
        metavar="N",
        type=_whole,
        help="0 is no limit (default: 500 for a managed endpoint, no limit for Kubernetes)",
    )
    parser.add_argument(
        "--max_payload_mb",
        metavar="N",
        type=_whole,
        default=0,
        help="mebibytes that a body may have (default: 0, no limit)",
    )
    parser.add_argument(
        "--credentials", action="store_true", help="print what a request has to bring, and end"
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    return parser


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"it cannot be {text!r}. Allowed: a whole number from 0")
    return int(text)


def _port(text: str) -> int:
    try:
        return port_or_auto(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"it cannot be {text!r}. Allowed: {error}") from error
