"""Diagnostics say everything the client can show, and nothing that it cannot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types

from azmlinfsrv.language_server.client import Client
from azmlinfsrv.language_server.diagnostics import diagnostics_of
from azmlinfsrv.language_server.settings import LintSettings
from azmlinfsrv.registry import Registration, Registry
from azmlinfsrv.registry.references import read_reference

from .editor import ABLE, Editor

MISSPELLED = "def init():\n    pass\n\n\ndef Run(data):\n    return data\n"
MISMATCH = """\
from inference_schema.parameter_types.standard_py_parameter_type import StandardPythonParameterType
from inference_schema.schema_decorators import input_schema


def init():
    pass


@input_schema("Data", StandardPythonParameterType([1]))
def run(data):
    return data
"""


def test_a_mistake_has_its_code_its_page_and_its_place(editor: Editor) -> None:
    (found,) = editor.diagnostics(editor.open(MISSPELLED))
    assert found.source == "Azure ML"
    assert found.code == "AML101"
    assert found.code_description is not None
    assert found.code_description.href.endswith("/docs/rules/AML101.md")
    assert found.severity is types.DiagnosticSeverity.Error
    assert found.range == types.Range(types.Position(4, 4), types.Position(4, 7))


def test_the_underline_is_in_place_behind_an_emoji(tmp_path: Path) -> None:
    text = 'def init(): x = "😋é"; y = undefined_one\n\n\ndef run(data):\n    return data\n'
    columns = []
    for encoding in ("utf-8", "utf-16", "utf-32"):
        editor = Editor(tmp_path, replace(ABLE, encoding=encoding))
        (found,) = editor.diagnostics(editor.open(text))
        columns.append(found.range.start.character)
    assert columns == [30, 27, 26]


def test_the_other_place_of_a_mistake_is_shown(editor: Editor) -> None:
    document = editor.open(MISMATCH)
    found = next(each for each in editor.diagnostics(document) if each.code == "AML201")
    assert found.related_information
    assert found.related_information[0].location.uri == document.uri


def test_a_plain_client_gets_plain_diagnostics(tmp_path: Path) -> None:
    editor = Editor(tmp_path, Client())
    for found in editor.diagnostics(editor.open(MISMATCH)):
        assert found.related_information is None
        assert found.tags is None
        assert found.code_description is None
        assert found.data is None


def test_a_file_that_is_no_entry_script_has_none(editor: Editor) -> None:
    assert editor.diagnostics(editor.open("import os\nrun = 1\n", "helpers.py")) == []


def test_the_same_text_is_analysed_once(editor: Editor) -> None:
    document = editor.open(MISSPELLED)
    assert editor.server.check(document) is editor.server.check(document)


def test_settings_decide_what_is_said(editor: Editor) -> None:
    document = editor.open(MISSPELLED)
    editor.settings(LintSettings(ignore=("AML1",)))
    assert editor.diagnostics(document) == []
    editor.settings(LintSettings(select=("AML1",)))
    assert [each.code for each in editor.diagnostics(document)] == ["AML101"]


def test_the_result_has_another_id_only_if_it_differs(editor: Editor) -> None:
    def result_id(text: str) -> str:
        checked = editor.server.check(editor.open(text))
        return diagnostics_of(checked, editor.server.client)[1]

    first = result_id(MISSPELLED)
    assert result_id(f"{MISSPELLED}# more\n") == first
    assert result_id(f"# more\n{MISSPELLED}") != first


def test_a_model_file_that_appears_is_seen_without_watchers(editor: Editor) -> None:
    editor.write("model/other.pkl")
    text = (
        "import os\n\nimport joblib\n\n\ndef init():\n    global model\n    model = joblib.load("
        'os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"))\n\n\n'
        "def run(raw_data):\n    return raw_data\n"
    )
    document = editor.open(text)
    before = editor.server.check(document)
    assert before.model_folder is not None
    editor.write("model/model.pkl")
    assert editor.server.check(document) is not before


def test_a_model_folder_that_appears_is_seen_without_watchers(editor: Editor) -> None:
    document = editor.open(MISSPELLED)
    assert editor.server.check(document).model_folder is None
    (editor.folder / "models").mkdir()
    folder = editor.server.check(document).model_folder
    assert folder is not None
    assert folder.path == str(editor.folder / "models")


def test_the_setting_names_the_model_folder(editor: Editor) -> None:
    (editor.folder / "model").mkdir()
    editor.settings(model_dir="${workspaceFolder}/other")
    folder = editor.server.check(editor.open(MISSPELLED)).model_folder
    assert folder is not None
    assert folder.path == str(editor.folder / "other")


def test_a_rule_that_fails_leaves_the_other_features(
    editor: Editor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object) -> list[object]:
        raise RuntimeError("a mistake in a rule")

    from azmlinfsrv.analysis import analyse
    from azmlinfsrv.analysis.rules import RULES

    broken = replace(RULES[0], check=fail)  # type: ignore[arg-type]
    monkeypatch.setattr(analyse, "RULES", (broken,))
    assert editor.diagnostics(editor.open(MISSPELLED)) == []
    assert editor.hover("def <|>init():\n    pass\n\n\ndef run(x):\n    return x\n")
    assert "a mistake in a rule" in caplog.text


def test_a_model_that_is_registered_meanwhile_is_no_longer_missed(
    editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AZMLINFSRV_HOME", str(editor.folder / "home"))
    editor.write("model/churn/1/model.pkl")
    document = editor.open(
        "from azureml.core.model import Model\n\n\ndef init():\n"
        '    Model.get_model_path("iris", version=1)\n\n\ndef run(raw_data):\n    return raw_data\n'
    )

    def codes() -> list[object]:
        return [found.code for found in editor.diagnostics(document)]

    assert codes() == ["AML305"]
    weights = editor.write("outputs/model.pkl", "weights")
    Registry().register(Registration("iris", weights))
    assert codes() == []
    Registry().delete(read_reference("iris:1"))
    assert codes() == ["AML305"]
