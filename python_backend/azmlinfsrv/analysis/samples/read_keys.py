"""The keys that a script reads of its requests."""

from __future__ import annotations

from collections.abc import Iterator

from azmlinfsrv.analysis.facts.functions import REQUEST_HEADERS
from azmlinfsrv.analysis.samples.reading import Reader
from azmlinfsrv.analysis.samples.request_values import Body, Names, Request
from azmlinfsrv.analysis.samples.shapes import Shape
from azmlinfsrv.analysis.script import Script


def read_keys(script: Script) -> frozenset[str]:
    """Return the keys of objects that ``run()`` is seen to read of a request, at any depth."""
    run = script.run
    if run is None:
        return frozenset()
    parameters = [each.name for each in run.named_parameters if each.name != REQUEST_HEADERS]
    names: Names = {}
    shapes: list[Shape] = []
    if run.is_raw:
        request = Request()
        names = dict.fromkeys(parameters[:1], request)
        shapes = [request.body.shape, request.query, request.form, request.files]
    elif run.has_schema:
        shapes = [Shape() for _ in parameters]
        names = dict(zip(parameters, shapes, strict=True))
    else:
        body = Body()
        names = dict.fromkeys(parameters[:1], body)
        shapes = [body.shape]
    Reader(script.bindings).read(run, names)
    return frozenset(key for shape in shapes for key in _keys(shape))


def _keys(shape: Shape) -> Iterator[str]:
    yield from shape.members
    for inner in (*shape.members.values(), *([shape.item] if shape.item is not None else [])):
        yield from _keys(inner)
