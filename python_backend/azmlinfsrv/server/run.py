"""Start the server: check what can be checked at once, open the port, hand over to the front."""

from __future__ import annotations

import io
import logging.config
import os
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from azmlinfsrv.debugging.post_mortem import expect_exit
from azmlinfsrv.debugging.records import withdraw
from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.scoring.entry_script import check_file
from azmlinfsrv.server.advice import advice
from azmlinfsrv.server.auth.keys_file import KeysFileError
from azmlinfsrv.server.auth.prepare import prepare_keys
from azmlinfsrv.server.banner import banner, public_url
from azmlinfsrv.server.debugger import check_debug_port, fit_for_debugger, leave_record
from azmlinfsrv.server.lifecycle import (
    BOOT_FAILURE,
    USAGE_ERROR,
    is_watched,
    report,
    report_failure,
)
from azmlinfsrv.server.listener import ListenError, inherited_listener, open_listener
from azmlinfsrv.server.log import logger, logging_config
from azmlinfsrv.server.service import SERVER_VERSION, VERSION_VARIABLE
from azmlinfsrv.server.settings import Settings

_DEFAULT_HEALTH_PORT = 5000
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

OnListening = Callable[[str], object]
"""Is called with the server's address once requests can be sent; they wait for ``init()``."""


def run_server(settings: Settings, on_listening: OnListening = lambda _: None) -> int:
    """Serve until the process is told to stop; returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A text that the terminal cannot show is not worth losing the line.
            stream.reconfigure(errors="backslashreplace")
    configured = logging_config(
        for_editor=is_watched(), log_format=settings.log_format, level=settings.log_level
    )
    logging.config.dictConfig(configured)
    try:
        check_file(Path(settings.entry_script).absolute())
    except EntryScriptError as error:
        logger.error("%s", error)
        report_failure(error)
        return BOOT_FAILURE
    try:
        prepare_keys(settings)
        check_debug_port(settings)
        inherited = inherited_listener()
        listeners = [inherited[0]] if inherited else _open_listeners(settings)
    except (ListenError, KeysFileError) as error:
        logger.error("%s", error)
        report_failure(EntryScriptError(str(error)), is_setting=True)
        return USAGE_ERROR
    urls = [public_url(settings.host, listener.getsockname()[1]) for listener in listeners]
    _apply_to_environment(settings, listeners)
    _warn_about_model_folder()
    for sentence in advice(settings):
        logger.warning("%s", sentence)
    settings = _check_insights_key(settings)
    settings = fit_for_debugger(settings)
    if settings.reload:
        # Compiled code counts as current for a second after it was written.
        sys.dont_write_bytecode = True
    print(banner(settings, urls[0], urls[-1]), flush=True)
    leave_record(settings, listeners[0].getsockname()[1])
    if settings.reload:
        logger.info("Watching the script and the modules that it imports from its folder.")
    report("listening", url=urls[0], pid=os.getpid())
    on_listening(urls[0])
    gateway = None
    if settings.gateway:
        from azmlinfsrv.server.gateway.beside import GatewayBeside

        gateway = GatewayBeside(settings, listeners[0])
        listeners = [gateway.inner, *listeners[1:]]
    if settings.server == "waitress":
        from azmlinfsrv.server.waitress_front import front
    else:
        from azmlinfsrv.server.gunicorn_front import front  # type: ignore[no-redef]
    try:
        front.serve(settings, listeners, urls[0], is_held=bool(inherited and inherited[1]))
    finally:
        withdraw()
        if gateway:
            gateway.end()
        expect_exit(BOOT_FAILURE)
    return 0


def _open_listeners(settings: Settings) -> list[socket.socket]:
    """Return the socket for everything, and with a dedicated health endpoint a second one."""
    first = open_listener(settings.host, settings.port)
    if not settings.separate_health:
        return [first]
    health_port = settings.health_port or _DEFAULT_HEALTH_PORT
    if health_port == first.getsockname()[1]:
        return [first]
    try:
        return [first, open_listener(settings.host, health_port)]
    except ListenError:
        first.close()
        raise


def _apply_to_environment(settings: Settings, listeners: list[socket.socket]) -> None:
    """Export what the published server lets the entry script see."""
    exported = {
        "AML_APP_ROOT": settings.app_root or str(Path.cwd()),
        "AZUREML_ENTRY_SCRIPT": os.path.realpath(settings.entry_script),
        "AML_APP_INSIGHTS_ENABLED": str(settings.insights_enabled).lower(),
        "WORKER_COUNT": str(settings.worker_count),
        "SERVER_PORT": str(listeners[0].getsockname()[1]),
        "HEALTH_PORT": str(listeners[-1].getsockname()[1]),
    }
    optional = {
        "AZUREML_MODEL_DIR": settings.model_dir,
        "AZUREML_CONFIG_FILE": settings.config_file,
        "AML_APP_INSIGHTS_KEY": settings.insights_key,
        "AML_CORS_ORIGINS": ",".join(settings.cors_origins) or None,
    }
    os.environ.update(exported)
    os.environ.update({name: value for name, value in optional.items() if value is not None})
    os.environ.setdefault(VERSION_VARIABLE, SERVER_VERSION if settings.send_version else "")


def _warn_about_model_folder() -> None:
    folder = os.environ.get("AZUREML_MODEL_DIR")
    if folder is None:
        print("The environment variable 'AZUREML_MODEL_DIR' has not been set.")
        print("Use the --model_dir command line argument to set it.", flush=True)
    elif not Path(folder).exists():
        # In the published words and under the published name.
        logging.getLogger("azmlinfsrv.trace").warning(
            "Model directory is not set or does not exist: %s", folder
        )
    sys.stdout.flush()


def _check_insights_key(settings: Settings) -> Settings:
    if not (settings.insights_enabled and settings.insights_key):
        return replace(settings, insights_enabled=False)
    if _GUID.fullmatch(settings.insights_key):
        print("Valid Application Insights instrumentation key provided.", flush=True)
        return settings
    print("Invalid Application Insights instrumentation key provided.")
    print("Application Insights has been disabled.", flush=True)
    os.environ["AML_APP_INSIGHTS_ENABLED"] = "false"
    return replace(settings, insights_enabled=False)
