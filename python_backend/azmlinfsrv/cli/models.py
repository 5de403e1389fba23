"""``azmlinfsrv models``: the models of this machine, under names and versions as in Azure ML."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from types import FrameType

from azmlinfsrv.cli.options import with_underscores
from azmlinfsrv.cli.output import guarded_output
from azmlinfsrv.registry.errors import ModelNameError, NoSuchModelError, RegistryError

_COMMANDS = ("register", "list", "show", "download", "delete")
REFUSED = 1
NOT_FOUND = 2
_INTERRUPTED = 130

_EPILOG = """\
A model's files are copied into the registry and never loaded: nothing of them is run. REF is NAME
for the newest version, NAME:VERSION, or NAME@latest. --model REF stands in place of --model_dir for
the server, check, profile and find.

exit status: 0 done, 1 refused, 2 not found or wrong options

examples:
  azmlinfsrv models register --name diabetes --path outputs/model.pkl --tag area=health
  azmlinfsrv models list
  azmlinfsrv --entry_script score.py --model diabetes:1
"""


def main(arguments: Sequence[str]) -> int:
    """Run ``models``; returns 0, 1 when it is refused, or 2 for usage and what is not there."""
    parser = argparse.ArgumentParser(
        prog="azmlinfsrv models",
        description="Keep models under names and versions, as Azure ML does.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    # The others are imported only to be told: a list of models is waited for.
    for name in [name for name in _COMMANDS if name in arguments[:1]] or _COMMANDS:
        import_module(f"azmlinfsrv.cli.registry_commands.{name}").add_parser(commands)
    options = parser.parse_args(list(map(with_underscores, arguments)))
    with _ended_in_order(), guarded_output():
        try:
            return int(options.run(options))
        except RegistryError as error:
            print(f"azmlinfsrv models {options.command}: {error}", file=sys.stderr)
            is_usage = isinstance(error, (ModelNameError, NoSuchModelError))
            return NOT_FOUND if is_usage else REFUSED
        except OSError as error:
            # Of the many reads that can fail, none is left to a traceback.
            if isinstance(error, BrokenPipeError):
                raise
            print(f"azmlinfsrv models {options.command}: {error}.", file=sys.stderr)
            return REFUSED
        except KeyboardInterrupt:
            told = "interrupted; what was under way was taken back."
            print(f"azmlinfsrv models {options.command}: {told}", file=sys.stderr)
            return _INTERRUPTED
    # Whoever closes the other end of the pipe has read enough.
    return 0


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let what is half done be removed also when something else ends this process."""
    former = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Under nohup a closed terminal is to end nothing.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            former[number] = signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
