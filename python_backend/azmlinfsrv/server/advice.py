"""What is worth a warning about settings that can be used, but hardly as they are meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

from azmlinfsrv.server.resolve import unknown_keys
from azmlinfsrv.server.settings import SETTINGS, Settings

_SIMILAR = 0.8


def advice(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each setting that has no effect."""
    if settings.encode_results and settings.as_published:
        yield "--encode_results has no effect with --compat published."
    if settings.health_port and not settings.separate_health:
        yield "--health_port has no effect without SEPERATE_HEALTH_ENDPOINT=true."
    if settings.reload and settings.worker_preload:
        yield "WORKER_PRELOAD has no effect with --reload: each worker loads the script."
    if settings.wait_for_client and not settings.debug_port:
        yield "--wait_for_client has no effect without --debug_port."
    if settings.debug_port and not _is_of_this_machine(settings.debug_port[0]):
        yield (
            f"--debug_port listens on {settings.debug_port[0]}: whoever reaches that port can run "
            "code here."
        )
    if settings.gateway is None:
        for name in ("request_timeout_ms", "max_concurrent_requests", "requests_per_second"):
            if getattr(settings, name) is not None:
                yield f"--{name} has no effect without --gateway."
        if settings.max_payload_mb:
            yield "--max_payload_mb has no effect without --gateway."
    if settings.config_file:
        yield from _misspelt(Path(settings.config_file))


def _is_of_this_machine(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _misspelt(file: Path) -> Iterator[str]:
    """Yield keys that nobody reads and that are nearly the name of a setting.

    Other programs keep settings in a config.json, too: what is like none of ours is theirs.
    """
    known = [setting.variable for setting in SETTINGS if setting.variable]
    for key in unknown_keys(file):
        meant = difflib.get_close_matches(key.upper(), known, n=1, cutoff=_SIMILAR)
        if meant:
            yield f"{key} in {file} is not a setting. Did you mean {meant[0]}?"
