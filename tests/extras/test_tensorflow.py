"""A SavedModel as TensorFlow runs it, in the two formats of TensorFlow Serving."""

# TensorFlow has no types.
# mypy: disable-error-code="misc, untyped-decorator"
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from .serving import Case, check_both, started


def takes(**inputs: tuple[list[int | None], Any]) -> Any:
    """Make a signature of a method whose parameters have these names, shapes and types."""
    specs = [tf.TensorSpec(shape, kind, name) for name, (shape, kind) in inputs.items()]
    return tf.function(input_signature=specs)


class Several(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable([[1.0], [2.0]])

    @takes(x=([None, 2], tf.float32))
    def linear(self, x: Any) -> Any:
        return {"y": x @ self.weights}

    @takes(a=([None, 1], tf.int32), b=([None, 1], tf.string))
    def two(self, a: Any, b: Any) -> Any:
        return {"twice": a * 2, "upper": tf.strings.upper(b)}

    @takes(image=([None], tf.string))
    def picture(self, image: Any) -> Any:
        return {"size": tf.strings.length(image), "again": image}

    @takes(x=([None, 2], tf.float32))
    def total(self, x: Any) -> Any:
        return {"sum": tf.reduce_sum(x)}

    @takes(index=([None], tf.int32))
    def pick(self, index: Any) -> Any:
        return {"found": tf.gather(tf.constant([1.0, 2.0]), index)}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    module = Several()
    signatures = {name: getattr(module, name) for name in ("two", "picture", "total", "pick")}
    signatures["serving_default"] = module.linear
    tf.saved_model.save(module, folder / "several", signatures=signatures)
    layers = [tf.keras.layers.Input((3,)), tf.keras.layers.Dense(1, kernel_initializer="ones")]
    tf.keras.Sequential(layers).export(folder / "keras")
    tf.saved_model.save(tf.Module(), folder / "none")
    return folder


def signed(name: str, **members: Any) -> dict[str, Any]:
    return {"signature_name": name, **members}


BOTH = [{"a": [2], "b": ["x"]}, {"a": [3], "b": ["y"]}]
PREDICTED = [{"twice": [4], "upper": ["X"]}, {"twice": [6], "upper": ["Y"]}]
CASES = {
    "rows": Case({"instances": [[1, 2], [3, 4.5]]}, {"predictions": [[5.0], [12.0]]}),
    "named rows": Case({"instances": [{"x": [1, 2]}]}, {"predictions": [[5.0]]}),
    "columns": Case({"inputs": [[1, 2]]}, {"outputs": [[5.0]]}),
    "named columns": Case({"inputs": {"x": [[1, 2]]}}, {"outputs": [[5.0]]}),
    "two by rows": Case(signed("two", instances=BOTH), {"predictions": PREDICTED}),
    "two by columns": Case(
        signed("two", inputs={"a": [[2]], "b": [["x"]]}),
        {"outputs": {"twice": [[4]], "upper": [["X"]]}},
    ),
    "bytes": Case(
        signed("picture", instances=[{"b64": "/9j/"}]),
        {"predictions": [{"again": {"b64": "/9j/"}, "size": 3}]},
    ),
    "scalar": Case(signed("total", inputs=[[1, 2]]), {"outputs": 3.0}),
    "no JSON": Case("{", told="The body is not JSON"),
    "nothing": Case({}, told='either "instances", a list of rows, or "inputs"'),
    "both": Case({"instances": [[1, 2]], "inputs": [[1, 2]]}, told='either "instances"'),
    "no rows": Case({"instances": []}, told="has to be a list of rows"),
    "width": Case({"instances": [[1]]}, told="has the shape (1, 1); the model takes (None, 2)"),
    "text": Case({"instances": [["a", "b"]]}, told="The input x is no float32"),
    "null": Case({"instances": [[None, 1]]}, told="The input x is no float32"),
    "ragged": Case({"instances": [[1, 2], [3]]}, told="non-rectangular"),
    "input": Case({"inputs": {"z": [[1, 2]]}}, told="There is no input x. It takes x."),
    "mixed rows": Case({"instances": [{"x": [1, 2]}, 7]}, told="have different inputs"),
    "signature": Case(signed("none", instances=[1]), told="This model has"),
    "fraction": Case(
        signed("two", inputs={"a": [[2.5]], "b": [["x"]]}), told="The input a is no int32"
    ),
    "unnamed": Case(signed("two", inputs=[[1]]), told="several inputs, name each: a, b"),
    "broken bytes": Case(signed("picture", instances=[{"b64": "/9"}]), told="is no string"),
    "no row of output": Case(signed("total", instances=[[1, 2]]), told='Send "inputs" instead'),
    "beyond": Case(signed("pick", inputs=[7]), told="indices[0] = 7 is not in [0, 2)"),
}


def test_signatures_inputs_and_mistakes(models: Path, tmp_path: Path) -> None:
    output = check_both(tmp_path, str(models / "several"), CASES)
    assert "warning:" not in output


def test_what_keras_exports_with_a_sample(models: Path, tmp_path: Path) -> None:
    (tmp_path / "sample.json").write_text('{"instances": [[1, 2, 3.5]]}')
    cases = {
        "rows": Case({"instances": [[1, 2, 3.5]]}, {"predictions": [[6.5]]}),
        "columns": Case({"inputs": [[1, 2, 3]]}, {"outputs": [[6.0]]}),
        "width": Case({"instances": [[1]]}, told="the model takes (None, 3)"),
        "nothing": Case({}, told='either "instances"'),
    }
    check_both(tmp_path, str(models / "keras"), cases, "--sample", "sample.json")


def test_a_model_without_a_signature_says_how_to_save_one(models: Path, tmp_path: Path) -> None:
    with started(tmp_path, "serve-model", "--model", str(models / "none")) as server:
        assert server.wait_for_exit(180) == 3
        assert "has no signature. Save it with" in server.output
