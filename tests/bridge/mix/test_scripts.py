"""The scripts that print figures run."""

from __future__ import annotations

import pytest

from . import figures


def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    figures.cost(1.0)
    figures.jumps(1.0)
    out = capsys.readouterr().out
    assert out.count("layers") == out.count("by doubt") == 3
    assert out.count("base") == len(figures.RATES)
