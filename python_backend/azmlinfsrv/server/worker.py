"""What every worker does before it serves: load the entry script and call its ``init()``."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

from azmlinfsrv.scoring import EntryScriptError, Scorer
from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle
from azmlinfsrv.server import print_records
from azmlinfsrv.server.folder_tree import folder_tree
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, report, report_failure
from azmlinfsrv.server.log import logger, script_logger
from azmlinfsrv.server.log_file import apply_logging_file
from azmlinfsrv.server.service import Service, log_script_error
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.swagger import ApiDescription
from azmlinfsrv.server.telemetry import start_telemetry

_swagger_logger = logging.getLogger("azmlinfsrv.swagger")


def create_service(settings: Settings) -> Service:
    """Return the service of a worker that is still to ``boot``."""
    limit = settings.scoring_timeout_ms / 1000
    return Service(settings, Scorer(settings.entry_script, settings.model_dir, time_limit=limit))


def boot(service: Service, url: str) -> None:
    """Make a service ready for traffic, or exit with BOOT_FAILURE.

    Called in the thread that will score.
    """
    settings, scorer = service.settings, service.scorer
    try:
        apply_logging_file(Path(settings.app_root or "."), scorer.path)
        service.telemetry = start_telemetry(settings)
        print_records.install()
        _extend_import_path(settings, scorer.path)
        script = scorer.load()
        _log_script(script)
        service.description = ApiDescription(script, settings)
        script_logger.info("Invoking user's init function")
        try:
            scorer.init()
        finally:
            print_records.flush_prints()
    except EntryScriptError as error:
        log_script_error(error)
        _log_model_folder()
        if service.telemetry:
            service.telemetry.failed(error)
        report_failure(error)
        sys.exit(BOOT_FAILURE)
    script_logger.info("Users's init has completed successfully")
    _swagger_logger.info("%s", service.description.summary)
    if settings.cors_origins:
        origins = ", ".join(settings.cors_origins)
        logger.info("Enabling CORS for the following origins: %s", origins)
    logger.info("Scoring timeout is set to %d", settings.scoring_timeout_ms)
    logger.info("Worker with pid %d ready for serving traffic", os.getpid())
    service.is_ready = True
    report("ready", url=url, pid=os.getpid())


def _extend_import_path(settings: Settings, script: Path) -> None:
    """Make the application root and the script's folder importable, after everything installed.

    At the end, as the published server does: a helper called ``utils.py`` must not hide an
    installed package here that it cannot hide in the cloud.
    """
    root = settings.app_root or str(Path.cwd())
    source = str(Path(root, settings.source_directory)) if settings.source_directory else None
    for folder in (root, source, str(script.parent)):
        if folder and folder not in sys.path:
            sys.path.append(folder)


def _log_script(script: EntryScript) -> None:
    if script.driver:
        driven = getattr(script.driver, "__file__", script.driver.__name__)
        script_logger.info(
            "Found driver script at %s and the score script at %s", script.path, driven
        )
    else:
        script_logger.info("Found user script at %s", script.path)
    script_logger.info("%s", _describe_run(script))


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
