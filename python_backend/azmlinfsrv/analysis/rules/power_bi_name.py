"""One of the three names that Power BI looks for is spelled in another way.

## Why is this bad?

Power BI finds a model by the names `Inputs`, `GlobalParameters` and `Results` and tells upper and
lower case apart. The server accepts any name, so a deployment with `results` works for every other
caller, and Power BI does not show it.

Reported only where the script means these names: one of them is there in its right spelling, or
several are there in a wrong one.

## Example

```python
@input_schema("Inputs", StandardPythonParameterType({"data": NumpyParameterType(sample)}))
@output_schema(StandardPythonParameterType({"results": NumpyParameterType(answer)}))
def run(Inputs):
    ...
```

Use instead:

```python
@input_schema("Inputs", StandardPythonParameterType({"data": NumpyParameterType(sample)}))
@output_schema(StandardPythonParameterType({"Results": NumpyParameterType(answer)}))
def run(Inputs):
    ...
```

## References

- [Deploy for Power BI](https://learn.microsoft.com/azure/machine-learning/v1/how-to-deploy-advanced-entry-script)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.scopes import first_assignment, own_nodes
from azmlinfsrv.analysis.findings import Edit, Fix, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

INPUTS, PARAMETERS, RESULTS = "Inputs", "GlobalParameters", "Results"
POWER_BI_NAMES = (INPUTS, PARAMETERS, RESULTS)


@dataclass(frozen=True)
class _Named:
    """A text of the script in the place of one of the three names."""

    text: str
    node: ast.expr
    is_key: bool


@rule("AML203", "power-bi-name", Severity.WARNING)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each of the names that is meant and misspelt, or missing."""
    run = script.run
    if run is None or not run.has_schema or run.has_foreign_decorators:
        return
    inputs = [
        _Named(schema.name, schema.name_node, is_key=False)
        for schema in run.inputs
        if isinstance(schema.name, str) and schema.name_node is not None
    ]
    samples = [_keys(schema.sample.value) for schema in run.outputs if schema.sample is not None]
    outputs = [named for keys in samples for named in keys]
    right = {each.text for each in (*inputs, *outputs)} & set(POWER_BI_NAMES)
    folded = {each.text.casefold() for each in (*inputs, *outputs)}
    meant = {name for name in POWER_BI_NAMES if name.casefold() in folded}
    if not right and not (PARAMETERS in meant and len(meant) > 1):
        return
    for named in (*inputs, *outputs):
        choices = (RESULTS,) if named.is_key else (INPUTS, PARAMETERS)
        if not named.is_key and run.parameter(named.text) is None:
            continue  # AML201's
        name = _meant_name(named.text, [each for each in choices if each not in right])
        if name is not None:
            yield _misspelt(script, run, named, name)
            right.add(name)
    if {INPUTS, PARAMETERS} <= right and outputs and RESULTS not in right:
        yield Problem(
            outputs[0].node,
            f"Power BI does not find the answer: the sample of @output_schema has no key"
            f" '{RESULTS}'.",
        )
    if RESULTS in right and right & {INPUTS, PARAMETERS}:
        yield from _returned_dictionaries(script, run)


def _misspelt(script: Script, run: FunctionFacts, named: _Named, name: str) -> Problem:
    edits = [Edit(script.source.range_of(named.node), _quoted(script, named.node, name))]
    where = "the parameter of run() as well" if not named.is_key else ""
    if not named.is_key:
        edits += _rename_parameter(script, run, named.text, name)
    is_literal = isinstance(named.node, ast.Constant)
    return Problem(
        named.node,
        f"Power BI looks for '{name}' and tells upper and lower case apart; this is"
        f" '{named.text}'." + (f" Rename {where}." if where else ""),
        fixes=(Fix(f"Rename to '{name}'", tuple(edits), is_safe=named.is_key),)
        if is_literal
        else (),
    )


def _rename_parameter(script: Script, run: FunctionFacts, old: str, new: str) -> list[Edit]:
    parameter = run.parameter(old)
    if parameter is None or run.definition is None:
        return []
    (start, _) = script.source.range_of(parameter.node)
    end = start._replace(column=start.column + len(old))
    edits = [Edit(type(script.source.range_of(parameter.node))(start, end), new)]
    edits += [
        Edit(script.source.range_of(node), new)
        for node in run.nodes
        if isinstance(node, ast.Name) and node.id == old
    ]
    return edits


def _returned_dictionaries(script: Script, run: FunctionFacts) -> Iterator[Problem]:
    """Yield where run() returns a dictionary without the key that its own sample promises."""
    handlers = {
        id(inner)
        for node in run.nodes
        if isinstance(node, ast.ExceptHandler)
        for inner in own_nodes(node.body)
    }
    for statement in run.returns:
        value = statement.value
        if isinstance(value, ast.Name) and run.definition is not None:
            value = first_assignment(run.definition, value.id)
        if not isinstance(value, ast.Dict) or None in value.keys:
            continue
        keys = _keys(value)
        texts = [each.text for each in keys]
        if RESULTS in texts or len(keys) != len(value.keys) or id(statement) in handlers:
            continue
        wrong = next((each for each in keys if _meant_name(each.text, [RESULTS])), None)
        if wrong is not None:
            yield Problem(
                wrong.node,
                f"Power BI looks for '{RESULTS}' and tells upper and lower case apart; this is"
                f" '{wrong.text}'.",
                fixes=(
                    Fix(
                        f"Rename to '{RESULTS}'",
                        (
                            Edit(
                                script.source.range_of(wrong.node),
                                _quoted(script, wrong.node, RESULTS),
                            ),
                        ),
                        is_safe=True,
                    ),
                ),
            )
        elif not any(text.casefold().startswith(("error", "message")) for text in texts):
            yield Problem(
                value,
                f"This answer has no key '{RESULTS}', which @output_schema promises and Power BI"
                " looks for.",
            )


def _keys(node: ast.expr | None) -> list[_Named]:
    if not isinstance(node, ast.Dict):
        return []
    return [
        _Named(key.value, key, is_key=True)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]


def _meant_name(text: str, names: list[str]) -> str | None:
    """Return which of the names a text was meant to be; None if it is one, or none."""
    if text in POWER_BI_NAMES:
        return None
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(text.strip().casefold(), list(folded), n=1, cutoff=0.8)
    return folded[close[0]] if close else None


def _quoted(script: Script, node: ast.expr, name: str) -> str:
    mark = script.source.node_text(node)[:1]
    return f"{mark}{name}{mark}" if mark in {"'", '"'} else f'"{name}"'
