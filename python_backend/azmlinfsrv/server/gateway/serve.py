"""Runs a gateway: as a process beside a server, or as a command of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging.config
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from azmlinfsrv.server.auth.guard import Guard
from azmlinfsrv.server.gateway.gateway import Gateway, Limits
from azmlinfsrv.server.gateway.rules import RULES
from azmlinfsrv.server.gateway.table import Table, Target
from azmlinfsrv.server.log import logger, logging_config

NAME = "default"
"""The deployment's name where there is only a server."""
_DRAIN_SECONDS = 5.0


def serve_beside(orders: TextIO) -> int:
    """Be the gateway of one server until the orders end, as they do with the server.

    Args:
        orders: a line of JSON, see ``beside.py``.

    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        # They are meant for the server, which ends this process, too.
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    order = json.loads(orders.readline())
    logging.config.dictConfig(
        logging_config(
            for_editor=order["for_editor"], log_format=order["log_format"], level=order["log_level"]
        )
    )
    listener = socket.socket(fileno=order["listener"])
    asyncio.run(_serve_beside(order, listener))
    return 0


async def _serve_beside(order: dict[str, Any], listener: socket.socket) -> None:
    rules = RULES[order["kind"]]
    target = Target(NAME, order["port"], timeout=order["timeout"], at_once=order["at_once"])
    table = Table({NAME: target}, {NAME: 100})
    guard = Guard(order["auth"], Path(order["keys_file"])) if order["auth"] else None
    limits = Limits(order["requests_per_second"], order["most_bytes"])
    gateway = Gateway(rules, table, limits, guard.check if guard else None)
    until = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(sys.stdin.fileno(), _look_for_end, until)
    await gateway.serve(listener, until, _DRAIN_SECONDS)


def _look_for_end(until: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        until.set()


async def serve_until_signal(
    gateway: Gateway, listener: socket.socket, on_ready: Callable[[], None]
) -> None:
    """Be a gateway until SIGINT or SIGTERM."""
    loop = asyncio.get_running_loop()
    until = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no handlers in the loop; there Ctrl+C is an exception.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, until.set)
    on_ready()
    await gateway.serve(listener, until, _DRAIN_SECONDS)
    logger.info("The gateway has ended.")
