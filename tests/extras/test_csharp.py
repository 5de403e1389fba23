"""Clients in C# have no mistake in their syntax, whatever the document holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import tree_sitter_c_sharp
from tree_sitter import Language, Node, Parser

from azmlinfsrv.clients.csharp import csharp_client
from azmlinfsrv.clients.description import Service, read_document

WORDS = [
    *("data", 'a"b', "a\\", "*/", '"""', "{x}", "class", "", "ü", "9", "🙂", "Equals", "a\nb"),
    *("first name", "first-name", "\u2028", "//", "#if", "ServiceInput"),
]


def client_of(word: str, **more: Any) -> str:
    schema = {
        "type": "object",
        "properties": {
            word: {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            "rows": {"type": "array", "items": {"type": "object", "properties": {word: {}}}},
            "more": {"type": "object", "additionalProperties": {"type": "boolean"}},
        },
        "example": {word: [[1.5]], "rows": [{word: word}]},
    }
    content = {"application/json": {"schema": schema}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}
    paths = {"/score": {"post": operation}}
    found = read_document({"openapi": "3.0.3", "info": {"title": word}, "paths": paths})
    url = "http://127.0.0.1:5001/score"
    return csharp_client(
        Service(found.title, url, found.input, found.output, found.sample, "KEY", **more)
    )


def mistakes(code: str) -> list[str]:
    tree = Parser(Language(tree_sitter_c_sharp.language())).parse(code.encode())

    def below(node: Node) -> Iterator[str]:
        if node.is_error or node.is_missing:
            yield f"{node.start_point}: {node.type}"
        for child in node.children:
            yield from below(child)

    return list(below(tree.root_node))


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("more", [{}, {"deployment": "blue", "seconds": 0.5}])
def test_a_client_has_no_mistake(word: str, more: dict[str, Any]) -> None:
    assert mistakes(client_of(word, **more)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("await Http", "await await.Http"), ("sealed class", "sealed clas"), ("{ get; set; }", "{")],
)
def test_a_mistake_would_be_found(right: str, wrong: str) -> None:
    code = client_of("data")
    assert right in code
    assert mistakes(code.replace(right, wrong))
