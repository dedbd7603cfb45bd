"""What open pages of the monitor cost the stream: capture to send, with and without.

Timings vary with the load of the machine. So one daemon runs, and short turns without a
page and with pages alternate. Two neighbouring turns give a ratio; the median of these
ratios is hardly moved by another program that wakes up now and then. The pages are read
by a process of its own, as by a browser.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from time import process_time
from typing import Final

import numpy as np
from rich.console import Console
from rich.table import Table

from bridge.clock import monotonic_ns
from bridge.config import Config
from bridge.daemon import Daemon
from bridge.errors import BridgeError
from bridge.page.open import open_monitor
from bridge.stages import Summary, summary
from protocols.arrays import Ints
from protocols.wording import counted

from .latency import WARM_UP, demo_source
from .open_pages import OpenPages
from .receivers import Receivers

RATES: Final = (30.0, 60.0)
"""Images per second."""
TURN_S: Final = 4.0
"""Length of a turn: p99 is then the second longest of 120 images, at least."""
SETTLE: Final = 10
"""Images at the start of a turn that are not counted: pages open or close then."""
ENDLESS: Final = 10**9
"""Images of the source; the measurement ends first."""
PATIENCE_S: Final = 60.0
"""A turn takes this much longer than it should before the measurement is given up."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was measured in one turn."""

    took_ns: Ints
    """(images,) capture to send."""
    cpu_share: float
    """CPU time of this process over elapsed time; 1 is one core."""
    dropped: int
    """Images that were not solved."""
    messages: int = 0
    """That the pages have read."""


@dataclass(frozen=True, slots=True)
class PagesCost:
    """One row of the table."""

    rate_hz: float
    pages: int
    pairs: int
    """Number of turns without a page, and of turns with pages."""
    without_ms: Summary
    """Capture to send without a page, over all turns."""
    with_ms: Summary
    """The same with pages."""
    ratio: Summary
    """With pages over without: the median of the ratios of neighbouring turns."""
    messages: int
    """That the pages have read."""
    dropped: tuple[int, int]
    """Images that were not solved, without and with."""
    cpu_share: tuple[float, float]
    """CPU time of this process over elapsed time, without and with; 1 is one core."""


def measure_pages(
    pages: int,
    rate_hz: float,
    images: int,
    rounds: int,
    receivers: Receivers,
    tick: Callable[[], None] = lambda: None,
) -> PagesCost:
    """Alternate between no page and `pages` open pages, while one daemon runs.

    Args:
        pages: how many are open.
        rate_hz: images per second.
        images: counted images per turn; `SETTLE` more come before them.
        rounds: number of turns of each.
        receivers: the destinations of the daemon's packets.
        tick: called after every turn.

    Raises:
        BridgeError: the pages could not be opened, or the daemon ended.
    """
    turns: dict[bool, list[Turn]] = {False: [], True: []}
    daemon = Daemon(_settings(receivers.config), source=demo_source(rate_hz, ENDLESS))
    with ExitStack() as stack:
        stack.callback(daemon.stop)
        served = open_monitor(daemon)
        stack.callback(served.close)
        opened = stack.enter_context(OpenPages(served.address, pages))
        daemon.start()
        _await(daemon, WARM_UP, rate_hz, receivers)
        for number in range(rounds):
            # Every second pair begins with the pages, so that a drift counts for both.
            for shown in (number % 2 == 1, number % 2 == 0):
                if shown:
                    opened.open()
                _await(daemon, SETTLE, rate_hz, receivers)
                turn = _turn(daemon, images, rate_hz, receivers)
                read = opened.close() if shown else 0
                turns[shown].append(
                    Turn(turn.took_ns, turn.cpu_share, turn.dropped, read)
                )
                tick()
    return cost(rate_hz, pages, turns[False], turns[True])


def cost(
    rate_hz: float, pages: int, without: Sequence[Turn], opened: Sequence[Turn]
) -> PagesCost:
    """Return what pages cost, from neighbouring turns.

    Args:
        rate_hz: images per second.
        pages: how many were open.
        without: turns without a page.
        opened: turns with pages, as many.
    """
    ratios: dict[str, list[float]] = {"p50": [], "p95": [], "p99": []}
    for before, after in zip(without, opened, strict=True):
        first, second = summary(before.took_ns), summary(after.took_ns)
        for name, values in ratios.items():
            values.append(second[name] / first[name] if first[name] else 1.0)
    return PagesCost(
        rate_hz,
        pages,
        len(without),
        summary(np.concatenate([turn.took_ns for turn in without])),
        summary(np.concatenate([turn.took_ns for turn in opened])),
        {name: round(float(np.median(values)), 4) for name, values in ratios.items()},
        sum(turn.messages for turn in opened),
        (sum(turn.dropped for turn in without), sum(turn.dropped for turn in opened)),
        (
            float(np.mean([turn.cpu_share for turn in without])),
            float(np.mean([turn.cpu_share for turn in opened])),
        ),
    )


def show_pages(console: Console, rows: Sequence[PagesCost]) -> None:
    """Print the table."""
    pages, pairs = (rows[0].pages, rows[0].pairs) if rows else (0, 0)
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
        table.add_row(
            *(f"{row.rate_hz:g} fps", without, opened),
            *(f"{row.ratio['p50']:.3f}", f"{row.ratio['p99']:.3f}"),
            " / ".join(f"{100 * share:.0f} %" for share in row.cpu_share),
            str(row.messages),
        )
    console.print(table)
    console.print(
        f"ratios: medians over {counted(pairs, 'pair')} of neighbouring turns, without "
        "a page and with pages",
        highlight=False,
        soft_wrap=True,
    )


def _turn(daemon: Daemon, images: int, rate_hz: float, receivers: Receivers) -> Turn:
    start_ns, start_s, dropped = monotonic_ns(), process_time(), daemon.dropped
    _await(daemon, images, rate_hz, receivers)
    share = (process_time() - start_s) * 1e9 / (monotonic_ns() - start_ns)
    took_ns = daemon.watch.laps_ns(images).sum(axis=1)
    return Turn(took_ns, share, daemon.dropped - dropped)


def _await(daemon: Daemon, images: int, rate_hz: float, receivers: Receivers) -> None:
    """Wait until a number of images was sent; receive their packets meanwhile."""
    until = daemon.watch.frames + images
    end_ns = monotonic_ns() + round((images / rate_hz + PATIENCE_S) * 1e9)
    while (left := until - daemon.watch.frames) > 0:
        going = daemon.wait(min(0.5, left / rate_hz))
        receivers.drain()
        if not going or monotonic_ns() > end_ns:
            raise BridgeError("bench --pages: the daemon sent no images any more")


def _settings(config: Config) -> Config:
    monitor = config.monitor.model_copy(update={"port": 0})
    return config.model_copy(update={"monitor": monitor})
