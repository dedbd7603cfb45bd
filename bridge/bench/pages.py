"""What open pages of the monitor cost the stream: capture to send, with and without.

Turns without a page and with pages alternate in the same run, on the same images,
because timings vary with the load of the machine. The pages are read by a process of
its own, as by a browser.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from time import process_time
from typing import Final
from urllib.parse import urlsplit

import numpy as np
from rich.console import Console
from rich.table import Table

from bridge.clock import monotonic_ns
from bridge.config import Config
from bridge.daemon import Daemon
from bridge.errors import BridgeError
from bridge.metrics import Summary, summary
from bridge.page.open import open_monitor
from protocols.arrays import Ints

from .latency import WARM_UP, demo_source
from .receivers import Receivers

RATES: Final = (30.0, 60.0)
"""Images per second."""
WAIT_S: Final = 60.0
"""How long the reading process may take to start, and to end."""


@dataclass(frozen=True, slots=True)
class PagesCost:
    """One row of the table."""

    rate_hz: float
    pages: int
    without_ms: Summary
    """Capture to send without a page."""
    with_ms: Summary
    """The same with pages."""
    messages: int
    """That the pages have read."""
    dropped: tuple[int, int]
    """Images that were not solved, without and with."""
    cpu_share: tuple[float, float]
    """CPU time of this process over elapsed time, without and with; 1 is one core."""

    @property
    def ratio(self) -> Summary:
        """With pages over without."""
        return {
            name: self.with_ms[name] / value if value else 1.0
            for name, value in self.without_ms.items()
        }


def measure_pages(
    pages: int,
    rate_hz: float,
    images: int,
    rounds: int,
    receivers: Receivers,
    tick: Callable[[], None] = lambda: None,
) -> PagesCost:
    """Alternate between no page and `pages` open pages.

    Args:
        pages: how many are open.
        rate_hz: images per second.
        images: counted images per turn; `WARM_UP` more come before them.
        rounds: number of turns of each.
        receivers: the destinations of the daemon's packets.
        tick: called after every turn.

    Raises:
        BridgeError: the pages could not be opened.
    """
    took: dict[bool, list[Ints]] = {False: [], True: []}
    dropped = {False: 0, True: 0}
    cpu_s, wall_s = {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
    messages = 0
    for number in range(2 * rounds):
        # Every second pair begins with the pages, so that a drift counts for both.
        opened = (number % 2 == 1) != (number // 2 % 2 == 1)
        source = demo_source(rate_hz, images)
        daemon = Daemon(_settings(receivers.config), source=source)
        with ExitStack() as stack:
            stack.callback(daemon.stop)
            reader = None
            if opened:
                reader = _read_pages(daemon, pages, stack)
            daemon.start()
            start_ns, start_s = monotonic_ns(), process_time()
            while daemon.wait(0.5):
                receivers.drain()
            cpu_s[opened] += process_time() - start_s
            wall_s[opened] += (monotonic_ns() - start_ns) / 1e9
            if reader is not None:
                messages += _count(reader)
        took[opened].append(daemon.watch.laps_ns()[WARM_UP:].sum(axis=1))
        dropped[opened] += daemon.dropped
        tick()
    return PagesCost(
        rate_hz,
        pages,
        summary(np.concatenate(took[False])),
        summary(np.concatenate(took[True])),
        messages,
        (dropped[False], dropped[True]),
        (cpu_s[False] / wall_s[False], cpu_s[True] / wall_s[True]),
    )


def show_pages(console: Console, rows: Sequence[PagesCost]) -> None:
    """Print the table."""
    pages = rows[0].pages if rows else 0
    table = Table(
        title=f"capture to send in milliseconds, p50 / p99, {pages} pages open",
        title_justify="left",
        box=None,
    )
    for name in (
        *("pace", "no page", "with pages", "ratio of p50", "of p99"),
        *("CPU, share of a core", "read"),
    ):
        table.add_column(name, justify="left" if name == "pace" else "right")
    for row in rows:
        without, opened = (
            f"{one['p50']:.2f} / {one['p99']:.2f}"
            for one in (row.without_ms, row.with_ms)
        )
        ratio = row.ratio
        table.add_row(
            *(f"{row.rate_hz:g} fps", without, opened),
            *(f"{ratio['p50']:.3f}", f"{ratio['p99']:.3f}"),
            " / ".join(f"{100 * share:.0f} %" for share in row.cpu_share),
            str(row.messages),
        )
    console.print(table)


def _settings(config: Config) -> Config:
    monitor = config.monitor.model_copy(update={"port": 0})
    return config.model_copy(update={"monitor": monitor})


def _read_pages(daemon: Daemon, pages: int, stack: ExitStack) -> subprocess.Popen[str]:
    """Serve the daemon's page, and open pages in another process."""
    served = open_monitor(daemon)
    stack.callback(served.close)
    address = urlsplit(served.address)
    reader = subprocess.Popen(
        [sys.executable, "-m", "bridge.bench.page_reader", address.netloc, str(pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(_end, reader)
    assert reader.stdin is not None and reader.stdout is not None
    reader.stdin.write(address.fragment.removeprefix("token=") + "\n")
    reader.stdin.flush()
    if reader.stdout.readline().strip() != "open":
        raise BridgeError(f"bench --pages: {pages} pages could not be opened")
    return reader


def _count(reader: subprocess.Popen[str]) -> int:
    """Let the pages end, and return the number of messages that they have read."""
    told, _ = reader.communicate(timeout=WAIT_S)
    return int(told.strip() or 0)


def _end(reader: subprocess.Popen[str]) -> None:
    reader.kill()
    reader.communicate(timeout=WAIT_S)
