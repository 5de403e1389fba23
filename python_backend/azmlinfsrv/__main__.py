"""``python -m azmlinfsrv``: the same program as the ``azmlinfsrv`` command."""

import sys

try:
    from azmlinfsrv.cli import main

    status = main()
except KeyboardInterrupt:
    # Before the command could have handled it.
    status = 130
sys.exit(status)
