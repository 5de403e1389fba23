"""Start the server: check what can be checked at once, open the port, hand over to the front."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from azmlinfsrv.scoring import EntryScriptError
from azmlinfsrv.scoring.entry_script import check_file
from azmlinfsrv.server.banner import banner, public_url
from azmlinfsrv.server.lifecycle import (
    BOOT_FAILURE,
    USAGE_ERROR,
    is_watched,
    report,
    report_failure,
)
from azmlinfsrv.server.listener import ListenError, open_listener
from azmlinfsrv.server.log import configure_logging, logger
from azmlinfsrv.server.settings import Settings, apply_to_environment


def run_server(settings: Settings) -> int:
    """Serve until the process is told to stop; returns the exit status."""
    configure_logging(for_editor=is_watched())
    try:
        check_file(Path(settings.entry_script).absolute())
    except EntryScriptError as error:
        logger.error("%s", error)
        report_failure(error)
        return BOOT_FAILURE
    try:
        listener = open_listener(settings.host, settings.port)
    except ListenError as error:
        logger.error("%s", error)
        report_failure(EntryScriptError(str(error)), is_setting=True)
        return USAGE_ERROR
    port = listener.getsockname()[1]
    url = public_url(settings.host, port)
    apply_to_environment(settings, port)
    _warn_about_model_folder()
    print(banner(settings, url), flush=True)
    report("listening", url=url, pid=os.getpid())
    if settings.server == "waitress":
        from azmlinfsrv.server import waitress_front as front
    else:
        from azmlinfsrv.server import gunicorn_front as front  # type: ignore[no-redef]
    front.serve(settings, listener, url)
    return 0


def _warn_about_model_folder() -> None:
    folder = os.environ.get("AZUREML_MODEL_DIR")
    if folder is None:
        print("The environment variable 'AZUREML_MODEL_DIR' has not been set.")
        print("Use the --model_dir command line argument to set it.", flush=True)
    elif not Path(folder).exists():
        logger.warning("The model folder %s does not exist.", folder)
    sys.stdout.flush()
