"""What has to be said beside the figures, so that nobody reads more from them than they tell."""

from __future__ import annotations

from azmlinfsrv.cli.profiling.figures import Profile

_FOR_999 = 1000
# The part of the machine from which on other programs are worth a word.
_MUCH = 0.15


def notes_on(profile: Profile) -> list[str]:
    """Return sentences for the user."""
    cores = profile.machine.cores
    found = [
        f"The load was made on the same machine ({cores} core{'s' if cores > 1 else ''}) and shares"
        " it with the server: latencies hold a part of that. CPU and memory are the server's alone."
    ]
    busy = [level for level in profile.levels if level.is_generator_busy]
    if busy:
        levels = ", ".join(str(level.concurrency) for level in busy)
        share = max(level.generator_share for level in busy)
        found.append(
            f"With {levels} connections the load was the bottleneck: it kept a core busy for"
            f" {min(share, 1):.0%} of the time. The server may answer more than was measured."
        )
    others = max((level.other_cores or 0.0 for level in profile.levels), default=0.0)
    if others > _MUCH * cores:
        found.append(
            f"Other programs kept up to {others:.1f} of {cores} cores busy meanwhile: latencies are"
            " longer, and throughput is lower, than on a quiet machine. Measure again when it is."
        )
    few = [level for level in profile.levels if 0 < level.succeeded < _FOR_999]
    if few:
        levels = ", ".join(str(level.concurrency) for level in few)
        found.append(
            f"Fewer than {_FOR_999} requests with {levels} connection(s): p99.9 is the slowest one."
            " Longer: --duration."
        )
    if any(level.concurrency > profile.workers for level in profile.levels):
        found.append(
            "A worker answers one request at a time: with more connections than workers"
            f" ({profile.workers}), a latency is mostly the wait for those before."
        )
    if any(level.cores is None for level in profile.levels):
        found.append("This system does not tell the processor time and memory of the server.")
    return found
