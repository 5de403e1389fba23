"""Rows of tables as DataFrames, and online scripts over a file of requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import batch, lines, write, write_files

ROWS = """
    import pandas as pd

    def init():
        pass

    def run(input_data: pd.DataFrame, mini_batch_context):
        assert mini_batch_context.partition_key_value == {}
        result = input_data.copy()
        result["sum"] = result["a"] + result["b"]
        first = mini_batch_context.global_row_index_lower_bound
        result["row"] = range(first, first + len(result))
        return result
"""
ONLINE = """
    import json, os

    def init():
        pass

    def run(raw_data):
        data = json.loads(raw_data)["data"]
        if data == "crash":
            os._exit(3)
        return {"sum": sum(data)}
"""


def test_rows_of_all_tables_come_as_dataframes(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    first = "\ufeffa,b,name\n" + "".join(f'{n},1,"two\nlines, {n}"\n' for n in range(25))
    (tmp_path / "in/1.csv").write_text(first, encoding="utf-8")
    (tmp_path / "in/2.tsv").write_text("a\tb\tname\r\n" + "7\t1\tx\r\n\r\n" * 3)
    (tmp_path / "in/3.jsonl").write_text('{"a": 1, "b": 2, "name": "last"}')
    write(tmp_path, ROWS)
    words = ("--mini_batch_size", "10", "--max_concurrency", "2", "--separator", ",")
    ran = batch(tmp_path, *words, "--json")
    assert ran.status == 0, ran.err
    names = ("items", "miniBatches", "rows", "failedItems")
    assert [ran.summary[name] for name in names] == [29, 5, 29, 0]
    import csv

    with (tmp_path / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[24] == ["24", "1", "two\nlines, 24", "25", "24"]
    assert rows[25] == ["7", "1", "x", "8", "25"]
    assert rows[28] == ["1", "2", "last", "3", "28"]


def test_rows_without_pandas_end_the_run_at_once(tmp_path: Path) -> None:
    write(tmp_path, "def init(): pass\n\ndef run(mini_batch): return mini_batch\n")
    (tmp_path / "table.csv").write_text("a\n1\n2\n")
    # Stands in the way as a Python without pandas does.
    (tmp_path / "pandas.py").write_text("raise ImportError('No module named pandas')\n")
    ran = batch(tmp_path, "--input", "table.csv", "--items", "rows")
    assert ran.status == 1
    assert "this Python has no pandas. Install it: " in ran.err
    assert "tries" not in ran.err
    assert not (tmp_path / "predictions.csv").exists()


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path, ROWS)
    for name, data, told in (
        ("a.png", b"x", "is no table of rows: their names end in .csv"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "is UTF-16. Write it as UTF-8."),
        ("a.csv", b'a,b\n1,"open\n', "ends within a quoted cell"),
        ("a.csv", b"a,b\n", "there is no record in"),
    ):
        (tmp_path / "in" / name).write_bytes(data)
        ran = batch(tmp_path)
        assert ran.status in (1, 2)
        assert told in ran.err
        (tmp_path / "in" / name).unlink()


def test_an_online_script_answers_each_line(tmp_path: Path) -> None:
    write(tmp_path, ONLINE, "score.py")
    bodies = ['{"data": [1, 2]}', "", '{"data": "x"}', "{", '{"data": "crash"}', '{"data": [5]}']
    (tmp_path / "requests.jsonl").write_text("\n".join(bodies))
    words = ("--input", "requests.jsonl", "--mini_batch_size", "1", "--retry", "1", "--json")
    ran = batch(tmp_path, *words, script="score.py")
    assert ran.status == 0, ran.err
    answers = [json.loads(line) for line in lines(tmp_path, "answers.jsonl")]
    assert answers[0] == {"request": "request 1", "status": 200, "body": {"sum": 3}}
    assert [answer["status"] for answer in answers] == [200, 500, 500, None, 200]
    assert "score.py:11" in answers[1]["error"]
    assert "the worker ended with status 3" in answers[3]["error"]
    assert (ran.summary["items"], ran.summary["failedItems"], ran.summary["rows"]) == (5, 3, 4)
    assert "): 1 of 1 requests failed, first request 2: " in ran.err
    assert answers[1]["error"] in ran.err


def test_a_refused_request_is_told_with_its_number_and_the_reason(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        from inference_schema.parameter_types.standard_py_parameter_type import (
            StandardPythonParameterType,
        )
        from inference_schema.schema_decorators import input_schema

        def init():
            pass

        @input_schema("data", StandardPythonParameterType([1]))
        def run(data):
            return sum(data)
        """,
        "score.py",
    )
    (tmp_path / "requests.jsonl").write_text('{"data": [1, 2]}\n{bad\n')
    ran = batch(tmp_path, "--input", "requests.jsonl", script="score.py")
    assert ran.status == 0
    assert "): 1 of 2 requests failed, first request 2: " in ran.err
    assert "could not be decoded as JSON" in ran.err


def test_an_online_script_answers_a_folder_of_requests_with_its_schema(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        import numpy as np
        from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
        from inference_schema.schema_decorators import input_schema

        def init():
            pass

        @input_schema("data", NumpyParameterType(np.array([[1, 2]])))
        def run(data):
            return data.sum(axis=1).tolist()
        """,
        "score.py",
    )
    (tmp_path / "in").mkdir()
    for number in range(12):
        (tmp_path / f"in/{number:02}.json").write_text(json.dumps({"data": [[number, 1]]}))
    (tmp_path / "in/12.json").write_text("{}")
    ran = batch(tmp_path, "--output", "out.jsonl", script="score.py")
    assert ran.status == 0, ran.err
    answers = [json.loads(line) for line in lines(tmp_path, "out.jsonl")]
    assert [answer["body"] for answer in answers[:12]] == [[number + 1] for number in range(12)]
    assert answers[12]["status"] == 400
    assert answers[12]["request"].endswith("12.json")


def test_lines_and_single_requests_are_not_mixed(tmp_path: Path) -> None:
    write(tmp_path, ONLINE, "score.py")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.jsonl").write_text("{}")
    (tmp_path / "in/b.json").write_text("{}")
    ran = batch(tmp_path, script="score.py")
    assert ran.status == 1
    assert "holds a request in each line" in ran.err


def test_debug_runs_in_the_command_s_own_process(tmp_path: Path) -> None:
    write_files(tmp_path, 3)
    write(
        tmp_path,
        """
        import os, sys

        def init():
            assert "azmlinfsrv.cli.batch" in sys.modules

        def run(mini_batch):
            if mini_batch[0].endswith("002.txt"):
                raise ValueError("third")
            return [os.getpid() for _ in mini_batch]
        """,
    )
    ran = batch(tmp_path, "--debug", "--mini_batch_size", "1", "--json")
    assert ran.status == 0, ran.err
    assert len(set(lines(tmp_path))) == 1
    assert (ran.summary["failedItems"], ran.summary["engine"]) == (1, "inline")


def test_an_editor_hears_where_a_run_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = tmp_path / "events"
    monkeypatch.setenv("AZMLINFSRV_EVENTS", str(events))
    write_files(tmp_path, 1)
    write(tmp_path, "def init():\n    1 / 0\ndef run(mini_batch): ...\n")
    assert batch(tmp_path, "--debug").status == 1
    assert batch(tmp_path, "--debug", "--input", "nowhere").status == 2
    failed, missing = map(json.loads, events.read_text().splitlines())
    assert (failed["event"], failed["line"], failed["is_setting"]) == ("failed", 2, False)
    assert (missing["file"], missing["is_setting"]) == (None, True)
    assert missing["message"] == "--input: nowhere does not exist."
