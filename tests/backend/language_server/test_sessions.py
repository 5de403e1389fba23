"""Whole sessions: what each kind of editor shows its user."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from .sessions import PROFILES, neovim, push_only, session, vs_code

pytestmark = pytest.mark.asyncio

MISSPELLED = "# 😋\ndef init():\n    pass\n\n\ndef Run(data):\n    return data\n"
MENDED = MISSPELLED.replace("Run", "run")
Profile = Callable[[], types.ClientCapabilities]


@pytest.mark.parametrize(
    ("profile", "encoding"), [(vs_code, "utf-16"), (neovim, "utf-8"), (push_only, "utf-32")]
)
async def test_each_editor_counts_columns_its_way(
    tmp_path: Path, profile: Profile, encoding: str
) -> None:
    async with session(tmp_path, profile()) as editor:
        editor.open(
            'def init(): x = "😋é"; y = undefined_one\n\n\ndef run(data):\n    return data\n'
        )
        if profile is push_only:
            await editor.until(lambda: editor.uri() in editor.client.diagnostics)
            items = list(editor.client.diagnostics[editor.uri()])
        else:
            report = await editor.pull()
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            items = list(report.items)
        columns = {"utf-8": 30, "utf-16": 27, "utf-32": 26}
        assert items[0].range.start.character == columns[encoding]


@pytest.mark.parametrize("profile", [vs_code, neovim])
async def test_an_editor_that_asks_gets_diagnostics_and_is_not_told_twice(
    tmp_path: Path, profile: Profile
) -> None:
    async with session(tmp_path, profile()) as editor:
        editor.open(MISSPELLED)
        report = await editor.pull()
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        assert [item.code for item in report.items] == ["AML101"]
        again = await editor.pull(previous=report.result_id)
        assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
        editor.change(MENDED, 2)
        assert await editor.codes() == []
        assert editor.client.diagnostics == {}


async def test_an_editor_that_does_not_ask_is_told(tmp_path: Path) -> None:
    async with session(tmp_path, push_only()) as editor:
        uri = editor.open(MISSPELLED)
        await editor.until(lambda: bool(editor.client.diagnostics.get(uri)))
        (item,) = editor.client.diagnostics[uri]
        assert item.code == "AML101"
        assert item.related_information is None
        editor.change(MENDED, 2)
        await editor.until(lambda: not editor.client.diagnostics[uri])
        editor.change(MISSPELLED, 3)
        await editor.until(lambda: bool(editor.client.diagnostics[uri]))
        editor.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        )
        await editor.until(lambda: not editor.client.diagnostics[uri])


async def test_scripts_that_are_not_open_are_checked_too(tmp_path: Path) -> None:
    for name in ("score.py", "deep/score.py", "helpers.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(MISSPELLED if "score" in name else "import os\n")
    async with session(tmp_path, vs_code()) as editor:
        editor.open(MENDED)

        async def ask(previous: list[types.PreviousResultId]) -> list[object]:
            report = await editor.client.workspace_diagnostic_async(
                types.WorkspaceDiagnosticParams(previous)
            )
            return list(report.items)

        (first,) = await ask([])
        assert isinstance(first, types.WorkspaceFullDocumentDiagnosticReport)
        assert first.uri == editor.uri("deep/score.py")
        assert [item.code for item in first.items] == ["AML101"]
        assert first.result_id is not None
        previous = [types.PreviousResultId(first.uri, first.result_id)]
        (again,) = await ask(previous)
        assert isinstance(again, types.WorkspaceUnchangedDocumentDiagnosticReport)
        (tmp_path / "deep/score.py").unlink()
        editor.tell_changed("deep/score.py")
        (gone,) = await ask(previous)
        assert isinstance(gone, types.WorkspaceFullDocumentDiagnosticReport)
        assert not gone.items


MODEL = """\
import os

import joblib


def init():
    global model
    model = joblib.load(os.path.join(os.environ["AZUREML_MODEL_DIR"], "model.pkl"))


def run(raw_data):
    return model.predict(raw_data)
"""


async def test_vs_code_asks_again_when_a_model_file_comes(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    async with session(tmp_path, vs_code()) as editor:
        editor.open(MODEL)
        assert "AML301" in await editor.codes()
        await editor.until(lambda: "azmlinfsrv-model" in editor.registrations)
        registered = editor.registrations["azmlinfsrv-model"].register_options
        assert editor.uri("model") in str(registered)
        before = editor.client.diagnostic_refresh_count
        (tmp_path / "model/model.pkl").write_bytes(b"")
        editor.tell_changed("model/model.pkl")
        await editor.until(lambda: editor.client.diagnostic_refresh_count > before)
        assert "AML301" not in await editor.codes()


async def test_an_editor_without_watchers_is_right_the_next_time_it_asks(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    async with session(tmp_path, neovim()) as editor:
        editor.open(MODEL)
        assert "AML301" in await editor.codes()
        (tmp_path / "model/model.pkl").write_bytes(b"")
        assert "AML301" not in await editor.codes()
        assert editor.registrations == {}


async def test_a_pushed_editor_is_told_again_when_settings_change(tmp_path: Path) -> None:
    async with session(tmp_path, push_only()) as editor:
        uri = editor.open(MISSPELLED)
        await editor.until(lambda: bool(editor.client.diagnostics.get(uri)))
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"azmlinfsrv": {"lint": {"enabled": False}}})
        )
        await editor.until(lambda: not editor.client.diagnostics[uri])


async def test_a_deployment_file_that_is_saved_names_the_model_folder(tmp_path: Path) -> None:
    (tmp_path / "score.py").write_text(MENDED)
    async with session(tmp_path, vs_code(), {"status": True}) as editor:
        editor.open(MENDED)
        await editor.until(lambda: any(each.isEntryScript for each in editor.statuses))
        (tmp_path / "weights").mkdir()
        (tmp_path / "blue-deployment.yml").write_text(
            "code_configuration:\n  code: .\n  scoring_script: score.py\nmodel:\n  path: weights\n"
        )
        editor.tell_changed("blue-deployment.yml")
        await editor.until(lambda: editor.statuses[-1].modelDirSource == "blue-deployment.yml")
        assert editor.statuses[-1].modelDir == str(tmp_path / "weights")
        assert editor.statuses[-1].findings == 0


async def test_settings_are_asked_for_and_a_slip_is_told_once(tmp_path: Path) -> None:
    configuration = {"azmlinfsrv": {"modelDir": "here", "lint": {"enabled": 3, "ignore": ["AML1"]}}}
    async with session(tmp_path, vs_code(), configuration=configuration) as editor:
        editor.open(MISSPELLED)
        await editor.until(lambda: bool(editor.client.messages))
        assert await editor.codes() == []
        for _ in range(2):
            editor.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams(None)
            )
            assert await editor.codes() == []
        (message,) = editor.client.messages
        assert message.message.startswith("The setting azmlinfsrv.lint.enabled has to be")


async def test_options_are_enough_for_an_editor_without_settings(tmp_path: Path) -> None:
    async with session(tmp_path, push_only(), {"lint": {"ignore": ["AML101"]}}) as editor:
        uri = editor.open(MISSPELLED)
        await editor.until(lambda: editor.client.diagnostics.get(uri) == ())


@pytest.mark.parametrize("profile", list(PROFILES.values()), ids=list(PROFILES))
async def test_every_feature_answers_every_editor(tmp_path: Path, profile: Profile) -> None:
    """The client checks each answer against what it said that it can do."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model/model.pkl").write_bytes(b"")
    options = {"codeLens": True, "inlayHints": {"modelPath": True}}
    async with session(tmp_path, profile(), options) as editor:
        client, document = editor.client, types.TextDocumentIdentifier(editor.open(MODEL))
        name = types.Position(5, 5)
        path = types.Position(7, MODEL.splitlines()[7].index("model.pkl"))
        whole = types.Range(types.Position(0, 0), types.Position(12, 0))
        hover = await client.text_document_hover_async(types.HoverParams(document, name))
        assert hover is not None
        completion = await client.text_document_completion_async(
            types.CompletionParams(document, path)
        )
        assert isinstance(completion, types.CompletionList)
        assert [item.label for item in completion.items] == ["model.pkl"]
        place = await client.text_document_definition_async(types.DefinitionParams(document, path))
        assert place
        links = await client.text_document_document_link_async(types.DocumentLinkParams(document))
        assert links
        assert links[0].target == editor.uri("model/model.pkl")
        symbols = await client.text_document_document_symbol_async(
            types.DocumentSymbolParams(document)
        )
        assert symbols
        assert [symbol.name for symbol in symbols] == ["init", "run"]
        hints = await client.text_document_inlay_hint_async(types.InlayHintParams(document, whole))
        assert hints
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
        assert lenses
        assert len(lenses) == 4
        editor.change(MISSPELLED, 2)
        fixes = await client.text_document_code_action_async(
            types.CodeActionParams(
                document,
                whole,
                types.CodeActionContext([], only=["source.fixAll"]),
            )
        )
        assert bool(fixes) is (profile is not push_only)


async def test_a_status_can_be_asked_for(tmp_path: Path) -> None:
    async with session(tmp_path, vs_code(), {"status": True}) as editor:
        uri = editor.open(MISSPELLED)
        answer = await editor.status(uri)
        assert answer.isEntryScript
        assert answer.findings == 1
        assert not (await editor.status(editor.uri("missing.py"))).isEntryScript


async def test_pyproject_toml_decides_what_is_said_and_its_mistake_is_told(tmp_path: Path) -> None:
    table = tmp_path / "pyproject.toml"
    async with session(tmp_path, push_only()) as editor:
        uri = editor.open(MISSPELLED)
        await editor.until(lambda: bool(editor.client.diagnostics.get(uri)))
        table.write_text('[tool.azmlinfsrv]\nignore = ["AML101"]\n')
        editor.tell_changed("pyproject.toml")
        await editor.until(lambda: not editor.client.diagnostics[uri])
        table.write_text('[tool.azmlinfsrv]\nignores = ["AML101"]\n')
        editor.tell_changed("pyproject.toml")
        await editor.until(lambda: bool(editor.client.messages))
        assert "ignores" in editor.client.messages[0].message
