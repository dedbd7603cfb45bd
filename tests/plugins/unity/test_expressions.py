"""When Unity's events of an expression are called."""

from __future__ import annotations

from .conftest import Run

CALLED = {
    "sender": "| | enter 0 | 0.0625 | 0.125 | leave 0.1875 | 0",
    "thresholds": "| | | | enter 0 | 0.0625 | 0.125 | 0.1875 | leave 0.25 0",
    "older": "| | | enter 0 | 0.0625 | 0.125 | leave 0.1875 0",
    "away": "| enter 0 | 0.0625 | 0.125 | leave 0.1875 | 0",
    "flicker": "| | | | | | 0",
    "neutral": "| | enter 0 | leave 0.0625 0",
}
"""Each case's faces, 1/16 s apart: what is called with each, and with which seconds."""


def test_an_expression_begins_is_held_and_ends(run: Run) -> None:
    assert dict(line.split("\t") for line in run("held").splitlines()) == CALLED
