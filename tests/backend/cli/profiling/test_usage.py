"""What the system tells of processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from azmlinfsrv.cli.profiling.usage import usage_in_ps, usage_of

from ...conftest import wait_until

ALLOCATES = """
import os, sys, time
data = bytearray(80_000_000)
if os.fork() == 0:
    time.sleep(600)
end = time.process_time() + 0.3
while time.process_time() < end: pass
print("done", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_memory_that_two_processes_share_counts_once() -> None:
    words = [sys.executable, "-c", ALLOCATES]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        used = usage_of(process.pid)
        assert used is not None
        assert 80_000_000 < used.memory_bytes < 130_000_000
        assert used.peak_bytes >= used.memory_bytes
        assert 0 < used.first_bytes < used.memory_bytes
        assert 0.3 <= used.cpu_seconds < 2
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    wait_until(lambda: usage_of(process.pid) is None)


def test_the_processes_of_a_group_are_found_in_what_ps_prints() -> None:
    shown = """\
  100   100  20480   0:01.50
  101   100 102400   1:02.25
  102   100   1024 1-02:00:00
  200   200 999999   9:00.00
"""
    used = usage_in_ps(shown, 100)
    assert used is not None
    assert used.memory_bytes == (20_480 + 102_400 + 1024) * 1024
    assert used.first_bytes == 20_480 * 1024
    assert used.cpu_seconds == pytest.approx(1.5 + 62.25 + 93_600)
    assert usage_in_ps(shown, 300) is None
