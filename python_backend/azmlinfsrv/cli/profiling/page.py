"""A profile as one HTML file: no scripts, nothing to load, readable in the dark and aloud."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from azmlinfsrv.cli.profiling.charts import latency_chart, parts_chart, throughput_chart
from azmlinfsrv.cli.profiling.figures import Profile
from azmlinfsrv.cli.profiling.flame import flame_chart
from azmlinfsrv.cli.profiling.notes import notes_on
from azmlinfsrv.cli.profiling.recommend import Recommendation
from azmlinfsrv.cli.profiling.template import render
from azmlinfsrv.cli.profiling.text import parts_rows, rate, table_of


def page_of(
    profile: Profile, recommendation: Recommendation | None, flame: dict[str, Any] | None
) -> str:
    """Return the HTML document."""
    headings, rows = table_of(profile)
    parted = [level for level in profile.levels if level.parts and level.mean_ms]
    lowest = min(parted, key=lambda level: level.concurrency) if parted else None
    parts = parts_rows(lowest) if lowest else []
    return render(
        "report.html.jinja",
        profile=profile,
        name=Path(profile.script).name,
        headings=headings,
        rows=rows,
        latency=latency_chart(profile.levels),
        throughput=throughput_chart(profile.levels),
        parts=parts,
        parts_chart=parts_chart(parts) if parts else None,
        parts_concurrency=lowest.concurrency if lowest else 0,
        recommendation=recommendation,
        flame=flame_chart(flame) if flame else None,
        flame_requests=flame["requests"] if flame else 0,
        notes=notes_on(profile) if profile.levels else [],
        rate=rate,
        created=datetime.fromisoformat(profile.created).strftime("%Y-%m-%d %H:%M UTC"),
    )
