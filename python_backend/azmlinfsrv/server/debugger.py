"""How a server meets a debugger: one that comes later, or one that the settings ask for."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import azmlinfsrv
from azmlinfsrv.debugging.attachable import Attachable
from azmlinfsrv.debugging.debuggee import (
    DebuggerError,
    connect_to_adapter,
    has_debugger,
    is_being_debugged,
    listen_for_client,
    wait_for_debugger,
)
from azmlinfsrv.debugging.figures import WorkerFigures
from azmlinfsrv.debugging.records import ServerFacts, publish, running_server
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.server.kept_log import KeptLog
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, report_failure
from azmlinfsrv.server.listener import open_listener
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.settings import Settings

if TYPE_CHECKING:
    from azmlinfsrv.server.service import Service

_LOOPBACK = "127.0.0.1"
# The adapter of a worker that has died holds the port until it has noticed.
_RELISTEN_SECONDS = 5.0
_RELISTEN_POLL_SECONDS = 0.1


def check_debug_port(settings: Settings) -> None:
    """See to it that the debugger's port can be had before anything starts.

    Raises:
        ListenError: it cannot.

    """
    if settings.debug_port:
        open_listener(*settings.debug_port).close()


def fit_for_debugger(settings: Settings) -> Settings:
    """Return the settings with one worker, if the debugger that they ask for takes only one."""
    if settings.debugger_port is None:
        return settings
    if settings.worker_count > 1:
        logger.warning(
            "AZUREML_DEBUG_PORT is for one worker: WORKER_COUNT=%d has no effect. For several, "
            "attach to the running server instead.",
            settings.worker_count,
        )
    # The script is to be loaded where the debugger is.
    return replace(settings, worker_count=1, worker_preload=False)


def leave_record(settings: Settings, port: int) -> None:
    """Let debuggers of this user find the server."""
    facts = ServerFacts(
        pid=os.getpid(),
        port=port,
        host=settings.host,
        entry_script=str(Path(settings.entry_script).absolute()),
        model_dir=os.environ.get("AZUREML_MODEL_DIR"),
        python=sys.executable,
        version=azmlinfsrv.__version__,
        started=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        library=str(Path(azmlinfsrv.__file__).parents[1]),
        debug_port=settings.debug_port[1] if settings.debug_port else None,
        is_debuggee=is_being_debugged(),
    )
    try:
        record = publish(facts)
        KeptLog(record.log_file, settings.log_format).join()
    except OSError as error:
        logger.warning("No debugger will find this server: %s", error)


def keep_figures(service: Service, server: int) -> None:
    """Keep a worker's figures where others of this user can read them.

    Args:
        service: the worker's; it may have been loaded by the process that forked this one.
        server: the process of the server that it belongs to, which may be this one.

    """
    record = running_server(server)
    figures = WorkerFigures(record.figures_file(os.getpid()) if record else None)
    figures.take_over(service.figures)
    service.figures = figures


def meet_debugger(settings: Settings, attachable: Attachable, *, is_first: bool = True) -> None:
    """Let a worker meet its debugger before it loads the script, or exit with BOOT_FAILURE.

    Args:
        settings: the server's.
        attachable: to be opened; with it a debugger can come at any time.
        is_first: whether the server starts. A worker that replaces another serves without a
            debugger rather than not at all.

    """
    try:
        _meet_the_one_asked_for(settings)
    except DebuggerError as error:
        if is_first:
            logger.error("%s", error)
            report_failure(EntryScriptError(str(error)), is_setting=True)
            sys.exit(BOOT_FAILURE)
        logger.warning("%s The worker serves without a debugger.", error)
    attachable.open()


def _meet_the_one_asked_for(settings: Settings) -> None:
    if has_debugger():
        if settings.debug_port or settings.debugger_port:
            logger.warning("--debug_port and AZUREML_DEBUG_PORT have no effect under a debugger.")
    elif settings.debugger_port:
        _connect(settings.debugger_port)
    elif settings.debug_port:
        host, port = _listen(*settings.debug_port)
        logger.info("Listening for a debugger on %s:%d.", host, port)
        if settings.wait_for_client:
            logger.info("Waiting for the debugger before the script is loaded …")
            wait_for_debugger(None)


def _connect(port: int) -> None:
    """Connect as AZUREML_DEBUG_PORT asks for."""
    logger.warning(
        "Connecting to the debugger on port %d, because AZUREML_DEBUG_PORT is set. "
        "It has no place in production.",
        port,
    )
    try:
        connect_to_adapter(_LOOPBACK, port)
    except DebuggerError as error:
        raise DebuggerError(
            f"AZUREML_DEBUG_PORT is {port}, but no debugger can be reached there: {error} "
            'Start the debug configuration with "listen" first, or unset the variable.'
        ) from error
    wait_for_debugger(None, lambda: not has_debugger())


def _listen(host: str, port: int) -> tuple[str, int]:
    end = time.monotonic() + _RELISTEN_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(DebuggerError):
            return listen_for_client(host, port)
        time.sleep(_RELISTEN_POLL_SECONDS)
    return listen_for_client(host, port)
