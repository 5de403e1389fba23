"""``services keys`` and ``token``: what a request has to bring."""

from __future__ import annotations

import argparse
import json
import re
from datetime import datetime, timezone

from azmlinfsrv.cli.service_commands.common import add_command, add_name
from azmlinfsrv.cli.service_commands.failures import DONE
from azmlinfsrv.cli.subcommands import Commands
from azmlinfsrv.deployment.services.folder import ServiceError, ServiceFolder, find_service
from azmlinfsrv.server.auth.keys_file import read_keys, regenerate, revoke_tokens
from azmlinfsrv.server.auth.tokens import issue

_UNITS = {"s": 1, "": 1, "min": 60, "h": 3600, "d": 86400}
_LONGEST_SECONDS = 366 * 86400
_DEFAULT = "12h"


def add_commands(commands: Commands) -> None:
    """Declare them."""
    parser = add_command(
        commands,
        "keys",
        _keys,
        description="Print a service's keys, or replace one of them at once.",
        example="keys myservice --regenerate primary",
    )
    add_name(parser)
    parser.add_argument(
        "--regenerate",
        choices=("primary", "secondary"),
        help="replace this key; the other one is still good",
    )
    parser = add_command(
        commands,
        "token",
        _token,
        description="Print a token for a service.",
        example="token myservice --expires 1h",
    )
    add_name(parser)
    parser.add_argument(
        "--expires",
        type=_duration,
        default=_DEFAULT,
        metavar="TIME",
        help=f"how long it is good: 90s, 30min, 12h, 7d (default: {_DEFAULT})",
    )
    parser.add_argument(
        "--revoke", action="store_true", help="make every token void that was printed before"
    )


def _keys(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    _check_mode(service, "key", "`azmlinfsrv services token` prints one")
    keys = (
        regenerate(service.keys_file, options.regenerate)
        if options.regenerate
        else read_keys(service.keys_file)
    )
    if options.json:
        print(json.dumps({"primaryKey": keys.primary, "secondaryKey": keys.secondary}))
    else:
        print(f"primary    {keys.primary}\nsecondary  {keys.secondary}")
    return DONE


def _token(options: argparse.Namespace) -> int:
    service = find_service(options.name)
    _check_mode(service, "token", "`azmlinfsrv services keys` prints them")
    keys = revoke_tokens(service.keys_file) if options.revoke else read_keys(service.keys_file)
    token = issue(keys.token_secret, options.expires)
    told = {
        "token": token.text,
        "refresh_by": _time(token.refresh_by),
        "expires": _time(token.expires),
    }
    if options.json:
        print(json.dumps(told))
    else:
        print("\n".join(f"{name:<12}{value}" for name, value in told.items()))
    return DONE


def _check_mode(service: ServiceFolder, wanted: str, hint: str) -> None:
    definition = service.definition()
    if definition is None:
        raise ServiceError(f"What the service {service.name} runs cannot be read.")
    mode = definition.plan.auth
    if mode == "none":
        raise ServiceError(
            f"The service {service.name} serves every request. "
            f"`azmlinfsrv services update {service.name} --auth {wanted}` changes that."
        )
    if mode != wanted:
        raise ServiceError(f"The service {service.name} takes {mode}s, not {wanted}s: {hint}.")


def _duration(text: str) -> int:
    found = re.fullmatch(r"(\d{1,9})(s|min|h|d|)", text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"{text} is no time such as 90s, 30min, 12h or 7d")
    return seconds


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat()
