"""A Ray cluster of two processors on this machine, until standard input ends.

Prints its address. A program of its own, as a cluster is: what joins it does not end it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile


def main() -> None:
    # Names of sockets may not be long.
    folder = tempfile.mkdtemp(prefix="ray-")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray

        ray.init(
            num_cpus=2,
            include_dashboard=False,
            logging_level="error",
            _temp_dir=folder,
            _node_ip_address="127.0.0.1",
        )
        print(ray.get_runtime_context().gcs_address, flush=True)
        sys.stdin.read()
        ray.shutdown()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


main()
