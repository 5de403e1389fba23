"""Run azmlinfsrv in an interpreter that has not got it.

usage: python guest.py FOLDER [azmlinfsrv arguments]

FOLDER has what azmlinfsrv needs, and comes after everything that the interpreter has of its own.
This file has to parse on any Python, old ones included, to tell that they are too old.
"""

import sys
from pathlib import Path

TOO_OLD_STATUS = 4


def main() -> int:
    """Run azmlinfsrv; returns its exit status, or TOO_OLD_STATUS."""
    if sys.version_info[:2] < (3, 10):
        sys.stderr.write(
            "azmlinfsrv needs Python 3.10 or later; " + sys.executable + " is older.\n"
        )
        return TOO_OLD_STATUS
    own = Path(__file__).absolute().parent
    sys.path[:] = [path for path in sys.path if Path(path or ".").absolute() != own]
    sys.path.append(sys.argv.pop(1))
    from azmlinfsrv.cli import main as run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
