"""Settings mean what they say, and a slip in them costs nothing but that setting."""

from __future__ import annotations

from azmlinfsrv.analysis.configuration import Configuration
from azmlinfsrv.analysis.rules import RULES
from azmlinfsrv.language_server.settings import LintSettings, Settings, read_settings


def test_nothing_set_means_the_defaults() -> None:
    assert read_settings(None, {}, {"modelDir": None, "lint": None}) == (Settings(), [])


def test_every_setting_is_read() -> None:
    settings, complaints = read_settings(
        {
            "modelDir": "models/iris",
            "lint": {
                "enabled": False,
                "select": ["aml1"],
                "ignore": ["AML101"],
                "undefinedNames": "off",
            },
            "inlayHints": {"modelPath": True},
        }
    )
    assert complaints == []
    assert settings.model_dir == "models/iris"
    assert settings.lint == LintSettings(False, ("AML1",), ("AML101",), "off")
    assert settings.inlay_hints.model_path


def test_the_later_source_wins_only_where_it_says_something() -> None:
    settings, _ = read_settings(
        {"modelDir": "a", "lint": {"ignore": ["AML1"]}},
        {"lint": {"ignore": None}},
        {"modelDir": "b"},
    )
    assert settings.model_dir == "b"
    assert settings.lint.ignore == ("AML1",)


def test_what_makes_no_sense_is_told_and_the_default_is_used() -> None:
    settings, complaints = read_settings(
        {
            "modelDir": 3,
            "lint": {"enabled": "yes", "select": ["XYZ"], "ignore": "AML1", "undefinedNames": 1},
            "inlayHints": {"modelPath": 1},
        }
    )
    assert settings == Settings()
    assert len(complaints) == 6
    assert complaints[0].startswith("The setting azmlinfsrv.modelDir has to be a folder")


def test_a_wrong_value_leaves_the_earlier_one() -> None:
    settings, complaints = read_settings({"modelDir": "a"}, {"modelDir": 3})
    assert settings.model_dir == "a"
    assert len(complaints) == 1


def test_undefined_names_are_left_to_another_linter_unless_they_are_asked_for() -> None:
    shared = [rule.code for rule in RULES if rule.is_python]
    assert shared
    for wanted, other, expected in (
        ("auto", False, True),
        ("auto", True, False),
        ("on", True, True),
        ("off", False, False),
    ):
        settings, _ = read_settings({"lint": {"undefinedNames": wanted}})
        selection = settings.selection(Configuration(), other_python_linter=other)
        assert all(selection.includes(code) is expected for code in shared)
        assert selection.includes("AML101")


def test_what_is_not_set_stands_in_pyproject_toml() -> None:
    project = Configuration(select=("AML1",), ignore=("AML2",))
    selection = Settings().selection(project, other_python_linter=False)
    assert (selection.select, selection.ignore) == (("AML1",), ("AML2",))
    own = Settings(lint=LintSettings(select=("AML3",), ignore=("AML101",)))
    selection = own.selection(project, other_python_linter=False)
    assert (selection.select, selection.ignore) == (("AML3",), ("AML101",))
