"""What people and machines can read in the log."""

from __future__ import annotations

import json
import re
import time
from typing import Any

SCRIPT = """
    import logging

    def init():
        print("loading", end=" … ")
        print("done")

    def run(data):
        print("scoring", data)
        logging.getLogger("my.model").info("one row")
        return data
"""


def lines_with(server: Any, text: str) -> list[str]:
    deadline = time.monotonic() + 10
    while text not in server.output and time.monotonic() < deadline:
        time.sleep(0.01)
    return [line for line in server.output.splitlines() if text in line]


def test_every_line_of_a_request_carries_its_id(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front)
    server.request("/score", "x", {"x-request-id": "mine"})
    lines_with(server, "POST /score 200")
    own = [line for line in server.output.splitlines() if line.endswith("[mine]")]
    assert [re.sub(r".* - |\d+\.\d+ms", "", line) for line in own] == [
        "scoring x [mine]",
        "one row [mine]",
        "POST /score 200  3 [mine]",
    ]
    assert not [line for line in lines_with(server, "loading … done") if line.endswith("]")]


def test_a_machine_reads_every_line_as_json(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front, "--log_format", "json")
    server.request("/score", "x", {"x-request-id": "mine"})
    lines_with(server, "POST /score 200")
    records = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    by_message = {record["message"]: record for record in records}
    assert by_message["loading … done"]["logger"] == "azmlinfsrv.print"
    assert by_message["one row"]["request_id"] == "mine"
    assert {"time", "level", "pid"} <= by_message["one row"].keys()


def test_lines_of_requests_are_written_when_the_server_stops(start_server: Any, front: str) -> None:
    server = start_server(SCRIPT, "--server", front)
    for number in range(20):
        server.request("/score", str(number))
    server.stop()
    assert server.output.count("POST /score 200") == 20
