"""The load of `azmlinfsrv profile` on a server that runs: how many requests a second it gets."""

import json
import os
import sys

from azmlinfsrv.cli.profiling.generator import Load, wire

port, connections, seconds = map(int, sys.argv[1:])
address = ("127.0.0.1", port)
requests = [wire(os.environ["BENCH_BODY"].encode(), "application/json", address)]
with Load(address, requests, connections, 30, lambda: False) as load:
    burst = load.run(seconds, lambda _: None)
if burst.failures or not burst.requests:
    sys.exit(f"{burst.failures} requests failed: {burst.first_failure}")
print(json.dumps({"rate": burst.requests / burst.seconds}))
