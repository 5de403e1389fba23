"""`init()` binds a name of its own where `run()` reads a global one.

## Why is this bad?

An assignment in a function makes a local name. Without `global` in `init()`, the model is thrown
away when `init()` returns, and every request fails with a `NameError`, or finds the `None` that
the module began with. In the same way, a name that `run()` assigns without `global` cannot be read
there before.

## Example

```python
def init():
    model = joblib.load(path)

def run(raw_data):
    return model.predict(json.loads(raw_data)).tolist()
```

Use instead:

```python
def init():
    global model
    model = joblib.load(path)

def run(raw_data):
    return model.predict(json.loads(raw_data)).tolist()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Function
from azmlinfsrv.analysis.facts.consequences import Consequence
from azmlinfsrv.analysis.facts.control_flow import certain_statements, own_expressions
from azmlinfsrv.analysis.facts.functions import FunctionFacts
from azmlinfsrv.analysis.facts.node_index import walk
from azmlinfsrv.analysis.facts.scopes import (
    BUILTINS,
    assigned_names,
    function_nodes,
    global_names,
    loaded_names,
    own_nodes,
    parameter_names,
)
from azmlinfsrv.analysis.findings import Edit, Fix, Position, Range, Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script


@rule("AML109", "lost-global", Severity.ERROR, in_batch=True, needs_whole_text=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each name that does not get from one function to the other."""
    init, run = script.init, script.run
    if init is not None and init.definition is not None and run is not None:
        for name, read in lost_names(script).items():
            where = assigned_names(init.definition)[name][0]
            is_none = name in script.bindings.names
            fails = f"'{name}' is None there" if is_none else f"NameError: name '{name}'"
            happens = script.consequences.of(read)
            told = "Every request fails" if happens is Consequence.SOME else happens.value
            yield Problem(
                where,
                f"{told} ({fails}): this '{name}' is local to init(), and run()"
                f" reads a global one. Write 'global {name}' first in init().",
                fixes=_declare(script, init.definition, name),
                related=(Related(script.source.range_of(read), f"'{name}' is read here"),),
            )
        yield from _never_assigned(script, init.definition, run)
    if run is not None and run.definition is not None:
        yield from _read_before_assigned(script, run.definition)


def lost_names(script: Script) -> dict[str, ast.Name]:
    """Return the names that init() keeps to itself and run() needs, with where it reads them."""
    init, run = script.init, script.run
    if init is None or init.definition is None or run is None:
        return {}
    if script.bindings.has_unseen_names:
        return {}
    kept = set(assigned_names(init.definition)) - global_names(init.definition)
    found: dict[str, ast.Name] = {}
    for function in _reached_from(script, run):
        own = parameter_names(function.node)
        if function.definition is not None:
            own |= set(assigned_names(function.definition))
            own |= _inner_names(function.definition)
        for node in loaded_names(function.body):
            name = node.id
            if name in kept and name not in own and name not in BUILTINS:
                found.setdefault(name, node)
    return {
        name: node
        for name, node in found.items()
        if name not in script.bindings.names or _is_left_none(script, name)
    }


def _never_assigned(script: Script, init: Function, run: FunctionFacts) -> Iterator[Problem]:
    """Yield the names that init() declares global, nobody ever assigns, and run() needs."""
    if script.bindings.has_unseen_names:
        return
    declarations = {
        name: node
        for node in function_nodes(init)
        if isinstance(node, ast.Global)
        for name in node.names
    }
    used = {
        node.value.id: node.value
        for node in run.nodes
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for name, declaration in declarations.items():
        read = used.get(name)
        is_lost = name not in script.bindings.names or _is_left_none(script, name)
        if read is not None and is_lost and name not in BUILTINS:
            happens = script.consequences.of(read)
            told = "Every request fails" if happens is Consequence.SOME else happens.value
            yield Problem(
                declaration,
                f"{told}: init() declares '{name}' global, but nothing assigns it. Write"
                f" '{name} = …'.",
                related=(Related(script.source.range_of(read), f"'{name}' is used here"),),
            )


def _reached_from(script: Script, run: FunctionFacts) -> list[FunctionFacts]:
    """Return run() and the functions of the script that it calls, and those that they call."""
    found = {run.name: run}
    waiting = [run]
    while waiting:
        for node in loaded_names(waiting.pop().body):
            if node.id not in found and node.id != "init":
                called = script.function(node.id)
                if called is not None:
                    found[node.id] = called
                    waiting.append(called)
    return list(found.values())


def _inner_names(function: Function) -> set[str]:
    """Return what nested functions and comprehensions bind: it may be theirs that is read."""
    names: set[str] = set()
    for node in walk([function]):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def _is_left_none(script: Script, name: str) -> bool:
    """Return whether the module binds the name to None, and nobody ever changes that."""
    value = script.bindings.constant(name)
    if not (isinstance(value, ast.Constant) and value.value is None):
        return False
    # Whoever asks whether it is None is prepared.
    kinds = (ast.Compare, ast.If, ast.IfExp, ast.BoolOp, ast.UnaryOp)
    return not any(
        isinstance(each, ast.Name) and each.id == name
        for kind in kinds
        for node in script.nodes.of(kind)
        for each in _asked(node)
    )


def _asked(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=comparators):
            return [left, *comparators]
        case ast.If(test=test) | ast.IfExp(test=test):
            return [test]
        case ast.BoolOp(values=values):
            return values
        case ast.UnaryOp(operand=operand):
            return [operand]
    return []


def _read_before_assigned(script: Script, run: Function) -> Iterator[Problem]:
    local = set(assigned_names(run)) - global_names(run) - parameter_names(run)
    local &= set(script.bindings.names)
    seen: set[str] = set()
    for statement in certain_statements(run.body):
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            reads = [statement.target, *loaded_names([statement.value])]
        else:
            reads = [node for each in own_expressions(statement) for node in loaded_names([each])]
        for node in reads:
            if node.id in local and node.id not in seen:
                seen.add(node.id)
                happens = script.consequences.of(node).value
                yield Problem(
                    node,
                    f"{happens} (UnboundLocalError): run() assigns '{node.id}' and so does not read"
                    f" the global one. Write 'global {node.id}' first in run().",
                    fixes=_declare(script, run, node.id),
                )
        if isinstance(statement, (ast.Try, ast.With, ast.AsyncWith)):
            continue  # Their blocks are statements of their own here.
        seen |= {
            inner.id
            for inner in own_nodes([statement])
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
        }


def _declare(script: Script, function: Function, name: str) -> tuple[Fix, ...]:
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and function.body[1:]:
        first = function.body[1]
    start = script.source.position(first.lineno, first.col_offset)
    indentation = script.source.line(start.line)[: start.column]
    if indentation.strip():
        return ()
    place = Position(start.line, 0)
    text = f"{indentation}global {name}{script.source.newline}"
    return (Fix(f"Declare 'global {name}'", (Edit(Range(place, place), text),), is_safe=True),)
