"""Settings come from option, environment and default, and a wrong one says where it came from."""

from __future__ import annotations

import pytest

from azmlinfsrv.server.settings import AUTO_PORT, SettingError, resolve_settings


def test_an_option_wins_over_the_environment_and_that_over_the_default() -> None:
    options = {"entry_script": "score.py", "worker_count": "3"}
    settings = resolve_settings(options, {"WORKER_COUNT": "2", "WORKER_TIMEOUT": "7"})
    assert (settings.worker_count, settings.worker_timeout, settings.port) == (3, 7, 5001)


def test_the_environment_alone_names_the_entry_script() -> None:
    assert resolve_settings({}, {"AZUREML_ENTRY_SCRIPT": "a.py"}).entry_script == "a.py"


def test_without_an_entry_script_the_user_is_told_the_option() -> None:
    with pytest.raises(SettingError, match="--entry_script"):
        resolve_settings({}, {})


def test_auto_is_a_port() -> None:
    assert resolve_settings({"entry_script": "a.py", "port": "auto"}, {}).port == AUTO_PORT


@pytest.mark.parametrize(
    ("options", "environment", "message"),
    [
        ({"port": "0"}, {}, "port cannot be '0' .option --port.. Allowed: a whole number from 1"),
        ({"port": "65536"}, {}, "from 1 to 65535"),
        ({"worker_count": "0"}, {}, "from 1 up"),
        ({}, {"WORKER_COUNT": "abc"}, "environment variable WORKER_COUNT"),
        ({}, {"WORKER_TIMEOUT": "-1"}, "from 0 up"),
        ({"server": "apache"}, {}, "gunicorn or waitress"),
    ],
)
def test_a_wrong_value_is_told_with_its_source_and_what_is_allowed(
    options: dict[str, str], environment: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingError, match=message):
        resolve_settings({"entry_script": "a.py", **options}, environment)
