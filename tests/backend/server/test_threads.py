"""run() is called once at a time, unless --threads says that the model is thread-safe."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..conftest import Server

MEETING = """
    import threading

    meeting = threading.Barrier(3)
    main = threading.get_ident()

    def init():
        assert threading.current_thread() is threading.main_thread()

    def run(data):
        try:
            meeting.wait(5)
        except threading.BrokenBarrierError:
            return "alone"
        return "together"
"""


def ask_three(server: Server) -> list[Any]:
    server.wait_until_ready()
    with ThreadPoolExecutor(3) as clients:
        return [a.json for a in clients.map(lambda _: server.request("/score", "x"), range(3))]


def test_three_requests_are_in_run_at_once_with_three_threads(
    start_server: Any, front: str
) -> None:
    server = start_server(MEETING, "--server", front, "--threads", "3")
    assert ask_three(server) == ["together"] * 3
    assert "Threads: 3" in server.output


def test_without_it_they_never_meet(start_server: Any, front: str) -> None:
    server = start_server(MEETING.replace("wait(5)", "wait(0.3)"), "--server", front)
    assert ask_three(server) == ["alone"] * 3


def test_a_server_with_threads_stops_in_good_order(start_server: Any, front: str) -> None:
    server = start_server(
        "import time\ndef init(): pass\ndef run(d):\n    print('began')\n    time.sleep(1)\n",
        *("--server", front, "--threads", "2"),
    )
    server.wait_until_ready()
    answers: list[int] = []
    clients = [
        threading.Thread(target=lambda: answers.append(server.request("/score", "x").status))
        for _ in range(2)
    ]
    for client in clients:
        client.start()
    while server.output.count("began") < 2:
        pass
    assert server.stop() == 0
    for client in clients:
        client.join(10)
    assert answers == [200, 200]
