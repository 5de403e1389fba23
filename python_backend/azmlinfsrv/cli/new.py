"""``azmlinfsrv new``: an entry script from a template, with a request that it answers."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.templates import (
    TEMPLATES,
    Template,
    existing_files,
    find_template,
    write_template,
)

EXISTS = 1
FAILED = 2


def main(arguments: Sequence[str]) -> int:
    """Write a template; returns 0, 1 if files are in the way, 2 if it cannot be written."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv new",
        description="Write an entry script from a template, and a sample request beside it.",
        epilog="examples:\n  azmlinfsrv new --list\n  azmlinfsrv new --template numpy my-service",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folder", metavar="DIR", nargs="?", type=Path, default=Path(), help="default: this folder"
    )
    parser.add_argument("--template", metavar="NAME", help="which one: see --list")
    parser.add_argument("--list", action="store_true", help="list the templates")
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    options = parser.parse_args(list(map(with_underscores, arguments)))
    if options.list:
        with guarded_output():
            print(json.dumps(list(map(_row, TEMPLATES))) if options.json else _table())
        return 0
    names = ", ".join(each.name for each in TEMPLATES)
    if options.template is None:
        parser.error(f"name a template with --template: {names}")
    template = find_template(options.template)
    if template is None:
        parser.error(f"there is no template {options.template!r}; choose from {names}")
    return _write(template, options.folder.absolute(), force=options.force, as_json=options.json)


def _write(template: Template, folder: Path, *, force: bool, as_json: bool) -> int:
    in_the_way = [] if force else existing_files(template, folder)
    if in_the_way:
        _tell({"written": [], "existing": list(map(str, in_the_way))} if as_json else None)
        listed = ", ".join(str(path.relative_to(folder)) for path in in_the_way)
        print(
            f"azmlinfsrv new: {folder} has {listed} already; nothing was written."
            " --force overwrites.",
            file=sys.stderr,
        )
        return EXISTS
    try:
        written = write_template(template, folder)
    except OSError as error:
        print(f"azmlinfsrv new: {error.filename}: {error.strerror}", file=sys.stderr)
        return FAILED
    with guarded_output():
        if as_json:
            _tell({"written": list(map(str, written)), "existing": []})
        else:
            print("\n".join(_next_steps(template, written)))
    return 0


def _tell(answer: dict[str, object] | None) -> None:
    if answer is not None:
        print(json.dumps(answer))


def _next_steps(template: Template, written: list[Path]) -> Iterator[str]:
    for path in written:
        yield f"wrote {_shown(path)}"
    script = _shown(written[0])
    if template.needs:
        yield f"It needs {' and '.join(template.needs)} in the Python that runs it."
    yield ""
    yield f"serve it:  azmlinfsrv --entry_script {script}"
    sample = next(
        (path for path in written if path.suffix == ".json" and "request" in path.name), None
    )
    kind, file = "application/json", sample
    if file is None:
        kind, file = "image/png", next(path for path in written if path.suffix == ".png")
    yield (
        f"ask it:    curl -H 'Content-Type: {kind}' --data-binary @{_shown(file)}"
        " http://127.0.0.1:5001/score"
    )


def _shown(path: Path) -> str:
    """Return a path as one would type it here."""
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)


def _row(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "title": template.title,
        "summary": template.summary,
        "needs": list(template.needs),
        "files": [file.as_posix() for file in template.files],
    }


def _table() -> str:
    width = max(len(each.name) for each in TEMPLATES)
    return "\n".join(f"{each.name:{width}}  {each.summary}" for each in TEMPLATES)
