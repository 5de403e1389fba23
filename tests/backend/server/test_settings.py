"""Settings come from option, environment, file and default; a wrong one says where it came from."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.server.resolve import SettingError, add_options, resolve_settings
from azmlinfsrv.server.setting import AUTO_PORT
from azmlinfsrv.server.settings import SETTINGS, Settings
from azmlinfsrv.server.settings_table import settings_table

from ..conftest import ECHO

GUIDE = Path(__file__).parents[3] / "docs" / "server.md"


@pytest.fixture
def resolve(tmp_path: Path) -> Any:
    def run(
        options: dict[str, str] | None = None,
        environment: dict[str, str] | None = None,
        **files: object,
    ) -> Settings:
        for name, document in files.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(document))
        script = {"AZUREML_ENTRY_SCRIPT": "score.py"}
        return resolve_settings(options or {}, {**script, **(environment or {})}, tmp_path)

    return run


def test_an_option_wins_over_the_environment_that_over_the_file_and_that_over_the_default(
    resolve: Any,
) -> None:
    file = {"WORKER_COUNT": 4, "WORKER_TIMEOUT": 8, "SCORING_TIMEOUT_MS": 9}
    environment = {"WORKER_COUNT": "2", "WORKER_TIMEOUT": "7"}
    settings = resolve({"worker_count": "3"}, environment, config=file)
    assert (settings.worker_count, settings.worker_timeout) == (3, 7)
    assert (settings.scoring_timeout_ms, settings.port) == (9, 5001)


def test_every_variable_can_stand_in_the_file(resolve: Any, tmp_path: Path) -> None:
    settings = resolve(
        config={
            "AML_CORS_ORIGINS": "http://a.com, http://b.com",
            "AML_APP_ROOT": str(tmp_path / "root"),
            "AZUREML_MODEL_DIR": "./m",
            "AML_APP_INSIGHTS_ENABLED": True,
            "AML_APP_INSIGHTS_KEY": "k",
            "AML_MODEL_DC_STORAGE_ENABLED": "true",
            "azureml_log_level": "debug",
        }
    )
    assert settings.cors_origins == ("http://a.com", "http://b.com")
    assert settings.app_root == str(tmp_path / "root")
    assert settings.model_dir == "./m"
    assert (settings.insights_enabled, settings.insights_key) == (True, "k")
    assert settings.model_data_enabled
    assert settings.log_level == "DEBUG"


def test_another_programs_config_json_does_not_disturb(resolve: Any) -> None:
    assert resolve(config={"subscription_id": {"a": [1]}, "name": None}).worker_count == 1


def test_variables_count_in_any_case(resolve: Any) -> None:
    assert resolve(environment={"worker_count": "5"}).worker_count == 5


def test_without_an_entry_script_the_user_is_told_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="--entry_script") as failed:
        resolve_settings({}, {}, tmp_path)
    assert failed.value.status == 1


def test_a_configuration_file_alone_serves_main_py(resolve: Any, tmp_path: Path) -> None:
    options = {"config_file": "my.json", "entry_script": ""}
    with pytest.raises(SettingError, match=r"Expected score script main\.py") as failed:
        resolve(options, my={"SERVICE_NAME": "x"})
    assert failed.value.status == 3
    (tmp_path / "main.py").touch()
    assert resolve(options).entry_script == str(tmp_path / "main.py")


def test_auto_is_a_port(resolve: Any) -> None:
    assert resolve({"port": "auto"}).port == AUTO_PORT


@pytest.mark.parametrize(
    ("options", "environment", "file", "message", "status"),
    [
        ({"port": "0"}, {}, {}, "argument --port: it cannot be '0'. Allowed: a whole number", 1),
        ({"port": "65536"}, {}, {}, "from 1 to 65535", 1),
        ({"worker_count": "0"}, {}, {}, "from 1 up", 1),
        ({}, {"WORKER_COUNT": "abc"}, {}, "'abc' (environment variable WORKER_COUNT)", 1),
        ({}, {"WORKER_TIMEOUT": "-1"}, {}, "from 0 up", 1),
        ({}, {"SCORING_TIMEOUT_MS": "soon"}, {}, "(environment variable SCORING_TIMEOUT_MS)", 3),
        ({}, {}, {"SCORING_TIMEOUT_MS": "1.5"}, "(SCORING_TIMEOUT_MS in ", 3),
        ({}, {}, {"WORKER_COUNT": "x"}, "(WORKER_COUNT in ", 3),
        ({}, {}, {"SCORING_TIMEOUT_MS": {}}, "cannot be {}", 3),
        ({"server": "apache"}, {}, {}, "gunicorn or waitress", 1),
        ({"log_format": "xml"}, {}, {}, "text or json", 1),
        ({}, {"AZUREML_LOG_LEVEL": "JUNK"}, {}, "DEBUG, INFO, WARNING, ERROR or CRITICAL", 3),
    ],
)
def test_a_wrong_value_is_told_with_its_source_and_what_is_allowed(
    resolve: Any,
    options: dict[str, str],
    environment: dict[str, str],
    file: dict[str, object],
    message: str,
    status: int,
) -> None:
    with pytest.raises(SettingError, match=re.escape(message)) as failed:
        resolve(options, environment, config=file)
    assert failed.value.status == status


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_file_that_is_no_object_is_told_with_its_name(
    resolve: Any, tmp_path: Path, text: str
) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(SettingError, match=r"Invalid config file!: .*config\.json"):
        resolve()


def test_every_option_is_in_the_help_with_its_default() -> None:
    parser = argparse.ArgumentParser(prog="azmlinfsrv")
    add_options(parser)
    text = parser.format_help()
    for setting in SETTINGS:
        assert (setting.option or "") in text
    assert "(default: 5001)" in text


def test_the_readme_lists_the_settings_as_they_are_declared() -> None:
    assert settings_table() in GUIDE.read_text(encoding="utf-8"), (
        "run: python -m azmlinfsrv.server.settings_table docs/server.md"
    )


def test_settings_without_effect_are_told(start_server: Any, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"SCORING_TIMEOUT": 5, "model_name": "m"}')
    server = start_server(ECHO, "--health_port", "5999", "--reload", env={"WORKER_PRELOAD": "true"})
    server.wait_until_ready()
    assert "--health_port has no effect without SEPERATE_HEALTH_ENDPOINT=true" in server.output
    assert "WORKER_PRELOAD has no effect with --reload" in server.output
    assert "Did you mean SCORING_TIMEOUT_MS?" in server.output
    assert "model_name" not in server.output
