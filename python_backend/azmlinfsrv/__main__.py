"""``python -m azmlinfsrv``: the same program as the ``azmlinfsrv`` command."""

import sys

from azmlinfsrv.cli import main

sys.exit(main())
