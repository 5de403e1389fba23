"""What the server says about itself when it starts."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

import azmlinfsrv
from azmlinfsrv.server.settings import SETTINGS, Settings

SAMPLE_REQUEST = "sample-request.json"
_ROUTES = "Server Routes\n---------------"


def banner(settings: Settings, url: str, health_url: str) -> str:
    """Return the settings in force and the routes."""
    port, health_port = (address.rpartition(":")[2] for address in (url, health_url))
    origins = ", ".join(settings.cors_origins)
    shown = {
        **vars(settings),
        "entry_script": str(Path(settings.entry_script).absolute()),
        "port": port,
        "health_port": health_port,
        "cors_origins": f"Enabling CORS for {origins}" if origins else None,
        "insights_enabled": str(settings.insights_enabled).lower(),
        "insights_key": "AppInsights key provided" if settings.insights_key else None,
        "model_dir": os.environ.get("AZUREML_MODEL_DIR"),
    }
    values = [f"{setting.label}: {shown[setting.name]}" for setting in SETTINGS if setting.label]
    lines = [
        "",
        f"Azure ML entry script server, azmlinfsrv {azmlinfsrv.__version__}",
        "",
        "Server Settings",
        "---------------",
        *values,
        f"Inferencing HTTP server version: azmlinfsrv/{azmlinfsrv.__version__}",
        "",
        *_ROUTES.splitlines(),
        f"Liveness Probe: GET   {health_url.removeprefix('http://')}/",
        f"Score:          POST  {url.removeprefix('http://')}/score",
        # In full, so that a terminal makes a link of it.
        *([f"API Page:       GET   {url}/docs"] if settings.docs else []),
        "",
    ]
    return "\n".join(lines)


def after_banner(log: str) -> str:
    """Return what a log has behind the settings and routes of the last server that began in it."""
    _, banner, rest = log.rpartition(f"\n{_ROUTES}\n")
    if not banner:
        return log
    # What follows at once are the routes; an empty line ends them.
    return rest.partition("\n\n")[2].lstrip("\n")


def show_sample_hint(settings: Settings, url: str) -> None:
    """Write how to send the sample request that lies beside the script, if one does."""
    sample = Path(settings.entry_script).absolute().parent / SAMPLE_REQUEST
    if sample.is_file():
        line = curl_line(sample, url, settings.auth)
        hint = f"\nSend the sample request from another terminal:\n{line}\n\n"
        # Not print(), which is the script's by now: see print_records.
        sys.stdout.write(hint)
        sys.stdout.flush()


def curl_line(sample: Path, url: str, auth: str | None = None) -> str:
    """Return the command that posts ``sample`` to the server.

    Args:
        sample: the file with the body.
        url: of the server.
        auth: ``key`` or ``token`` if the server asks for one, whose place is shown then.

    """
    # In PowerShell `curl` is another program.
    curl = "curl.exe" if sys.platform == "win32" else "curl"
    # Absolute: the terminal in which it is pasted may be in any folder.
    data = f'"@{sample}"' if os.name == "nt" else shlex.quote(f"@{sample}")
    header = f'-H "Authorization: Bearer {auth.upper()}" ' if auth else ""
    return f'{curl} {url}/score {header}-H "Content-Type: application/json" --data-binary {data}'


def public_url(host: str, port: int) -> str:
    """Return the address under which a client on this machine reaches the server."""
    reachable = "127.0.0.1" if host in {"0.0.0.0", ""} else host  # noqa: S104
    if reachable == "::":
        reachable = "::1"
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
