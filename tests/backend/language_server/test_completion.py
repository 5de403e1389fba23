"""What is offered while typing: model files, names that must be repeated, whole scripts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.language_server.client import Client
from azmlinfsrv.registry import Registration, Registry

from .editor import ABLE, CURSOR, Editor

HEAD = """\
import os
from pathlib import Path

model_dir = os.getenv("AZUREML_MODEL_DIR")


def init():
    global model
"""
TAIL = "\n\n\ndef run(data, other=1):\n    return data\n"
SCHEMA_HEAD = """\
from inference_schema.schema_decorators import input_schema, output_schema


def init():
    pass


"""


@pytest.fixture
def models(editor: Editor) -> Editor:
    for name in ("model.pkl", "labels.txt", "sklearn/forest.pkl", "sklearn/tree.pkl"):
        editor.write(f"model/{name}")
    return editor


def labels(items: list[types.CompletionItem]) -> list[str]:
    return [item.label for item in items]


@pytest.mark.parametrize(
    "line",
    [
        'model = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "<|>',
        'model = os.path.join(os.getenv("AZUREML_MODEL_DIR"), "<|>")',
        "model = os.path.join(os.environ['AZUREML_MODEL_DIR'], '<|>",
        'model = load(open(os.path.join(model_dir, "<|>',
        'model = Path(os.environ["AZUREML_MODEL_DIR"]) / "<|>',
        'model = Path(model_dir) / "<|>"',
        'model = Path(model_dir).joinpath("<|>',
        'model = model_dir + "/<|>',
        'model = f"{model_dir}/<|>',
        'model = f"{model_dir}/<|>"',
        'with open(os.path.join(model_dir, "<|>',
        'if os.path.exists(os.path.join(model_dir, "<|>',
        'for name in os.listdir(os.path.join(model_dir, "<|>")):',
        'model = os.path.join(\n        model_dir,\n        "<|>\n    )',
        'model = os.path.join(\n        model_dir,\n        "<|>',
        'folder = Path(model_dir)\n    model = folder / "<|>',
    ],
)
def test_model_files_are_offered_wherever_a_path_is_typed(models: Editor, line: str) -> None:
    items = models.complete(f"{HEAD}    {line}{TAIL}")
    assert labels(items) == ["labels.txt", "model.pkl", "sklearn/"]


@pytest.mark.parametrize(
    "line",
    [
        'model = os.path.join(model_dir, "sklearn", "<|>',
        'model = os.path.join(model_dir, "sklearn/<|>"',
        'model = Path(model_dir) / "sklearn" / "<|>"',
        'model = f"{model_dir}/sklearn/<|>"',
    ],
)
def test_a_folder_is_followed(models: Editor, line: str) -> None:
    items = models.complete(f"{HEAD}    {line}{TAIL}")
    assert labels(items) == ["forest.pkl", "tree.pkl"]


def test_what_is_chosen_takes_the_place_of_what_is_typed(models: Editor) -> None:
    line = '    model = os.path.join(model_dir, "sklearn/fo<|>"'
    text = models.completed(f"{HEAD}{line}{TAIL}", "forest.pkl")
    assert '    model = os.path.join(model_dir, "sklearn/forest.pkl"\n' in text


def test_the_rest_of_a_name_can_be_replaced(models: Editor) -> None:
    text = f'{HEAD}    model = os.path.join(model_dir, "skl<|>earn/tree.pkl"){TAIL}'
    (item,) = models.complete(text)
    edit = item.text_edit
    assert isinstance(edit, types.InsertReplaceEdit)
    assert edit.insert.end.character + 4 == edit.replace.end.character


def test_a_missing_slash_is_written(models: Editor) -> None:
    text = models.completed(f"{HEAD}    model = model_dir + '<|>{TAIL}", "model.pkl")
    assert "model = model_dir + '/model.pkl\n" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_an_emoji_on_the_line_moves_nothing(models: Editor, encoding: str) -> None:
    models.server.client = replace(ABLE, encoding=encoding)
    line = '    a = "😋é"; model = os.path.join(model_dir, "mo<|>")'
    text = models.completed(f"{HEAD}{line}{TAIL}", "model.pkl")
    assert 'a = "😋é"; model = os.path.join(model_dir, "model.pkl")' in text


def test_names_are_written_so_that_python_reads_them(editor: Editor) -> None:
    editor.write('model/a"b.pkl')
    editor.write("model/a{b}.pkl")
    quoted = editor.completed(f'{HEAD}    m = os.path.join(model_dir, "<|>"){TAIL}', 'a"b.pkl')
    assert 'os.path.join(model_dir, "a\\"b.pkl")' in quoted
    braces = editor.completed(f'{HEAD}    m = f"{{model_dir}}/<|>"{TAIL}', "a{b}.pkl")
    assert 'f"{model_dir}/a{{b}}.pkl"' in braces


@pytest.mark.parametrize(
    "line",
    [
        'x = "<|>"',
        'print("<|>',
        'x = os.path.join("data", "<|>',
        '# os.path.join(model_dir, "<|>',
        "x = model_dir<|>",
        'x = b"<|>"',
        'x = """<|>"""',
    ],
)
def test_other_strings_are_left_to_others(models: Editor, line: str) -> None:
    assert models.complete(f"{HEAD}    {line}{TAIL}") == []


def test_other_files_are_left_to_others(models: Editor) -> None:
    for text in ('import os\nos.path.join("a", "<|>")\n', "def f(<|>", "x = '<|>'", "@app.get(<|>"):
        assert models.complete(text, "helpers.py") == []


def test_a_folder_with_very_many_files_is_shown_in_parts(editor: Editor) -> None:
    for number in range(400):
        editor.write(f"model/part-{number:04}.bin")
    place = f'{HEAD}    m = os.path.join(model_dir, "<|>"){TAIL}'
    assert len(editor.complete(place)) == 300
    narrowed = place.replace(CURSOR, f"part-039{CURSOR}")
    assert labels(editor.complete(narrowed)) == [f"part-039{number}.bin" for number in range(10)]


def test_a_model_folder_that_is_not_known_offers_nothing(editor: Editor) -> None:
    assert editor.complete(f'{HEAD}    m = os.path.join(model_dir, "<|>"){TAIL}') == []


@pytest.mark.parametrize(
    "typed", ["@input_schema('<|>')", "@input_schema('<|>", '@input_schema("<|>", X)']
)
def test_the_parameters_are_offered_to_a_schema(editor: Editor, typed: str) -> None:
    items = editor.complete(SCHEMA_HEAD + typed + TAIL.lstrip("\n").join(["\n", ""]))
    assert labels(items)[:2] == ["data", "other"]


def test_a_parameter_without_schema_comes_first(editor: Editor) -> None:
    run = "@input_schema('data', X)\ndef run(data, other):\n    pass\n"
    text = f"{SCHEMA_HEAD}@input_schema('<|>', X)\n{run}"
    assert labels(editor.complete(text))[:2] == ["other", "data"]


def test_power_bis_words_are_offered(editor: Editor) -> None:
    text = f"{SCHEMA_HEAD}@input_schema('<|>', X)\ndef run(data):\n    return data\n"
    assert {"Inputs", "GlobalParameters"} <= set(labels(editor.complete(text)))
    text = f"{SCHEMA_HEAD}@input_schema('Inputs', X)\ndef run(Inputs):\n    return {{'<|>': 1}}\n"
    assert labels(editor.complete(text)) == ["Results"]
    sample = "@output_schema(StandardPythonParameterType({'<|>'}))"
    text = f"{SCHEMA_HEAD}{sample}\ndef run(x):\n    pass\n"
    assert labels(editor.complete(text)) == ["Results"]
    text = f"{SCHEMA_HEAD}@input_schema('Inputs', X)\ndef run(<|>):\n    return 1\n"
    assert labels(editor.complete(text)) == ["Inputs", "GlobalParameters"]


@pytest.mark.parametrize(
    "typed",
    [
        "@input_schema('data', <|>)",
        "@input_schema('data', Num<|>",
        "@input_schema(param_name='data', param_type=<|>)",
        "@input_schema(\n    'data',\n    <|>\n)",
        "@output_schema(<|>)",
    ],
)
def test_a_sample_comes_with_its_import(editor: Editor, typed: str) -> None:
    editor.server.client = replace(ABLE, snippets=False)
    text = f"{SCHEMA_HEAD}{typed}\ndef run(data):\n    return data\n"
    result = editor.completed(text, "NumpyParameterType")
    module = "inference_schema.parameter_types.numpy_parameter_type"
    assert result.startswith(
        "from inference_schema.schema_decorators import input_schema, output_schema\n"
        f"from {module} import NumpyParameterType\n\n"
    )
    assert "NumpyParameterType" in result.split("init()")[1]


def test_an_import_that_is_there_is_not_written_again(editor: Editor) -> None:
    head = "from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType\n"
    text = f"{head}{SCHEMA_HEAD}@output_schema(<|>)\ndef run(data):\n    return data\n"
    items = editor.complete(text)
    imports = {item.label: item.additional_text_edits for item in items}
    assert imports["NumpyParameterType"] is None
    assert imports["PandasParameterType"]


@pytest.mark.parametrize("typed", ["<|>", "ini<|>", "\n\n<|>\n"])
def test_an_empty_file_can_become_an_entry_script(editor: Editor, typed: str) -> None:
    items = editor.complete(typed, "new.py")
    assert labels(items) == [
        "Azure ML entry script",
        "Azure ML entry script with schema",
        "Azure ML entry script with raw HTTP",
    ]
    assert all(item.insert_text_format is types.InsertTextFormat.Snippet for item in items)


def test_a_client_without_snippets_gets_plain_scripts_that_have_no_mistake(tmp_path: Path) -> None:
    editor = Editor(tmp_path, Client())
    for item in editor.complete(CURSOR):
        assert item.insert_text_format is None
        text = editor.completed(CURSOR, item.label)
        assert "$" not in text
        assert analyse(text, tmp_path / "score.py").findings == ()


@pytest.mark.parametrize("name", ["__init__.py", "conftest.py", "test_score.py", "setup.py"])
def test_a_file_that_is_something_else_is_offered_no_script(editor: Editor, name: str) -> None:
    assert editor.complete("<|>", name) == []


def test_every_half_typed_line_is_answered(models: Editor) -> None:
    whole = f'{HEAD}    model = os.path.join(model_dir, "sklearn", "tree.pkl"){TAIL}'
    for place in range(len(whole) + 1):
        models.complete(whole[:place] + CURSOR + whole[place:])
        models.complete(whole[:place] + CURSOR)


@pytest.mark.parametrize(
    "call",
    [
        'Model.get_model_path("<|>',
        'Model.get_model_path("<|>")',
        "Model.get_model_path(model_name='<|>')",
        'Model.get_model_path("<|>", version=1)',
        'joblib.load(Model.get_model_path("<|>',
    ],
)
def test_registered_models_are_offered_beside_those_of_the_model_folder(
    editor: Editor, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setenv("AZMLINFSRV_HOME", str(editor.folder / "home"))
    editor.write("model/churn/1/model.pkl")
    weights = editor.write("outputs/model.pkl", "weights")
    for name in ("iris", "iris", "churn"):
        Registry().register(Registration(name, weights))
    head = (
        "import joblib\nfrom azureml.core.model import Model\n\n\ndef init():\n    global model\n"
    )
    items = editor.complete(f"{head}    model = {call}{TAIL}")
    assert [(item.label, item.detail) for item in items] == [
        ("churn", "model folder"),
        ("iris", "registered, newest version 2"),
    ]
