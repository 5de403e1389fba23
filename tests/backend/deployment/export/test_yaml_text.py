"""What is written is what every reader of YAML reads, whatever a text looks like."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from azmlinfsrv.deployment.export.errors import ExportError
from azmlinfsrv.deployment.export.names import dns_label, endpoint_name
from azmlinfsrv.deployment.export.yaml_text import Noted, scalar, tree_of, yaml_text
from azmlinfsrv.deployment.formats.names import NAME
from azmlinfsrv.deployment.formats.yaml_document import read_yaml

# What the core schema of YAML 1.2 takes for something else than a text; PyYAML reads 1.1.
NO_TEXT = re.compile(
    r"null|Null|NULL|~|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|"
)
MISREAD = [
    *("on", "off", "yes", "No", "y", "null", "~", "", " ", "1e3", "0x1f", "0o17", "010", "1_000"),
    *("12:30:45", "2024-01-01", ".5", "-.inf", "<<", "=", "a: b", "a #b", "# a", "- a", "? a"),
    *("*a", "&a", "!a", "|", ">", "%a", "@a", "`a", "{a}", "[a]", "'a'", '"a"', "a\\b", "a\tb"),
    *("a\nb", "a\r\nb", " a", "a ", "zürich", "東京", "😀", "\u2028", "\x85", "\ufeff", "\x7f"),
    *("true", "True", "nan", "inf", "---", "...", "a:", ":a", "a,b", "-1", "+1", "1.10"),
]
# A file is UTF-8, which has no single surrogates.
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(MISREAD)
SCALARS = TEXTS | st.booleans() | st.integers(-(10**9), 10**9)
few = settings(max_examples=50)
TREES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(SCALARS | st.dictionaries(TEXTS, inner, max_size=2), max_size=3)
        | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("text", MISREAD)
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    assert yaml.safe_load(yaml_text({"key": text, text: "value", "list": [text]})) == {
        "key": text,
        text: "value",
        "list": [text],
    }


@few
@given(TEXTS)
def test_a_text_without_quotes_is_a_text_to_yaml_1_2(text: str) -> None:
    written = scalar(text)
    assert written.startswith('"') or not NO_TEXT.fullmatch(written)


@few
@given(st.dictionaries(TEXTS, TREES, max_size=4))
@example({"a": [{"b": [{"c": {}}], "d": []}]})
def test_what_is_written_is_read(document: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text(document)) == (document or None)


@few
@given(TEXTS)
def test_a_comment_never_becomes_content(comment: str) -> None:
    document = {"a": Noted("b", comment), "c": [Noted({"d": Noted(1, comment), "e": 2}, comment)]}
    assert yaml.safe_load(yaml_text(document, [comment])) == {"a": "b", "c": [{"d": 1, "e": 2}]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.dictionaries(TEXTS.filter(lambda text: text != "<<"), SCALARS, min_size=1, max_size=4))
def test_what_our_own_reader_reads_is_written_unchanged(
    tmp_path: Path, document: dict[str, Any]
) -> None:
    file = tmp_path / "file.yml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8", newline="")
    assert yaml.safe_load(yaml_text(tree_of(read_yaml(file, "file")))) == document


def made_or_none(make: Callable[[], str]) -> str | None:
    try:
        return make()
    except ExportError:
        return None


@given(TEXTS)
def test_every_name_is_one_or_made_one_unless_it_was_asked_for(text: str) -> None:
    assert re.fullmatch(NAME.pattern, endpoint_name(None, text)[0])
    kept = made_or_none(lambda: endpoint_name(text, "x")[0])
    assert kept in (None, text)
    assert (kept is not None) == bool(re.fullmatch(NAME.pattern, text))


@given(TEXTS)
def test_a_name_in_kubernetes_is_one_or_refused(text: str) -> None:
    made = made_or_none(lambda: dns_label("--name", text))
    assert made is None or re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", made)


@pytest.mark.parametrize(
    ("folder", "endpoint"),
    [("ws", "ws-endpoint"), ("1", "e-1-endpoint"), ("模型", "endpoint"), ("my_model", "my-model")],
)
def test_a_folder_of_any_name_has_an_endpoint(folder: str, endpoint: str) -> None:
    made, notes = endpoint_name(None, folder)
    assert made == endpoint
    assert re.fullmatch(NAME.pattern, made)
    assert repr(folder) in notes[0]
