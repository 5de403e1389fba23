"""VS Code's settings are those that the language server reads, with the same defaults."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from azmlinfsrv.language_server.settings import SECTION, Settings, read_settings

MANIFEST = json.loads((Path(__file__).parents[3] / "package.json").read_text(encoding="utf-8"))
PROPERTIES = MANIFEST["contributes"]["configuration"]["properties"]
# For the extension alone.
OTHERS = {"pythonPath", "trace.server"}
SHARED = {
    name.removeprefix(f"{SECTION}."): declared
    for name, declared in PROPERTIES.items()
    if name.removeprefix(f"{SECTION}.") not in OTHERS
}
OTHER_VALUES = {
    "modelDir": "models",
    "lint.enabled": False,
    "lint.select": ["AML1"],
    "lint.ignore": ["AML117"],
    "lint.undefinedNames": "on",
    "inlayHints.modelPath": True,
    "codeLens": False,
}


def test_the_defaults_that_a_user_reads_are_those_of_the_server() -> None:
    settings, complaints = read_settings({name: each["default"] for name, each in SHARED.items()})
    assert complaints == []
    assert settings in (Settings(), Settings(model_dir=""))


@pytest.mark.parametrize("name", SHARED)
def test_every_setting_that_a_user_can_make_has_an_effect(name: str) -> None:
    settings, complaints = read_settings({name: OTHER_VALUES[name]})
    assert complaints == []
    assert settings != Settings()


def test_every_choice_that_is_offered_is_understood() -> None:
    for choice in SHARED["lint.undefinedNames"]["enum"]:
        assert read_settings({"lint.undefinedNames": choice})[1] == []
