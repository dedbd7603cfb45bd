"""What open pages cost, measured on the real daemon."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bridge.bench.pages import PagesCost, measure_pages, show_pages
from bridge.bench.receivers import Receivers

COST = PagesCost(
    30.0,
    2,
    {"p50": 8.0, "p95": 9.0, "p99": 10.0},
    {"p50": 8.2, "p95": 9.0, "p99": 10.5},
    1234,
    (0, 1),
    (0.2, 0.25),
)


def test_the_ratio_is_with_pages_over_without() -> None:
    assert COST.ratio == pytest.approx({"p50": 1.025, "p95": 1.0, "p99": 1.05})


def test_the_table_has_the_figures_of_both_and_their_ratio() -> None:
    out = io.StringIO()
    show_pages(Console(file=out, width=200), [COST])
    told = out.getvalue()
    assert "2 pages open" in told
    row = told.splitlines()[-1].split()
    for cell in ("30", "8.00", "10.00", "8.20", "10.50", "1.025", "1.050", "1234"):
        assert cell in row


@pytest.mark.slow
def test_turns_with_and_without_pages_alternate_and_all_is_read() -> None:
    turns: list[None] = []
    with Receivers() as receivers:
        cost = measure_pages(2, 30.0, 30, 1, receivers, lambda: turns.append(None))
    assert len(turns) == 2
    # Each page reads a frame and a posture for each image that was solved, at least.
    assert cost.messages > 4 * 20
    assert cost.with_ms["p50"] > 0.0 and cost.without_ms["p50"] > 0.0
