"""A method binds a name of its own where another one reads `self.name`.

## Why is this bad?

`model = …` in a method makes a local name that is gone when the method returns. Where another
method reads `self.model`, Python raises an `AttributeError`: `'Scorer' object has no attribute
'model'`.

## Example

```python
class Scorer:
    def load(self):
        model = joblib.load(path)

    def score(self, rows):
        return self.model.predict(rows).tolist()
```

Use instead:

```python
class Scorer:
    def load(self):
        self.model = joblib.load(path)

    def score(self, rows):
        return self.model.predict(rows).tolist()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.facts.bindings import Function
from azmlinfsrv.analysis.facts.scopes import assigned_names, function_nodes, own_nodes
from azmlinfsrv.analysis.findings import Edit, Fix, Related, Severity
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

# A class that answers for attributes itself is not looked into.
_DYNAMIC = frozenset({"__getattr__", "__getattribute__", "__slots__"})


@rule("AML113", "lost-attribute", Severity.WARNING, in_batch=True, needs_whole_text=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each name that a method keeps to itself and another one needs."""
    if script.bindings.has_unseen_names:
        return
    # Whatever sets the attribute, on whichever object: `scorer.model = …`.
    given = {
        node.attr
        for node in script.nodes.of(ast.Attribute)
        if isinstance(node.ctx, (ast.Store, ast.Del))
    }
    for owner in script.nodes.of(ast.ClassDef):
        if not owner.bases and not owner.decorator_list and not owner.keywords:
            yield from _class(script, owner, given)


def _class(script: Script, owner: ast.ClassDef, given: set[str]) -> Iterator[Problem]:
    methods = [each for each in owner.body if isinstance(each, ast.FunctionDef)]
    own = {name for node in own_nodes(owner.body) for name in _names(node)}
    if own & _DYNAMIC or any(_sets_by_name(method) for method in methods):
        return
    read = {
        node.attr: node
        for method in methods
        for node in function_nodes(method)
        if isinstance(node, ast.Attribute) and _is_self(node.value, method)
    }
    for method in methods:
        for name, places in assigned_names(method).items():
            if name not in read or name in given or name in own:
                continue
            receiver = method.args.args[0].arg if method.args.args else "self"
            where = places[0]
            start, _ = script.source.range_of(where)
            is_name = isinstance(where, ast.Name)
            edit = Edit(type(script.source.range_of(where))(start, start), f"{receiver}.")
            yield Problem(
                where,
                f"This '{name}' is local to {method.name}(), and nothing assigns"
                f" {receiver}.{name}, which is read elsewhere. Write '{receiver}.{name} = …'.",
                fixes=(Fix(f"Write '{receiver}.{name}'", (edit,)),) if is_name else (),
                related=(Related(script.source.range_of(read[name]), f"'{name}' is read here"),),
            )


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id


def _is_self(node: ast.expr, method: Function) -> bool:
    first = method.args.args[0].arg if method.args.args else None
    return isinstance(node, ast.Name) and node.id == first


def _sets_by_name(method: Function) -> bool:
    return any(
        (isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"setattr", "vars"})
        or (isinstance(node, ast.Attribute) and node.attr == "__dict__")
        for node in function_nodes(method)
    )
