"""``azmlinfsrv sample SCRIPT``: a request that the script can answer."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from azmlinfsrv.analysis.facts.script_kind import ScriptKind
from azmlinfsrv.analysis.samples.sample_request import SampleRequest, sample_request
from azmlinfsrv.analysis.script import Context, Script
from azmlinfsrv.analysis.script_file import decode_script, read_script
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output

NO_SAMPLE = 1
NOT_FOUND = 2


def main(arguments: Sequence[str]) -> int:
    """Print a sample; returns 0, 1 if the script takes a file or is none, 2 if there is no file."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv sample",
        description=(
            "Print a request that an entry script can answer: the sample of its schema, or one made"
            " from what run() reads. The script is not run."
        ),
        epilog=(
            "example:\n  azmlinfsrv sample score.py |"
            " curl -H 'Content-Type: application/json' -d @- http://127.0.0.1:5001/score"
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("script", metavar="SCRIPT", type=Path, help="the entry script")
    parser.add_argument(
        "--json", action="store_true", help="print method, type, query and body as JSON"
    )
    options = parser.parse_args(list(map(with_underscores, arguments)))
    path: Path = options.script.absolute()
    try:
        text = decode_script(read_script(path)).text
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or getattr(error, "message", None) or error
        print(f"azmlinfsrv sample: {path}: {why}", file=sys.stderr)
        return NOT_FOUND
    script = Script(text, path, Context())
    found = sample_request(script) if script.kind is ScriptKind.ONLINE else None
    if options.json:
        with guarded_output():
            print(json.dumps(found.as_json() if found is not None else None))
        return 0 if found is not None else NO_SAMPLE
    if found is not None and found.body is not None:
        with guarded_output():
            print(found.body, end="")
        return 0
    print(f"azmlinfsrv sample: {_why_not(path, found)}", file=sys.stderr)
    return NO_SAMPLE


def _why_not(path: Path, found: SampleRequest | None) -> str:
    if found is None:
        return f"{path} is no online entry script: it does not define init() and run()."
    if found.method == "GET":
        return f"{path.name} answers GET without a body: /score?{found.query or ''}"
    return f"{path.name} reads the body as a file: send one, as curl --data-binary @image.png does."
