"""What `facewire engines verify` prints, and the same as JSON."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table

from engines.runtime.plan_key import Gpu
from engines.runtime.timing import Timing

from .plans import Timed
from .verification import Soaked, Verified


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was tried."""

    lacks: tuple[str, ...]
    """One sentence for each runtime that is not installed, with its command."""
    card: Gpu | None
    versions: dict[str, str]
    """Of the installed packages, by name."""
    rows: tuple[Verified, ...]
    others: tuple[Timed, ...]
    """ONNX Runtime on the processor and on CUDA."""
    soaked: Soaked | None

    @property
    def problems(self) -> list[str]:
        """One sentence each; empty if everything that could be tried works."""
        found = [
            f"{row.flavour} {row.graph} {row.precision}: {row.problem}"
            for row in self.rows
            if row.problem
        ]
        if not self.rows:
            found.append("no compiler of NVIDIA could be tried")
        if self.soaked is not None and not self.soaked.same:
            found.append("the long run: the last result is not that of the first call")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the report for scripts."""
        return {
            "machine": f"{platform.system()} {platform.machine()}",
            **asdict(self),
            "problems": self.problems,
        }


def verified_table(rows: Sequence[Verified]) -> Table:
    """Return one row for each network, precision and compiler; times in ms."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("compiler", "network", "precision"):
        table.add_column(title, no_wrap=True)
    for title in (
        *("build s", "reload", "difference", "recorded"),
        *("flat out p50", "p99", "30 Hz p50", "p99", "unrecorded p50"),
    ):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        if row.problem:
            table.add_row(row.flavour, row.graph, row.precision, "failed, see below")
            continue
        table.add_row(
            *(row.flavour, row.graph, row.precision),
            *(f"{row.build_s:.1f}", f"{row.reload_ms:.0f}", f"{row.worst:.1e}"),
            "yes" if row.recorded else "no",
            *(*_times(row.flat_out), *_times(row.paced), _times(row.fallback)[0]),
        )
    return table


def soak_line(soaked: Soaked) -> str:
    """Return the long run as a sentence."""
    return (
        f"{soaked.graph} {soaked.calls} times in {soaked.seconds:g} s: {soaked.late} "
        f"late, the process grew by {soaked.growth_mib:g} MiB"
    )


def _times(timing: Timing | None) -> tuple[str, str]:
    if timing is None:
        return "-", "-"
    return f"{timing.median_ms:.3f}", f"{timing.p99_ms:.3f}"
