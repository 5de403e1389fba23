"""What a client is written from, whatever a document holds, and what is refused."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from azmlinfsrv.cli import main
from azmlinfsrv.clients.description import DescriptionError, Service, read_document
from azmlinfsrv.clients.languages import CLIENTS
from azmlinfsrv.clients.types import Field, ListOf, MapOf, Scalar, Struct

SCRIPT = "def init(): pass\ndef run(raw_data): return raw_data\n"
HOSTILE = [
    *('a"b', "a'b", "a\\", "*/ x", '"""', "$HOME", "`id`", "{x}", "a\nb", "class", "__x", ""),
    *("ü", "9", "🙂", "Equals", "a b", "a-b", "a_b", "%s", "${y}", "</script>", "\u2028", "\ud800"),
]


def openapi(schema: object, **more: object) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, **more}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"content": content}}}
    return {"openapi": "3.0.3", "info": {"title": "t"}, "paths": {"/score": {"post": operation}}}


def service_of(document: object, **more: Any) -> Service:
    found = read_document(document)
    values = {"url": "http://127.0.0.1:5001/score", "key_variable": "KEY", **more}
    return Service(
        found.title, values.pop("url"), found.input, found.output, found.sample, **values
    )


ROWS = {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}
SCHEMA = {
    "type": "object",
    "properties": {
        "data": ROWS,
        "who": {"type": "object", "properties": {"age": {"type": "integer"}}, "required": []},
        "more": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "request_headers": {},
    },
    "example": {"data": [[1.0]], "who": {"age": 1}, "request_headers": ""},
}
NUMBERS = ListOf(ListOf(Scalar("number")))
WHO = Struct("ServiceInputWho", (Field("age", Scalar("integer"), required=False),))


def test_both_versions_of_the_document_say_the_same() -> None:
    of_3 = openapi({"$ref": "#/components/schemas/In"})
    of_3["components"] = {"schemas": {"In": SCHEMA}}
    body = {"in": "body", "name": "x", "schema": {"$ref": "#/definitions/In"}}
    answer = {"200": {"schema": {"$ref": "#/definitions/In"}}}
    post = {"parameters": [{"in": "query", "name": "q"}, body], "responses": answer}
    of_2 = {
        "swagger": "2.0",
        "info": {"title": "t"},
        "definitions": {"In": SCHEMA},
        "paths": {"/other": {"post": {}}, "/api/v1/score": {"post": post}},
    }
    for document in (of_3, of_2):
        found = read_document(document)
        # What the sample has not may be left out; the server gives the headers itself.
        assert found.input == Struct(
            "ServiceInput",
            (
                Field("data", NUMBERS, required=True),
                Field("who", WHO, required=True),
                Field("more", MapOf(Scalar("boolean")), required=False),
            ),
        )
        assert found.sample == {"data": [[1.0]], "who": {"age": 1}}
        assert isinstance(found.output, Struct)


@pytest.mark.parametrize(
    "document",
    [
        *(None, [], {}, {"openapi": "3.0.3"}, {"openapi": "3.0.3", "paths": []}, "x"),
        {"openapi": "3.0.3", "paths": {"/a": {"post": {}}, "/b": {"post": {}}}},
        {"openapi": "3.0.3", "paths": {"/score": {"get": {}}}},
    ],
)
def test_what_describes_no_scoring_is_refused(document: object) -> None:
    with pytest.raises(DescriptionError):
        read_document(document)


def test_a_schema_that_leads_to_itself_ends() -> None:
    document = openapi({"$ref": "#/components/schemas/A"})
    own = {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}}
    document["components"] = {"schemas": {"A": own, "B": {"$ref": "#/components/schemas/B"}}}
    for write in CLIENTS.values():
        assert len(write(service_of(document))) < 20_000


@pytest.mark.parametrize("word", HOSTILE)
def test_words_of_a_document_break_out_of_nothing(word: str, tmp_path: Path) -> None:
    schema = {
        "type": "object",
        "properties": {
            word: {"type": "string"},
            "in": {"type": "object", "properties": {word: {}}},
        },
        "example": {word: word, "in": {word: None}},
    }
    document = openapi(schema)
    document["info"]["title"] = word
    service = service_of(document)
    sample = {word: word, "in": {word: None}}
    tree = ast.parse(CLIENTS["python"](service))
    (assigned,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SAMPLE" and node.value
    )
    assert ast.literal_eval(assigned) == sample
    names = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert names - {"ServiceInput", "ServiceInputIn", "ServiceOutput", "ServiceOutputIn"} == {
        "score",
        "ServiceError",
    }
    exec(compile(CLIENTS["python"](service), "client.py", "exec"), {"__name__": "client"})
    sent = shell_words(CLIENTS["curl"](service), tmp_path)
    assert json.loads(sent[-1]) == sample
    code = CLIENTS["csharp"](service)
    raw = re.search(r'const string Sample = """\n(.*?)\n""";', code, re.DOTALL)
    assert raw
    assert json.loads(raw[1]) == sample


def shell_words(script: str, folder: Path) -> list[str]:
    """Return what a shell makes of the command, with another program in place of curl."""
    if sys.platform == "win32":
        pytest.skip("there is no such shell")
    curl = folder / "curl"
    curl.write_text("#!/bin/sh\ncat >/dev/null\nprintf '%s\\0' \"$@\"\n")
    curl.chmod(0o755)
    words = ["sh", "-c", f'PATH="{folder}:$PATH"\n{script}']
    done = subprocess.run(words, capture_output=True, timeout=30, check=True)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


def test_the_key_is_no_word_of_a_command(tmp_path: Path) -> None:
    service = service_of(
        openapi(SCHEMA), url="http://h/a[1]?b=$c d", deployment="blue", seconds=0.5
    )
    words = shell_words("KEY=secret-key\n" + CLIENTS["curl"](service), tmp_path)
    assert not any("secret-key" in word for word in words)
    assert "http://h/a[1]?b=$c d" in words
    assert "--globoff" in words
    assert "azureml-model-deployment: blue" in words
    assert words[words.index("--max-time") + 1] == "0.5"


def test_a_client_in_csharp_has_its_types_and_closes_what_it_opens() -> None:
    """No compiler for it is here: what can be told without one is."""
    code = CLIENTS["csharp"](service_of(openapi(SCHEMA), deployment="blue"))
    assert "public required List<List<double>> Data { get; set; }" in code
    assert "public Dictionary<string, bool>? More { get; set; }" in code
    assert '[JsonPropertyName("who")]\n    public required ServiceInputWho Who' in code
    assert 'private const string? Deployment = "blue";' in code
    assert "public static async Task<ServiceOutput> ScoreAsync(" in code
    # Statements come before types, or it does not compile.
    assert code.index("ServiceClient.ScoreAsync(request)") < code.index("public sealed class")
    without_texts = re.sub(
        r'"""\n.*?\n"""|\$?"(?:[^"\\\n]|\\.)*"|//[^\n]*', "", code, flags=re.DOTALL
    )
    for left, right in ("()", "{}", "[]"):
        assert without_texts.count(left) == without_texts.count(right)


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "score.py"
    file.write_text(SCRIPT)
    return file


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ([], 2, "name what the client is for"),
        (["--service", "a", "--url", "http://x"], 2, "leave the others out"),
        (["--url", "ftp://x"], 2, "no address"),
        (["--url", "http://"], 2, "no address"),
        (["--url", "http://me:secret@x"], 2, "a password in an address"),
        (["--entry_script", "score.py", "--key_env", "A B"], 2, "no name of an environment"),
        (["--entry_script", "score.py", "--deployment", "a: b"], 2, "no name of a deployment"),
        (["--entry_script", "score.py", "--timeout", "0"], 2, "no time to wait"),
        (["--entry_script", "score.py", "--timeout", "inf"], 2, "no time to wait"),
        (["--entry_script", "score.py", "--force"], 2, "--force belongs to -o"),
        (["--entry_script", "none.py"], 2, "none.py does not exist."),
        (["--entry_script", "score.py", "--sample", "none.json"], 2, "none.json cannot be read"),
        (["--entry_script", "score.py", "--sample", "score.py"], 1, "score.py is not JSON"),
        (["--entry_script", "score.py", "-o", "no/client.py"], 1, "client.py cannot be written"),
        (["--service", "absent"], 2, "There is no service absent"),
        (["--service", "../x"], 1, "cannot be the name of a service"),
    ],
)
def test_what_cannot_be_done_is_told(
    words: list[str], status: int, told: str, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.is_file()
    try:
        ended = main(["client", "--language", "python", *words])
    except SystemExit as exit_:
        ended = int(exit_.code or 0)
    output = capsys.readouterr()
    assert (ended, told in output.err) == (status, True), output
    assert output.out == ""
    assert "Traceback" not in output.err


def test_a_file_is_overwritten_only_with_force(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["client", "--language", "python", "--entry-script", str(script), "-o", "client.py"]
    (tmp_path / "client.py").write_text("mine")
    assert main([*words, "--json"]) == 1
    output = capsys.readouterr()
    assert "--force overwrites it" in output.err
    # A program asks whether it may be replaced.
    refusal = json.loads(output.out)
    assert (refusal["exists"], "exists already" in refusal["error"]) == (True, True)
    assert (tmp_path / "client.py").read_text() == "mine"
    assert main([*words, "--force", "--json", "--key-env", "MY_KEY"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["scoring_uri"] == "http://127.0.0.1:5001/score"
    assert (told["file"], told["key_env"]) == (str(tmp_path / "client.py"), "MY_KEY")
    assert '"MY_KEY"' in (tmp_path / "client.py").read_text()


def test_the_sample_beside_a_script_is_that_of_its_client(
    script: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sample-request.json").write_text('{"rows": [[1, 2]]}')
    assert main(["client", "--language", "python", "--entry_script", str(script)]) == 0
    assert 'SAMPLE: ServiceInput = {"rows": [[1, 2]]}' in capsys.readouterr().out


def test_a_script_that_fails_is_told_with_its_line(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script.write_text("import nothing_of_this_name\n" + SCRIPT)
    assert main(["client", "--language", "curl", "--entry_script", str(script)]) == 1
    told = capsys.readouterr().err
    assert "nothing_of_this_name" in told
    assert "Traceback" not in told


def test_the_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["client", "--help"])
    assert "azmlinfsrv client --language python --entry_script score.py" in capsys.readouterr().out
