"""Mistakes are mended, or silenced, with one click."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lsprotocol import types

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.language_server.code_actions import resolve_code_action

from .editor import ABLE, Editor, edited

MISSPELLED = "def init():\n    pass\n\n\ndef Run(data):\n    return data\n"
TWO = "def Init():\n    pass\n\n\ndef Run(data):\n    return data\n"
RENAME = "Azure ML (AML101): Rename to 'run'"
LINE = "Azure ML: Disable AML101 for this line"
FILE = "Azure ML: Disable AML101 for this file"


def test_a_fix_mends_the_mistake(editor: Editor) -> None:
    document = editor.open(MISSPELLED)
    fixed = editor.done(document, RENAME)
    assert fixed == MISSPELLED.replace("Run", "run")
    assert editor.diagnostics(editor.open(fixed)) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_a_fix_lands_right_in_every_text(
    editor: Editor, newline: str, mark: str, encoding: str
) -> None:
    editor.server.client = replace(ABLE, encoding=encoding)
    text = f"{mark}x = '😋\x0c\u2028'\n{MISSPELLED}".replace("\n", newline)
    assert editor.done(editor.open(text), RENAME) == text.replace("Run", "run")


def test_only_the_first_safe_fix_is_preferred(editor: Editor) -> None:
    fixes = [each for each in editor.actions(editor.open(MISSPELLED)) if "AML101)" in each.title]
    assert [each.is_preferred for each in fixes] == [True]
    unsafe = editor.actions(editor.open("def run(data):\n    return data\n"))
    assert next(each.title for each in unsafe) == "Azure ML (AML101): Add init()"
    assert unsafe[0].is_preferred is False


def test_a_fix_for_lines_that_have_changed_is_not_offered(editor: Editor) -> None:
    stale = editor.diagnostics(editor.open(MISSPELLED))
    document = editor.open(MISSPELLED.replace("def Run", "async def Run"))
    context = types.CodeActionContext(stale)
    from azmlinfsrv.language_server.code_actions import code_actions

    actions = code_actions(
        editor.server,
        types.CodeActionParams(types.TextDocumentIdentifier(document.uri), stale[0].range, context),
    )
    assert RENAME not in [each.title for each in actions]


@pytest.mark.parametrize(
    "data", [None, 1, {"fixes": 1}, {"fixes": [{}]}, {"fixes": [{"edits": [1]}]}]
)
def test_data_that_is_not_ours_is_passed_over(editor: Editor, data: object) -> None:
    from azmlinfsrv.language_server.code_actions import code_actions

    document = editor.open(MISSPELLED)
    diagnostic = replace_data(editor.diagnostics(document)[0], data)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(document.uri),
        diagnostic.range,
        types.CodeActionContext([diagnostic]),
    )
    titles = [each.title for each in code_actions(editor.server, params)]
    assert RENAME not in titles
    assert LINE in titles


def replace_data(diagnostic: types.Diagnostic, data: object) -> types.Diagnostic:
    return types.Diagnostic(
        range=diagnostic.range,
        message=diagnostic.message,
        code=diagnostic.code,
        source=diagnostic.source,
        data=data,
    )


def test_everything_safe_is_mended_at_once(editor: Editor) -> None:
    document = editor.open(TWO)
    (action,) = editor.actions(document, "source.fixAll")
    assert action.kind == "source.fixAll.azmlinfsrv"
    fixed = edited(document, action)
    assert fixed == TWO.replace("Init", "init").replace("Run", "run")


def test_the_edit_of_everything_is_computed_when_it_is_asked_for(editor: Editor) -> None:
    editor.server.client = replace(ABLE, resolves_edits=True)
    document = editor.open(TWO)
    (action,) = editor.actions(document, "source.fixAll.azmlinfsrv")
    assert action.edit is None
    assert edited(document, resolve_code_action(editor.server, action)) != TWO


def test_nothing_to_mend_is_no_action(editor: Editor) -> None:
    assert editor.actions(editor.open("def run(data):\n    return data\n"), "source") == []


def test_the_client_gets_only_what_it_asks_for(editor: Editor) -> None:
    kinds = {
        str(getattr(each.kind, "value", each.kind)) for each in editor.actions(editor.open(TWO))
    }
    assert kinds == {"quickfix", "source.fixAll.azmlinfsrv"}
    assert editor.actions(editor.open(TWO), "refactor") == []
    assert all("Fix all" not in each.title for each in editor.actions(editor.open(TWO), "quickfix"))


def test_a_client_without_versions_gets_plain_changes(editor: Editor) -> None:
    editor.server.client = replace(ABLE, versioned_edits=False)
    document = editor.open(MISSPELLED)
    assert editor.done(document, RENAME) == MISSPELLED.replace("Run", "run")


@pytest.mark.parametrize(
    ("line", "silenced"),
    [
        ("def Run(data):", "def Run(data):  # azmlinfsrv: ignore[AML101]"),
        ("def Run(data): # why", "def Run(data): # why  # azmlinfsrv: ignore[AML101]"),
        (
            "def Run(data):  # azmlinfsrv: ignore[AML104]",
            "def Run(data):  # azmlinfsrv: ignore[AML104, AML101]",
        ),
        (
            "def Run(data):  # noqa: E501",
            "def Run(data):  # noqa: E501  # azmlinfsrv: ignore[AML101]",
        ),
        ("def Run(data):   ", "def Run(data):  # azmlinfsrv: ignore[AML101]"),
    ],
)
def test_a_line_is_silenced(editor: Editor, line: str, silenced: str) -> None:
    text = MISSPELLED.replace("def Run(data):", line)
    result = editor.done(editor.open(text), LINE)
    assert result == MISSPELLED.replace("def Run(data):", silenced)
    assert editor.diagnostics(editor.open(result)) == []


def test_a_comment_is_not_written_into_a_string_or_behind_a_backslash(editor: Editor) -> None:
    inside = (
        'def init():\n    x = """\n""" + missing_name + """\n"""\n\n\ndef run(d):\n    return d\n'
    )
    behind = "def init():\n    x = missing_name + \\\n        1\n\n\ndef run(d):\n    return d\n"
    for text in (inside, behind):
        document = editor.open(text)
        (found,) = editor.diagnostics(document)
        titles = [each.title for each in editor.actions(document)]
        assert f"Azure ML: Disable {found.code} for this line" not in titles
        assert f"Azure ML: Disable {found.code} for this file" in titles


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "# azmlinfsrv: ignore-file[AML101]\n"),
        ("#!/usr/bin/env python\n", "#!/usr/bin/env python\n# azmlinfsrv: ignore-file[AML101]\n"),
        (
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n",
            "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# azmlinfsrv: ignore-file[AML101]\n",
        ),
        (
            "# azmlinfsrv: ignore-file[AML104]\n",
            "# azmlinfsrv: ignore-file[AML104, AML101]\n",
        ),
        ("\ufeff", "\ufeff# azmlinfsrv: ignore-file[AML101]\n"),
    ],
)
def test_a_file_is_silenced(editor: Editor, before: str, after: str) -> None:
    result = editor.done(editor.open(before + MISSPELLED), FILE)
    assert result == after + MISSPELLED
    assert editor.diagnostics(editor.open(result)) == []


def test_every_fix_and_every_comment_leaves_a_script_that_parses(editor: Editor) -> None:
    for text in (MISSPELLED, TWO, MISSPELLED.replace("\n", "\r\n")):
        document = editor.open(text)
        for action in editor.actions(document):
            result = edited(document, resolve_code_action(editor.server, action))
            script = analyse(result, document.path).script
            assert script is not None
            assert script.parsed.problem is None
