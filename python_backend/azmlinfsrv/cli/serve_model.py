"""``azmlinfsrv serve-model``: serve a model without an entry script."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from azmlinfsrv.cli import serve
from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output, output_for_programs
from azmlinfsrv.no_code.entry_script import entry_script
from azmlinfsrv.no_code.frameworks import FRAMEWORKS, MLFLOW, find_framework, install_command
from azmlinfsrv.no_code.kept_script import kept_script
from azmlinfsrv.no_code.recognition import Model, ModelError, recognise
from azmlinfsrv.no_code.requirements import missing_requirements, requirements_file
from azmlinfsrv.no_code.sample import Sample, SampleError, read_sample
from azmlinfsrv.registry import NoSuchModelError, Registry, RegistryError
from azmlinfsrv.registry.references import is_name

REFUSED = 1
NOT_FOUND = 2
_SCRIPT = "score.py"
# What this command decides itself.
_OWN_SETTINGS = ("--entry_script", "--model_dir", "--config_file")
_EPILOG = """\
Every other option is one of the server: --port, --host, --worker_count, --docs, --reload, … (see
`azmlinfsrv --help`).

examples:
  azmlinfsrv serve-model --model outputs/model.pkl --sample sample-request.json --docs --port 5001
  curl -H 'Content-Type: application/json' -d @sample-request.json http://127.0.0.1:5001/score
  azmlinfsrv serve-model --model diabetes:3 --eject score.py
"""


def main(arguments: Sequence[str]) -> int:
    """Serve a model, or write its script; returns 0, 1 if it cannot be served, 2 if not found."""
    parser = _parser()
    options, server_words = parser.parse_known_args(list(map(with_underscores, arguments)))
    _check_usage(parser, options, server_words)
    try:
        model = _find_model(options)
        sample = read_sample(Path(options.sample), model.framework) if options.sample else None
    except NoSuchModelError as error:
        return _fail(str(error), NOT_FOUND)
    except RegistryError as error:
        return _fail(str(error), REFUSED)
    except (ModelError, SampleError) as error:
        return _fail(str(error), NOT_FOUND if error.is_missing else REFUSED)
    if sample and sample.obstacle:
        _tell(f"no schema is made of the sample: {sample.obstacle}")
    source = entry_script(model, sample)
    if options.eject is not None:
        return _eject(model, sample, source, options)
    if not options.json:
        return _serve(model, source, server_words)
    with output_for_programs() as tell:
        return _serve(model, source, server_words, tell)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv serve-model",
        usage="%(prog)s --model MODEL [--sample FILE] [server option …]",
        description=(
            "Serve a model of scikit-learn, ONNX, TensorFlow or MLflow without an entry script, as"
            " no-code deployment does."
        ),
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--model",
        required=True,
        help="the model's file or folder, or a registered model: NAME, NAME:VERSION, NAME@latest",
    )
    parser.add_argument(
        "--registry",
        metavar="DIR",
        type=Path,
        help="where registered models are (default: where `azmlinfsrv models` registers)",
    )
    parser.add_argument(
        "--framework",
        choices=[each.name for each in FRAMEWORKS],
        help="what the model belongs to (default: what its first bytes tell)",
    )
    parser.add_argument(
        "--sample", metavar="FILE", help="a request as JSON, which becomes the schema of the API"
    )
    parser.add_argument(
        "--eject", metavar="PATH", type=Path, help="write the entry script, and serve nothing"
    )
    parser.add_argument("--force", action="store_true", help="with --eject: overwrite a file")
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one line of JSON, for programs; the server's log then goes to stderr",
    )
    return parser


def _check_usage(
    parser: argparse.ArgumentParser, options: argparse.Namespace, server_words: list[str]
) -> None:
    for word in server_words:
        if word.partition("=")[0] in _OWN_SETTINGS:
            parser.error(f"{word.partition('=')[0]} follows from --model; leave it out.")
    if options.eject is None:
        if options.force:
            parser.error("--force belongs to --eject.")
    elif server_words:
        parser.error(f"--eject serves nothing: leave {server_words[0]} out.")


def _find_model(options: argparse.Namespace) -> Model:
    """Return the model; as everywhere, a registered one comes before a file of its name."""
    named: str = options.model
    framework = find_framework(options.framework) if options.framework else None
    registry = Registry(options.registry.expanduser() if options.registry else None)
    path = Path(named).expanduser()
    is_registered = is_name(named) and registry.versions(named)
    looks_like_path = {"/", os.sep} & set(named) or path.suffix or path.exists()
    if looks_like_path and not is_registered:
        return recognise(path, framework)
    try:
        folder = registry.resolve(named).folder
    except NoSuchModelError as error:
        raise NoSuchModelError(
            f"{error} Nor is there a file or folder {path.absolute()}."
        ) from None
    return recognise(folder, framework, folder)


def _serve(
    model: Model,
    source: str,
    server_words: list[str],
    tell_programs: Callable[[str], None] = lambda _: None,
) -> int:
    framework = model.framework
    if missing := framework.missing():
        return _fail(
            f"{model.path.name} is a model of {framework.title}, and this Python has no"
            f" {' and no '.join(missing)}. Install with:\n  {install_command(*missing)}",
            REFUSED,
        )
    _warn_of_requirements(model)
    _warn_of_code(model)
    try:
        script = kept_script(source, model.path.name)
    except OSError as error:
        return _fail(f"{error.filename or error}: {error.strerror or 'not to be used'}", REFUSED)
    words = ["--entry_script", str(script), "--model_dir", str(model.folder)]

    def tell_address(url: str) -> None:
        tell_programs(json.dumps(_served(model, script, url)))

    return serve.main([*words, *server_words], tell_address)


def _served(model: Model, script: Path, url: str) -> dict[str, object]:
    """Return what programs are told; the keys are those of a service and of --eject."""
    return {
        "scoring_uri": f"{url}/score",
        "swagger_uri": f"{url}/swagger.json",
        "pid": os.getpid(),
        "script": str(script),
        "framework": model.framework.name,
        "modelDir": str(model.folder),
    }


def _eject(model: Model, sample: Sample | None, source: str, options: argparse.Namespace) -> int:
    script: Path = options.eject.absolute()
    if script.is_dir():
        script /= _SCRIPT
    try:
        with script.open("w" if options.force else "x", encoding="utf-8", newline="\n") as file:
            file.write(source)
    except FileExistsError:
        told = f"{script} exists already. --force overwrites it."
        if options.json:
            # A program asks whether it may be replaced.
            with guarded_output():
                print(json.dumps({"error": told, "exists": True}))
        return _fail(told, REFUSED)
    except OSError as error:
        return _fail(f"{script} cannot be written: {error.strerror}.", REFUSED)
    _warn_of_code(model)
    has_schema = sample is not None and sample.obstacle is None
    with guarded_output():
        if options.json:
            answer = {
                "script": str(script),
                "framework": model.framework.name,
                "modelDir": str(model.folder),
                "hasSchema": has_schema,
                "needs": list(model.framework.distributions),
            }
            print(json.dumps(answer))
            return 0
        needs = " and ".join(model.framework.distributions)
        place = f"{_shown(script)} --model_dir {_shown(model.folder)}"
        print(f"wrote {_shown(script)}, which needs {needs}\n")
        print(f"check it:  azmlinfsrv check {place}")
        print(f"serve it:  azmlinfsrv --entry_script {place}")
    return 0


def _warn_of_code(model: Model) -> None:
    if model.runs_code:
        _tell(
            f"warning: {model.runs_code}: loading it runs whatever code it holds. Serve only models"
            " that you trust."
        )


def _warn_of_requirements(model: Model) -> None:
    if model.framework is MLFLOW and (missing := missing_requirements(model.path)):
        file = f'"{requirements_file(model.path)}"'
        _tell(
            f"warning: the model asks for {', '.join(missing)}, and this Python has no such"
            f" package. If it cannot be loaded:\n  {install_command('-r', file)}"
        )


def _tell(sentence: str) -> None:
    print(f"azmlinfsrv serve-model: {sentence}", file=sys.stderr, flush=True)


def _fail(sentence: str, status: int) -> int:
    _tell(sentence)
    return status


def _shown(path: Path) -> str:
    """Return a path as one would type it here."""
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)
