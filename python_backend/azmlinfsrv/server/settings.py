"""The server's settings, each declared once: name, type, default, environment variable, help."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

DEFAULT_PORT = 5001
AUTO_PORT = 0
"""The value of ``--port auto``: 5001 if it is free, otherwise any port that is."""

FRONTS = ("gunicorn", "waitress")


class SettingError(Exception):
    """A setting has a value that cannot be used; the message names setting, value and source."""


@dataclass(frozen=True)
class Setting:
    """The declaration of one setting.

    ``parse`` turns text into the value and raises ValueError with what is allowed.
    """

    name: str
    help: str
    parse: Callable[[str], object] = str
    default: object = None
    environment: str | None = None
    metavar: str | None = None
    option: bool = True

    @property
    def flags(self) -> tuple[str, ...]:
        """The published spelling with underscores, and the one with dashes."""
        return tuple(dict.fromkeys((f"--{self.name}", f"--{self.name.replace('_', '-')}")))


def _whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    allowed = f"a whole number from {low} to {high}" if high else f"a whole number from {low} up"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise ValueError(allowed) from None
        if number < low or (high is not None and number > high):
            raise ValueError(allowed)
        return number

    return parse


def _port(text: str) -> int:
    if text == "auto":
        return AUTO_PORT
    try:
        return _whole_number(1, 65535)(text)
    except ValueError as error:
        raise ValueError(f"{error}, or auto") from None


def _front(text: str) -> str:
    if text not in FRONTS:
        raise ValueError(" or ".join(FRONTS))
    if text == "gunicorn" and sys.platform == "win32":
        raise ValueError("waitress: gunicorn does not run on Windows")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "entry_script",
        "The entry script (score.py) to serve.",
        environment="AZUREML_ENTRY_SCRIPT",
        metavar="PATH",
    ),
    Setting(
        "model_dir",
        "The folder with the model files; the script sees it as AZUREML_MODEL_DIR.",
        environment="AZUREML_MODEL_DIR",
        metavar="DIR",
    ),
    Setting(
        "port",
        f"The port to listen on, or auto: {DEFAULT_PORT} if it is free, otherwise one that is.",
        parse=_port,
        default=DEFAULT_PORT,
        metavar="N",
    ),
    Setting(
        "host",
        "The address to listen on; 127.0.0.1 keeps the model on this machine.",
        default="0.0.0.0",  # noqa: S104 - published default, named in the banner
        metavar="ADDRESS",
    ),
    Setting(
        "worker_count",
        "How many worker processes (waitress: threads) answer requests.",
        parse=_whole_number(1),
        default=1,
        environment="WORKER_COUNT",
        metavar="N",
    ),
    Setting(
        "worker_timeout",
        "Seconds after which a worker that does not answer is replaced; 0 switches it off.",
        parse=_whole_number(0),
        default=300,
        environment="WORKER_TIMEOUT",
        option=False,
    ),
    Setting(
        "server",
        "The HTTP front: gunicorn, or waitress (the default, and the only one, on Windows).",
        parse=_front,
        default="waitress" if sys.platform == "win32" else "gunicorn",
        metavar="gunicorn|waitress",
    ),
)


@dataclass(frozen=True)
class Settings:
    """The values in force, one field for each declaration in ``SETTINGS``."""

    entry_script: str
    model_dir: str | None
    port: int
    host: str
    worker_count: int
    worker_timeout: int
    server: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare an option for every setting that has one."""
    for setting in SETTINGS:
        if setting.option:
            default = "" if setting.default is None else f" (default: {setting.default})"
            parser.add_argument(
                *setting.flags,
                dest=setting.name,
                metavar=setting.metavar,
                help=setting.help + default,
            )


def resolve_settings(options: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Return every setting from its first source: option, environment, default.

    Raises:
        SettingError: a value cannot be used, or there is no entry script.

    """
    values = {setting.name: _resolve(setting, options, environment) for setting in SETTINGS}
    if not values["entry_script"]:
        raise SettingError("There is no entry script. Name one: --entry_script score.py")
    assert set(values) == {field.name for field in fields(Settings)}  # noqa: S101
    return Settings(**values)  # type: ignore[arg-type]


def _resolve(
    setting: Setting, options: Mapping[str, str | None], environment: Mapping[str, str]
) -> object:
    text = options.get(setting.name)
    source = f"option {setting.flags[0]}"
    if text is None and setting.environment:
        text = environment.get(setting.environment)
        source = f"environment variable {setting.environment}"
    if text is None:
        return setting.default
    try:
        return setting.parse(text)
    except ValueError as error:
        raise SettingError(
            f"{setting.name} cannot be {text!r} ({source}). Allowed: {error}."
        ) from None


def apply_to_environment(settings: Settings, port: int) -> None:
    """Export what the published server lets the entry script see."""
    exported = {
        "AML_APP_ROOT": os.environ.get("AML_APP_ROOT", os.getcwd()),  # noqa: PTH109
        "AZUREML_ENTRY_SCRIPT": os.path.abspath(settings.entry_script),  # noqa: PTH100
        "WORKER_COUNT": str(settings.worker_count),
        "SERVER_PORT": str(port),
    }
    if settings.model_dir is not None:
        exported["AZUREML_MODEL_DIR"] = settings.model_dir
    os.environ.update(exported)
