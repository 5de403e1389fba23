"""What every worker does before it serves: load the entry script and call its ``init()``."""

from __future__ import annotations

import contextlib
import faulthandler
import importlib
import inspect
import logging
import os
import sys
import time
from pathlib import Path

from azmlinfsrv.debugging.debuggee import is_being_debugged
from azmlinfsrv.debugging.entry_stop import stop_on_entry
from azmlinfsrv.debugging.post_mortem import expect_exit, stop_where_raised
from azmlinfsrv.scoring import EntryScriptError, Scorer
from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle
from azmlinfsrv.server import print_records
from azmlinfsrv.server.code_files import own_modules
from azmlinfsrv.server.folder_tree import folder_tree
from azmlinfsrv.server.import_path import arrange_import_path, tell_import_differences
from azmlinfsrv.server.lifecycle import (
    BOOT_FAILURE,
    FAILED,
    RELOAD_FAILED,
    report,
    report_failure,
)
from azmlinfsrv.server.log import logger, script_logger
from azmlinfsrv.server.log_file import apply_logging_file
from azmlinfsrv.server.script_errors import log_script_error
from azmlinfsrv.server.service import Service
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.swagger import ApiDescription
from azmlinfsrv.server.telemetry import start_telemetry

_swagger_logger = logging.getLogger("azmlinfsrv.swagger")


def create_service(settings: Settings) -> Service:
    """Return the service of a worker that is still to ``boot``."""
    return Service(settings, create_scorer(settings))


def create_scorer(settings: Settings) -> Scorer:
    """Return the script of these settings, still to load."""
    return Scorer(
        settings.entry_script,
        settings.model_dir,
        time_limit=settings.scoring_timeout_ms / 1000,
        encode_results=settings.encode_results,
        as_published=settings.as_published,
        is_suspended=is_being_debugged,
    )


def boot(service: Service, url: str, *, is_reload: bool = False) -> None:
    """Make a service ready for traffic, or exit with BOOT_FAILURE.

    Called in the thread that will score. With ``is_reload`` other workers serve meanwhile, and go
    on if this one fails.
    """
    settings = service.settings
    # A crash in C is told with the line of the script that it came from.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        faulthandler.enable()
    try:
        apply_logging_file(Path(settings.app_root or "."), service.scorer.path)
        service.telemetry = start_telemetry(settings)
        print_records.install()
        arrange_import_path(settings, service.scorer.path)
        service.description = _load(service, service.scorer)
    except EntryScriptError as error:
        service.boot_failure = error
        log_script_error(error)
        if service.scorer.is_loaded:
            # In init(): what it looked for may not be there.
            _log_model_folder()
        if service.telemetry:
            service.telemetry.failed(error)
        report_failure(error, event=RELOAD_FAILED if is_reload else FAILED)
        stop_where_raised(error.__cause__)
        expect_exit(BOOT_FAILURE)
        sys.exit(BOOT_FAILURE)
    if settings.cors_origins:
        origins = ", ".join(settings.cors_origins)
        logger.info("Enabling CORS for the following origins: %s", origins)
    logger.info("Scoring timeout is set to %d", settings.scoring_timeout_ms)
    logger.info("Worker with pid %d ready for serving traffic", os.getpid())
    service.figures.load_ended()
    service.is_ready = True
    report("ready", url=url, pid=os.getpid())


def reload_in_place(service: Service) -> None:
    """Load the script anew within this process; if that fails, the old code goes on."""
    scorer = create_scorer(service.settings)
    old = {name: sys.modules[name] for name in own_modules(scorer.path)}
    for name in old:
        del sys.modules[name]
    importlib.invalidate_caches()
    logger.info("Loading the script anew …")
    try:
        service.description = _load(service, scorer)
    except EntryScriptError as error:
        for name in own_modules(scorer.path):
            del sys.modules[name]
        sys.modules.update(old)
        service.boot_failure = error
        service.figures.load_failed()
        log_script_error(error)
        report_failure(error, event=RELOAD_FAILED)
        stop_where_raised(error.__cause__)
        logger.error("The new code cannot be served: the old code goes on.")
    else:
        service.scorer, service.boot_failure = scorer, None
        service.figures.load_ended()
        logger.info("The script has been loaded anew.")
        report("reloaded")


def _load(service: Service, scorer: Scorer) -> ApiDescription:
    """Load a script and call its ``init()``.

    Raises:
        EntryScriptError: it cannot be served.

    """
    try:
        return _load_uninterrupted(service, scorer)
    except KeyboardInterrupt as error:
        # Of the script's own making: a Ctrl+C is dealt with by the fronts' signal handlers.
        what = "Failed to load the user script"
        raise EntryScriptError.from_exception(what, error, scorer.path) from error


def _load_uninterrupted(service: Service, scorer: Scorer) -> ApiDescription:
    service.load_began_ns = time.time_ns()
    service.figures.load_began()
    settings = service.settings
    with stop_on_entry(scorer.path):
        script = scorer.load()
    _log_script(script)
    description = ApiDescription(script, settings)
    script_logger.info("Invoking user's init function")
    service.figures.init_began()
    try:
        scorer.init()
    finally:
        print_records.flush_prints()
    script_logger.info("Users's init has completed successfully")
    tell_import_differences(settings, scorer)
    _swagger_logger.info("%s", description.summary)
    return description


def _log_script(script: EntryScript) -> None:
    if script.driver:
        driven = getattr(script.driver, "__file__", script.driver.__name__)
        script_logger.info(
            "Found driver script at %s and the score script at %s", script.path, driven
        )
    else:
        script_logger.info("Found user script at %s", script.path)
    script_logger.info("%s", _describe_run(script))
    if inspect.iscoroutinefunction(inspect.unwrap(script.run)):
        script_logger.warning(
            "%s: run() is async, which nobody awaits: every request will be answered 500. "
            "Write it as a plain function.",
            script.run_location,
        )
    needed = [name for name in script.parameters[1:] if name not in script.defaults]
    if needed and script.style is not InputStyle.SCHEMA:
        script_logger.warning(
            "%s: nothing fills %s of run(): every request will be answered 500. "
            "Give a default, or decorate run() with @input_schema.",
            script.run_location,
            " and ".join(map(repr, needed)),
        )


def _describe_run(script: EntryScript) -> str:
    if script.style is InputStyle.TEXT:
        return "run() is not decorated. Server will invoke it with the input in JSON string."
    if script.style is InputStyle.RAW:
        return (
            "run() is decorated with @rawhttp. Server will invoke it with the flask request object."
        )
    return (
        "run() is decorated with @input_schema. "
        f"Server will invoke it with the following arguments: {', '.join(script.parameters)}."
    )


def _log_model_folder() -> None:
    folder = os.environ.get("AZUREML_MODEL_DIR")
    if folder and Path(folder).is_dir():
        logger.info("Model Directory Contents:")
        for line in folder_tree(Path(folder)):
            logger.info("%s", line)
