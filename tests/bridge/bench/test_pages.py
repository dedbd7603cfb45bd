"""What open pages cost, measured on the real daemon."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from bridge.bench.open_pages import OpenPages
from bridge.bench.pages import PagesCost, Turn, cost, measure_pages, show_pages
from bridge.bench.receivers import Receivers
from bridge.errors import BridgeError
from tests.bridge.page.served import TOKEN, served


def turn(milliseconds: float, *, slowest: float, messages: int = 0) -> Turn:
    """A turn of 200 images of one latency, but for the slowest eight."""
    took = np.full(200, round(milliseconds * 1e6), dtype=np.int64)
    took[::25] = round(slowest * 1e6)
    return Turn(took, 0.25 if messages else 0.2, int(bool(messages)), messages)


def costs() -> PagesCost:
    without = [turn(8.0, slowest=10.0), turn(8.0, slowest=10.0), turn(9.0, slowest=90)]
    opened = [
        turn(8.2, slowest=10.5, messages=400),
        turn(8.2, slowest=10.5, messages=400),
        turn(90.0, slowest=900, messages=434),
    ]
    return cost(30.0, 2, without, opened)


def test_the_ratio_is_the_median_of_neighbouring_turns() -> None:
    found = costs()
    assert found.ratio == pytest.approx({"p50": 1.025, "p95": 1.025, "p99": 1.05})
    assert (found.pairs, found.messages, found.dropped) == (3, 1234, (0, 3))
    assert found.cpu_share == pytest.approx((0.2, 0.25))
    assert found.without_ms["p50"] == 8.0 and found.with_ms["p50"] == 8.2


def test_the_table_has_the_figures_of_both_and_their_ratio() -> None:
    out = io.StringIO()
    show_pages(Console(file=out, width=200), [costs()])
    told = out.getvalue()
    assert "2 pages open" in told and "medians over 3 pairs" in told
    row = next(line for line in told.splitlines() if "30 fps" in line).split()
    for cell in ("30", "8.00", "8.20", "1.025", "1.050", "20", "25", "1234"):
        assert cell in row


def test_pages_are_opened_read_and_closed_again_by_another_process() -> None:
    with (
        served() as at,
        OpenPages(f"{at.origin}/#token={TOKEN}", 2) as pages,
    ):
        for _ in range(2):
            pages.open()
            assert at.tap.open
            assert pages.close() >= 2


def test_pages_that_cannot_be_opened_are_a_sentence() -> None:
    with (
        served() as at,
        OpenPages(f"{at.origin}/#token=wrong", 2) as pages,
        pytest.raises(BridgeError, match="2 pages cannot be opened"),
    ):
        pages.open()


@pytest.mark.slow
def test_turns_with_and_without_pages_alternate_and_all_is_read() -> None:
    turns: list[None] = []
    with Receivers() as receivers:
        found = measure_pages(2, 30.0, 30, 2, receivers, lambda: turns.append(None))
    assert (len(turns), found.pairs) == (4, 2)
    # Each page reads a frame and a posture for each image that was solved, at least.
    assert found.messages > 4 * 20
    assert found.with_ms["p50"] > 0.0 and found.without_ms["p50"] > 0.0
