"""ONNX models as onnxruntime runs them: one input, several, small integers, maps, a file beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .serving import Case, check_both

# Old enough for every onnxruntime of the extra.
VERSIONS = {
    "ir_version": 8,
    "opset_imports": [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)],
}
value = helper.make_tensor_value_info


def save(path: Path, nodes: Sequence[Any], inputs: Any, outputs: Any, constants: Any = ()) -> None:
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(constants))
    model = helper.make_model(graph, **VERSIONS)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def linear(path: Path, **how: Any) -> None:
    weights = numpy_helper.from_array(np.array([[1.0], [2.0]], np.float32), "W")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["X", "W"], ["Y"])],
        "graph",
        [value("X", TensorProto.FLOAT, ["N", 2])],
        [value("Y", TensorProto.FLOAT, ["N", 1])],
        [weights],
    )
    onnx.save(helper.make_model(graph, **VERSIONS), path, **how)


def test_one_input(tmp_path: Path) -> None:
    linear(tmp_path / "linear.onnx")
    cases = {
        "rows": Case({"data": [[1, 2], [3, 4.5]]}, {"Y": [[5.0], [12.0]]}),
        "by name": Case({"data": {"X": [[1, 2]]}}, {"Y": [[5.0]]}),
        "no JSON": Case("{", told="The body is not JSON"),
        "no data": Case({}, told='There is no "data"'),
        "width": Case({"data": [[1]]}, told="has the shape (1, 1); the model takes (N, 2)"),
        "flat": Case({"data": [1, 2]}, told="has the shape (2,)"),
        "text": Case({"data": [["a", "b"]]}, told="takes numbers: it is a tensor(float)"),
        "null": Case({"data": [[None, 1]]}, told="takes numbers"),
        "ragged": Case({"data": [[1, 2], [3]]}, told="differ in length"),
        "name": Case({"data": {"Z": [[1, 2]]}}, told="lacks the input X. This model takes X."),
    }
    output = check_both(tmp_path, "linear.onnx", cases)
    assert "warning" not in output


def test_weights_in_a_file_beside(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    linear(
        folder / "linear.onnx",
        save_as_external_data=True,
        location="linear.onnx.data",
        size_threshold=0,
    )
    assert (folder / "linear.onnx.data").exists()
    cases = {"rows": Case({"data": [[1, 2]]}, {"Y": [[5.0]]})}
    check_both(tmp_path, "model", cases)


def test_several_inputs(tmp_path: Path) -> None:
    save(
        tmp_path / "several.onnx",
        [
            helper.make_node("Cast", ["age"], ["years"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["years", "more"], ["sum"]),
            helper.make_node("Identity", ["city"], ["where"]),
        ],
        [
            value("age", TensorProto.INT64, [None, 1]),
            value("more", TensorProto.FLOAT, [None, 1]),
            value("city", TensorProto.STRING, [None, 1]),
        ],
        [
            value("sum", TensorProto.FLOAT, [None, 1]),
            value("where", TensorProto.STRING, [None, 1]),
        ],
    )
    whole = {"age": [[31]], "more": [[0.5]], "city": [["Tromsø"]]}
    (tmp_path / "sample.json").write_text(
        '{"data": {"age": [[1]], "more": [[1.5]], "city": [["x"]]}}'
    )
    cases = {
        "whole": Case({"data": whole}, {"sum": [[31.5]], "where": [["Tromsø"]]}),
        "missing": Case(
            {"data": {"age": [[1]]}}, told="lacks the input more. This model takes age"
        ),
        "unknown": Case({"data": {**whole, "x": 1}}, told="has the unknown input x"),
        "rows": Case({"data": [[1]]}, told="an object with the inputs age, more, city"),
        "fraction": Case({"data": {**whole, "age": [[1.5]]}}, told="age takes whole numbers"),
        "no text": Case({"data": {**whole, "city": [["x"], [5]]}}, told="city takes text"),
        "no data": Case({}, told="A value is not provided for the 'data' parameter."),
    }
    check_both(tmp_path, "several.onnx", cases, "--sample", "sample.json")


def test_integers_that_are_too_large(tmp_path: Path) -> None:
    save(
        tmp_path / "pixels.onnx",
        [helper.make_node("Cast", ["pixels"], ["light"], to=TensorProto.FLOAT)],
        [value("pixels", TensorProto.UINT8, ["r", "c"])],
        [value("light", TensorProto.FLOAT, ["r", "c"])],
    )
    cases = {
        "bytes": Case({"data": [[0, 255]]}, {"light": [[0.0, 255.0]]}),
        "too large": Case({"data": [[0, 256]]}, told="a number that a tensor(uint8) cannot hold"),
        "negative": Case({"data": [[-1]]}, told="a number that a tensor(uint8) cannot hold"),
        "truth": Case({"data": [[True]]}, told="takes whole numbers"),
    }
    check_both(tmp_path, "pixels.onnx", cases)


def test_what_converted_classifiers_return(tmp_path: Path) -> None:
    kind = helper.make_map_type_proto(
        TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, [])
    )
    save(
        tmp_path / "classes.onnx",
        [helper.make_node("ZipMap", ["X"], ["Z"], domain="ai.onnx.ml", classlabels_int64s=[0, 1])],
        [value("X", TensorProto.FLOAT, ["N", 2])],
        [helper.make_value_info("Z", helper.make_sequence_type_proto(kind))],
    )
    cases = {"rows": Case({"data": [[0.25, 0.75]]}, {"Z": [{"0": 0.25, "1": 0.75}]})}
    check_both(tmp_path, "classes.onnx", cases)


def test_an_index_that_is_too_large(tmp_path: Path) -> None:
    save(
        tmp_path / "gather.onnx",
        [helper.make_node("Gather", ["W", "index"], ["found"])],
        [value("index", TensorProto.INT64, ["n"])],
        [value("found", TensorProto.FLOAT, ["n"])],
        [numpy_helper.from_array(np.array([1.0, 2.0], np.float32), "W")],
    )
    cases = {
        "there": Case({"data": [1, 0]}, {"found": [2.0, 1.0]}),
        "beyond": Case({"data": [7]}, told="idx=7 must be within the inclusive range"),
    }
    check_both(tmp_path, "gather.onnx", cases)
