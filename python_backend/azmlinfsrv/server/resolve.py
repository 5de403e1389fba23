"""Where each setting's value comes from: option, environment, config.json, default."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azmlinfsrv.server.gateway.rules import RULES
from azmlinfsrv.server.lifecycle import BOOT_FAILURE, USAGE_ERROR
from azmlinfsrv.server.setting import Setting
from azmlinfsrv.server.settings import SETTINGS, Settings

CONFIG_FILE_NAME = "config.json"
NO_ENTRY_SCRIPT = (
    "Either provide an entry_script using --entry_script or provide a path to the configuration "
    "file using --config_file"
)
MAIN_SCRIPT = "main.py"
_OPTION = "option"
# The name that is documented for model data has no effect in the published server; this one has.
_MODEL_DATA_VARIABLE = "AML_MDC_STORAGE_ENABLED"
_KEYS = {setting.variable for setting in SETTINGS} | {_MODEL_DATA_VARIABLE}


class SettingError(Exception):
    """A setting cannot be used; the message names setting, value, source and what is allowed.

    ``status`` is the exit status that the published server has in this case.
    """

    def __init__(self, message: str, status: int = USAGE_ERROR) -> None:
        super().__init__(message)
        self.status = status


class NoEntryScriptError(SettingError):
    """Neither an entry script nor a configuration file is named."""


@dataclass(frozen=True)
class _Source:
    """Texts by key, and what to call the place they come from; the key is put in for ``{}``."""

    name: str
    values: Mapping[str, str]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare an option for every setting that has one, in its published spelling."""
    for setting in SETTINGS:
        if setting.option:
            default = setting.shown_default or setting.default
            if setting.is_flag:
                parser.add_argument(
                    setting.option,
                    dest=setting.name,
                    action="store_const",
                    const="true",
                    help=setting.help,
                )
                continue
            parser.add_argument(
                setting.option,
                dest=setting.name,
                metavar=setting.metavar,
                help=setting.help + ("" if default is None else f" (default: {default})"),
            )


def resolve_settings(
    options: Mapping[str, str | None], environment: Mapping[str, str], folder: Path
) -> Settings:
    """Return every setting from its first source: option, environment, config.json, default.

    Args:
        options: values of command-line options by the setting's name; None where not given.
        environment: environment variables, whose names count in any case.
        folder: the working directory.

    Raises:
        SettingError: a value cannot be used, or there is no entry script.

    """
    named = {
        setting.variable: value
        for setting in SETTINGS
        if setting.variable and (value := options.get(setting.name)) is not None
    }
    variables = {name.upper(): value for name, value in environment.items()}
    sources = [_Source(_OPTION, named), _Source("environment variable {}", variables)]
    file = _config_file(sources, folder)
    if file:
        sources.append(_Source(f"{{}} in {file}", _read_config_file(file)))
    values = {setting.name: _resolve(setting, options, sources) for setting in SETTINGS}
    _complete(values, options, sources, folder)
    values["config_file"] = str(file) if file else None
    _check_debugger(values)
    _check_keys(values)
    _check_gateway(values)
    return Settings(**values)


def _resolve(setting: Setting, options: Mapping[str, str | None], sources: list[_Source]) -> Any:
    text, source = options.get(setting.name), _OPTION
    if text is None and setting.variable:
        text, source = _first(sources[1:], setting.variable)
    if text is None:
        return setting.default
    try:
        return setting.parse(text)
    except ValueError as error:
        if source is _OPTION:
            message = f"argument {setting.option}: it cannot be {text!r}. Allowed: {error}."
            raise SettingError(message) from None
        raise SettingError(
            f"{setting.variable} cannot be {text!r} ({source}). Allowed: {error}.",
            BOOT_FAILURE if setting.is_boot or " in " in source else USAGE_ERROR,
        ) from None


def _first(sources: list[_Source], key: str) -> tuple[str | None, str]:
    for source in sources:
        if (text := source.values.get(key)) is not None:
            return text, source.name.format(key)
    return None, ""


def _config_file(sources: list[_Source], folder: Path) -> Path | None:
    """Return the first of the files that may hold settings; an empty one does not count."""
    root = folder / (_first(sources, "AML_APP_ROOT")[0] or "")
    script = _first(sources, "AZUREML_ENTRY_SCRIPT")[0]
    named = _first(sources, "AZUREML_CONFIG_FILE")[0]
    candidates = [
        *([folder / named] if named else []),
        root / CONFIG_FILE_NAME,
        *([(folder / script).parent / CONFIG_FILE_NAME] if script else []),
    ]
    return next((file for file in candidates if file.is_file() and file.stat().st_size), None)


def unknown_keys(file: Path) -> list[str]:
    """Return the keys of a config.json that are no setting."""
    return [key for key in _read_document(file) if key.upper() not in _KEYS]


def _read_document(file: Path) -> dict[str, object]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise SettingError(f"Invalid config file!: {file}: {error}", BOOT_FAILURE) from error
    if not isinstance(document, dict):
        raise SettingError(
            f"Invalid config file!: {file} holds a {type(document).__name__}, not an object.",
            BOOT_FAILURE,
        )
    return document


def _read_config_file(file: Path) -> dict[str, str]:
    # Other programs keep settings in a config.json, too: what is not ours is passed over.
    return {
        key.upper(): _as_text(file, key, value)
        for key, value in _read_document(file).items()
        if value is not None and key.upper() in _KEYS
    }


def _as_text(file: Path, key: str, value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    raise SettingError(
        f"{key} cannot be {json.dumps(value)} ({key} in {file}). Allowed: text or a number.",
        BOOT_FAILURE,
    )


def _complete(
    values: dict[str, Any],
    options: Mapping[str, str | None],
    sources: list[_Source],
    folder: Path,
) -> None:
    """Fill in what depends on other settings."""
    root = folder / (values["app_root"] or "")
    values["app_root"] = str(root)
    if options.get("insights_key") is not None:
        values["insights_enabled"] = True
    if _first(sources, _MODEL_DATA_VARIABLE)[0] == "true":
        values["model_data_enabled"] = True
    named = _first(sources, "AZUREML_CONFIG_FILE")[0]
    if not values["entry_script"]:
        if not named:
            raise NoEntryScriptError(NO_ENTRY_SCRIPT)
        values["entry_script"] = str(_main_script(root, values["source_directory"]))
    elif _first(sources[:2], "AZUREML_ENTRY_SCRIPT")[0] is None:
        # In config.json a relative name starts at the application root.
        values["entry_script"] = str(root / values["entry_script"])


def _check_debugger(values: Mapping[str, Any]) -> None:
    """Refuse what one port cannot serve: each worker is a debuggee of its own."""
    if values["debug_port"] is None:
        return
    if values["server"] == "waitress":
        several = None
    elif values["worker_count"] > 1:
        several = f"--worker_count {values['worker_count']}"
    else:
        # The worker with the new code starts while the old one still has the port.
        several = "--reload" if values["reload"] else None
    if several or values["worker_preload"]:
        raise SettingError(
            f"--debug_port cannot be used with {several or 'WORKER_PRELOAD'}. Leave it out and "
            'attach later: "Azure ML: Attach to Running Server" in VS Code, or '
            "`azmlinfsrv attach PID`."
        )


def _check_keys(values: Mapping[str, Any]) -> None:
    if values["auth"] and not values["keys_file"]:
        raise SettingError(
            f"argument --auth: {values['auth']} needs --keys_file PATH, a file for the keys. If "
            "there is none, it is made."
        )
    if values["keys_file"] and not values["auth"]:
        raise SettingError(
            "argument --keys_file: it has no effect without --auth key or --auth token, and the "
            "server would be open to everybody."
        )


def _check_gateway(values: Mapping[str, Any]) -> None:
    """Refuse a gateway that no endpoint could have."""
    if values["gateway"] is None:
        return
    if sys.platform == "win32":
        raise SettingError(
            "argument --gateway: it is there on Linux and macOS. On Windows, use it within WSL."
        )
    longest = RULES[values["gateway"]].longest_timeout_ms
    if (values["request_timeout_ms"] or 0) > longest:
        raise SettingError(
            f"argument --request_timeout_ms: it cannot be '{values['request_timeout_ms']}'. A "
            f"{values['gateway']} endpoint allows up to {longest}."
        )


def _main_script(root: Path, source_directory: str | None) -> Path:
    """Return the script that is served when the configuration file names none."""
    folders = [root, *([root / source_directory] if source_directory else [])]
    for folder in folders:
        if (script := folder / MAIN_SCRIPT).is_file():
            return script
    held = ", ".join(sorted(entry.name for entry in root.iterdir())) if root.is_dir() else "nothing"
    raise SettingError(
        f"No score script found. Expected score script {MAIN_SCRIPT}. Looked in "
        f"{' and '.join(map(str, folders))}; {root} holds {held}.",
        BOOT_FAILURE,
    )
