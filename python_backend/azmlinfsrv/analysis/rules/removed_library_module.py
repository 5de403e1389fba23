"""A module is imported that its library has removed.

## Why is this bad?

It works only with an old version of the library: `sklearn.externals` went with scikit-learn 0.23 in
2020. With a newer one the server exits with status 3:
`ModuleNotFoundError: No module named 'sklearn.externals'`.

## Example

```python
from sklearn.externals import joblib
```

Use instead:

```python
import joblib
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from azmlinfsrv.analysis.findings import Edit, Fix, Severity, Tag
from azmlinfsrv.analysis.rule import Problem, rule
from azmlinfsrv.analysis.script import Script

_REMOVED = {
    "sklearn.externals": ("scikit-learn 0.23", "the package itself, such as joblib"),
    "sklearn.cross_validation": ("scikit-learn 0.20", "sklearn.model_selection"),
    "sklearn.grid_search": ("scikit-learn 0.20", "sklearn.model_selection"),
    "tensorflow.contrib": ("TensorFlow 2.0", "the module that replaced it"),
    "pandas.util.testing": ("pandas 2.0", "pandas.testing"),
}


@rule("AML501", "removed-library-module", Severity.WARNING, in_batch=True)
def check(script: Script) -> Iterator[Problem]:
    """Yield a problem for each import outside an attempt."""
    for statement in _imports(script.tree.body):
        names = (
            [statement.module or ""]
            if isinstance(statement, ast.ImportFrom)
            else [alias.name for alias in statement.names]
        )
        for name in names:
            for removed, (version, instead) in _REMOVED.items():
                if name == removed or name.startswith(f"{removed}."):
                    yield Problem(
                        statement,
                        f"'{removed}' was removed in {version}: with a newer version the server"
                        f" exits 3. Import {instead}.",
                        fixes=_fix(script, statement),
                        tags=(Tag.DEPRECATED,),
                    )


def _imports(body: list[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            yield statement
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _imports(statement.body)


def _fix(script: Script, statement: ast.Import | ast.ImportFrom) -> tuple[Fix, ...]:
    is_joblib = (
        isinstance(statement, ast.ImportFrom)
        and statement.module == "sklearn.externals"
        and [alias.name for alias in statement.names] == ["joblib"]
    )
    if not is_joblib:
        return ()
    alias = statement.names[0].asname
    text = f"import joblib as {alias}" if alias else "import joblib"
    edit = Edit(script.source.range_of(statement), text)
    return (Fix("Import joblib itself", (edit,), is_safe=True),)
