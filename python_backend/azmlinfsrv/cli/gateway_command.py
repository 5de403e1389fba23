"""The command line of ``azmlinfsrv gateway``."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging.config
import os
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.deploy_check import FileOptionError
from azmlinfsrv.cli.gateway_options import parse_options
from azmlinfsrv.cli.output import guarded_output, table
from azmlinfsrv.cli.service_commands.failures import told_failures
from azmlinfsrv.cli.service_commands.telling import tell
from azmlinfsrv.deployment.formats import DeploymentFileError
from azmlinfsrv.deployment.routing.endpoint_file import (
    MIRROR,
    TRAFFIC,
    EndpointPlan,
    Overrides,
    read_shares,
)
from azmlinfsrv.deployment.routing.live_table import LiveTable
from azmlinfsrv.deployment.services.folder import ServiceError
from azmlinfsrv.registry.data_folder import data_folder
from azmlinfsrv.server.auth.guard import Guard
from azmlinfsrv.server.auth.keys_file import new_keys, read_keys, write_keys
from azmlinfsrv.server.auth.tokens import issue
from azmlinfsrv.server.banner import public_url
from azmlinfsrv.server.gateway.gateway import Gateway, Limits
from azmlinfsrv.server.gateway.rules import RULES, Rules
from azmlinfsrv.server.gateway.serve import serve_until_signal
from azmlinfsrv.server.gateway.table import Table
from azmlinfsrv.server.listener import ListenError, open_listener
from azmlinfsrv.server.log import LOGGER_NAME, logger, logging_config

_FOLLOW_SECONDS = 0.25
_TOKEN_SECONDS = 12 * 3600
_MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class _Auth:
    """What a request has to bring, and where that is kept."""

    mode: str
    file: Path


def run(arguments: Sequence[str]) -> int:
    """Be the gateway; returns 0, 1 when it cannot be, or 2 for options that cannot be used."""
    options = parse_options(arguments)
    with guarded_output(), told_failures("gateway", as_json=options.json) as ending:
        live = LiveTable(Path(options.endpoint), _overrides(options), tell)
        auth = _auth(options, live.plan)
        if options.credentials:
            _print_credentials(auth, as_json=options.json)
        else:
            _serve(options, live, auth)
    return ending.status


def _overrides(options: argparse.Namespace) -> Overrides:
    try:
        return Overrides(
            read_shares(TRAFFIC, options.traffic), read_shares(MIRROR, options.mirror_traffic)
        )
    except DeploymentFileError as error:
        # Not of a file: it is the options that are wrong.
        raise FileOptionError(str(error)) from error


def _auth(options: argparse.Namespace, plan: EndpointPlan) -> _Auth:
    default = data_folder() / "endpoints" / plan.name / "keys.json"
    file = Path(options.keys_file) if options.keys_file else default
    auth = _Auth(options.auth or plan.auth, file)
    if auth.mode != "none":
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_keys(file, new_keys())
        read_keys(file)
    return auth


def _print_credentials(auth: _Auth, *, as_json: bool) -> None:
    if auth.mode == "none":
        raise ServiceError("A request needs neither key nor token here (auth none).")
    keys = read_keys(auth.file)
    told = {"primaryKey": keys.primary, "secondaryKey": keys.secondary}
    if auth.mode != "key":
        told = {"accessToken": issue(keys.token_secret, _TOKEN_SECONDS).text}
    if as_json:
        print(json.dumps(told))
    else:
        print("\n".join(f"{name:<14}{value}" for name, value in told.items()))


def _serve(options: argparse.Namespace, live: LiveTable, auth: _Auth) -> None:
    _log_to_stderr()
    rules = RULES[options.gateway or live.plan.kind]
    if live.plan.mirrored and not rules.mirrors:
        tell("`mirror_traffic` has no effect: a Kubernetes endpoint does not mirror requests.")
    try:
        listener = open_listener(options.host, options.port)
    except ListenError as error:
        raise ServiceError(str(error)) from error
    url = public_url(options.host, listener.getsockname()[1])
    asyncio.run(_serve_in_loop(options, live, auth, rules, listener, url))


async def _serve_in_loop(
    options: argparse.Namespace,
    live: LiveTable,
    auth: _Auth,
    rules: Rules,
    listener: socket.socket,
    url: str,
) -> None:
    read = live.read_if_changed() or Table({}, {})
    rate = options.requests_per_second
    limits = Limits(
        (rules.requests_per_second or 0) if rate is None else rate,
        options.max_payload_mb * _MEBIBYTE,
    )
    check = None if auth.mode == "none" else Guard(auth.mode, auth.file).check
    gateway = Gateway(rules, _within_limits(read, rules), limits, check)
    following = asyncio.create_task(_follow(live, gateway, rules, _summary(read)))

    def told() -> None:
        _print_start(_start(live.plan, rules, auth, read, url), as_json=options.json)

    await serve_until_signal(gateway, listener, told)
    following.cancel()


async def _follow(live: LiveTable, gateway: Gateway, rules: Rules, told: str) -> None:
    """Let the gateway use what the file and the services say now, and tell what is new."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_FOLLOW_SECONDS)
        try:
            # In a thread: requests do not wait for files.
            read = await loop.run_in_executor(None, live.read_if_changed)
        except OSError as error:
            logger.warning("The services cannot be read: %s", error)
            continue
        if read is not None:
            gateway.update(_within_limits(read, rules))
            if (summary := _summary(read)) != told:
                logger.info("%s", summary)
                told = summary


def _within_limits(read: Table, rules: Rules) -> Table:
    """Return the table with no time limit above what the kind of endpoint allows."""
    longest = rules.longest_timeout_ms / 1000
    targets = {
        name: replace(target, timeout=min(target.timeout, longest))
        for name, target in read.targets.items()
    }
    return replace(read, targets=targets)


def _summary(read: Table) -> str:
    shares = [
        f"{name} {read.traffic.get(name, 0)} %{' (does not run)' if target.problem else ''}"
        for name, target in read.targets.items()
    ]
    if read.mirror:
        shares.append(f"copies to {read.mirror[0]} {read.mirror[1]} %")
    return f"Requests go to: {', '.join(shares) or 'nobody'}."


def _start(plan: EndpointPlan, rules: Rules, auth: _Auth, read: Table, url: str) -> dict[str, Any]:
    mode = {"none": "none", "key": "key", "token": "aml_token"}[auth.mode]
    return {
        "name": plan.name,
        "gateway": rules.kind,
        "scoring_uri": f"{url}/score",
        "swagger_uri": f"{url}/swagger.json",
        "auth_mode": mode,
        "traffic": dict(read.traffic),
        "mirror_traffic": {read.mirror[0]: read.mirror[1]} if read.mirror else {},
        "deployments": [
            {"name": each.name, "port": each.port, "message": each.problem}
            for each in read.targets.values()
        ],
        "pid": os.getpid(),
    }


def _print_start(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told), flush=True)
        return
    print(f"The endpoint {told['name']} ({told['gateway']}) answers at {told['scoring_uri']}")
    rows = [
        [
            each["name"],
            f"{told['traffic'].get(each['name'], 0)} %",
            f"{told['mirror_traffic'].get(each['name'], 0)} %",
            each["message"] or f"port {each['port']}",
        ]
        for each in told["deployments"]
    ]
    print(table(["DEPLOYMENT", "TRAFFIC", "MIRRORED", "SERVICE"], rows))
    if told["auth_mode"] != "none":
        print(f"Each request needs a {told['auth_mode']}; --credentials prints it.")
    sys.stdout.flush()


def _log_to_stderr() -> None:
    """Keep standard output for what the command tells."""
    config = logging_config()
    config["loggers"][LOGGER_NAME]["handlers"] = ["stderr"]
    logging.config.dictConfig(config)
