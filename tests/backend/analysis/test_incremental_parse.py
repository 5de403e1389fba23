"""What is parsed again in part is what the whole text is parsed to."""

from __future__ import annotations

import ast
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from azmlinfsrv.analysis.analyse import analyse
from azmlinfsrv.analysis.script import Context, Script

from .rule_cases import all_cases

SCRIPTS = [case.code for case in all_cases() if len(case.code.splitlines()) > 8]
PATH = Path("score.py")
TYPED = (
    *("x", " ", "    ", "(", ")", "[", '"', '"""', ":", "#", "\\", ",", "=", "@", ".", "\n", "\f"),
    *("if x:", "return 1", "else:", "try:", "def f():", "lambda: ", "x = (", "]"),
)


def told(text: str, before: Script | None, edited_line: int) -> tuple[object, ...]:
    context = Context(is_named=True, edited_line=edited_line)
    analysis = analyse(text, PATH, context, before=before)
    script = analysis.script
    assert script is not None
    return ast.dump(script.tree, include_attributes=True), analysis.findings, script.parsed.masked


@settings(
    max_examples=600,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.sampled_from(SCRIPTS), st.data())
def test_typing_gives_the_findings_of_the_whole_text(text: str, data: st.DataObject) -> None:
    script = analyse(text, PATH, Context(is_named=True)).script
    for _ in range(4):
        assert script is not None
        place = data.draw(st.integers(0, len(text)))
        removed = data.draw(st.sampled_from([0, 0, 1, 3]))
        new = text[:place] + data.draw(st.sampled_from(TYPED)) + text[place + removed :]
        line = new.count("\n", 0, place)
        whole = told(new, None, line)
        again = told(new, script, line)
        # Of a text that does not parse a part can be kept in more than one way.
        if not whole[2]:
            assert again == whole
        else:
            assert again[2]
        script = analyse(new, PATH, Context(is_named=True, edited_line=line), before=script).script
        text = new


def test_what_has_not_changed_keeps_its_nodes() -> None:
    text = "import os\n\n\ndef init():\n    pass\n\n\ndef run(raw_data):\n    return raw_data\n"
    before = Script(text, PATH, Context())
    after = Script(text.replace("return raw", "return  raw"), PATH, Context(), before)
    assert after.tree.body[:2] == before.tree.body[:2]
    assert after.tree.body[2] is not before.tree.body[2]
