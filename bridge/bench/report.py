"""The report of `facewire bench`, as tables for people and JSON for scripts."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bridge.stages import STAGES
from protocols.wording import counted

from .latency import Pace
from .startup import Startup

BEYOND = (
    "beyond the networks: all stages except track and express, without the solver "
    "network and the cropping of its patches in solve, and without the motion network "
    "in shape"
)
"""Explains the table's column of that name."""

LATER = (
    "express: runs after the frame was sent, for the next one, and is not part of "
    "capture to send"
)
"""Explains why the stages sum up to more than that column."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine of a measurement."""

    cpu: str
    cores: int
    memory_gib: float
    system: str
    python: str


@dataclass(frozen=True, slots=True)
class Report:
    """All measurements of one run."""

    machine: Machine
    paces: tuple[Pace, ...]
    startup: Startup
    peak_memory_mib: float


def this_machine() -> Machine:
    """Return a description of this machine."""
    return Machine(
        cpu=_cpu_name(),
        cores=psutil.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def as_json(report: Report) -> dict[str, Any]:
    """Return the report as values that JSON can hold."""
    return asdict(report)


def show(console: Console, report: Report) -> None:
    """Print the tables."""
    machine = report.machine
    console.print(
        f"{machine.cpu}, {counted(machine.cores, 'core')}, {machine.memory_gib} GiB, "
        f"{machine.system}, Python {machine.python}",
        highlight=False,
    )
    console.print(_latency(report.paces))
    console.print(_beyond(report.paces))
    for pace in report.paces:
        sent = ", ".join(f"{name} {count}" for name, count in pace.sent.items())
        console.print(
            f"{pace.name}: {counted(pace.frames, 'frame')}, {pace.dropped} dropped; "
            f"sent {sent}",
            highlight=False,
            soft_wrap=True,
        )
    for pace in report.paces:
        solve, inside = pace.latency_ms["solve"], pace.solver_network_ms
        console.print(
            f"{pace.name}: {pace.solver} solver, whole solve stage "
            f"p50 {solve['p50']:.2f} ms, p99 {solve['p99']:.2f} ms; of that the "
            f"network and its patches p50 {inside['p50']:.2f} ms, "
            f"p99 {inside['p99']:.2f} ms",
            highlight=False,
            soft_wrap=True,
        )
        shape, inside = pace.latency_ms["shape"], pace.motion_network_ms
        console.print(
            f"{pace.name}: {pace.motion} motion, whole shape stage "
            f"p50 {shape['p50']:.2f} ms, p99 {shape['p99']:.2f} ms; of that the "
            f"network p50 {inside['p50']:.2f} ms, p99 {inside['p99']:.2f} ms",
            highlight=False,
            soft_wrap=True,
        )
    for stage, told in (report.paces[0].runtimes if report.paces else {}).items():
        console.print(f"{stage}: {told}", highlight=False, markup=False, soft_wrap=True)
    console.print(LATER, highlight=False, soft_wrap=True)
    console.print(BEYOND, highlight=False, soft_wrap=True)
    start = report.startup
    console.print(
        f"first packet with a face {start.first_tracked_s:.2f} s after the command "
        f"(median of {len(start.all_s)}: {', '.join(f'{s:.2f}' for s in start.all_s)})"
        f"; peak memory {report.peak_memory_mib:.0f} MiB",
        highlight=False,
    )


def _latency(paces: Sequence[Pace]) -> Table:
    table = Table(title="milliseconds, p50 / p99", title_justify="left", box=None)
    table.add_column("pace")
    names = (*STAGES, "capture_to_send")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for pace in paces:
        cells = [
            f"{pace.latency_ms[n]['p50']:.2f} / {pace.latency_ms[n]['p99']:.2f}"
            for n in names
        ]
        table.add_row(pace.name, *cells)
    return table


def _beyond(paces: Sequence[Pace]) -> Table:
    alone = paces[0].alone if paces else "the tracker"
    table = Table(
        title=f"compared with {alone} alone, same run",
        title_justify="left",
        box=None,
    )
    table.add_column("pace")
    for name in (
        *(f"{alone} alone", "facewire", "ratio of p50"),
        *("beyond the networks", "CPU, share of a core"),
    ):
        table.add_column(name, justify="right")
    for pace in paces:
        one, whole = pace.alone_ms, pace.latency_ms["capture_to_send"]
        beyond = pace.overhead_ms
        table.add_row(
            pace.name,
            f"{one['p50']:.2f} / {one['p99']:.2f}",
            f"{whole['p50']:.2f} / {whole['p99']:.2f}",
            f"{whole['p50'] / one['p50']:.2f}",
            f"{beyond['p50']:.2f} / {beyond['p99']:.2f}",
            f"{100 * pace.cpu_share:.0f} %",
        )
    return table
