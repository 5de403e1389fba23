"""What every worker does before it serves: load the entry script and call its ``init()``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from azmlinfsrv.scoring import EntryScriptError, Scorer
from azmlinfsrv.scoring.entry_script import EntryScript, InputStyle
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, report, report_failure
from azmlinfsrv.server.log import logger
from azmlinfsrv.server.reply import log_script_error
from azmlinfsrv.server.settings import Settings
from azmlinfsrv.server.wsgi import ScoringApplication


def boot(settings: Settings, url: str) -> ScoringApplication:
    """Return the application of a worker that is ready for traffic, or exit with BOOT_FAILURE."""
    scorer = Scorer(settings.entry_script, settings.model_dir)
    _extend_import_path(scorer.path)
    try:
        script = scorer.load()
        logger.info("Found user script at %s", script.path)
        logger.info("%s", _describe_run(script))
        logger.info("Invoking user's init function")
        scorer.init()
    except EntryScriptError as error:
        log_script_error(error)
        report_failure(error)
        sys.exit(BOOT_FAILURE)
    logger.info("Users's init has completed successfully")
    logger.info("Worker with pid %d ready for serving traffic", os.getpid())
    report("ready", url=url, pid=os.getpid())
    return ScoringApplication(scorer)


def _extend_import_path(script: Path) -> None:
    """Make the application root and the script's folder importable, after everything installed.

    At the end, as the published server does: a helper called ``utils.py`` must not hide an
    installed package here that it cannot hide in the cloud.
    """
    for folder in (os.environ.get("AML_APP_ROOT"), str(script.parent)):
        if folder and folder not in sys.path:
            sys.path.append(folder)


def _describe_run(script: EntryScript) -> str:
    if script.style is InputStyle.TEXT:
        return "run() is not decorated. Server will invoke it with the input in JSON string."
    return (
        "run() is decorated with @input_schema. "
        f"Server will invoke it with the following arguments: {', '.join(script.parameters)}."
    )
