"""Live Link Face CSVs for tests, small enough to look at."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytest

from protocols import livelink
from protocols.export.livelink_csv import Sheet

HEADER = ["Timecode", "BlendshapeCount", *livelink.CURVES]
TEN = 10 * 3600
"""Seconds of ten o'clock."""


def row(time: str, count: object = 61, /, **values: float) -> list[str]:
    """One row; all values are 0 but those that are named."""
    return [
        time,
        str(count),
        *(str(values.get(curve, 0.0)) for curve in livelink.CURVES),
    ]


def sheet(*rows: list[str], header: list[str] = HEADER, between: str = ",") -> bytes:
    """A file of these rows."""
    return "".join(between.join(fields) + "\n" for fields in (header, *rows)).encode()


def rows(*times: str) -> bytes:
    """A file of a face at rest, at these times."""
    return sheet(*(row(time) for time in times))


def moved(count: int) -> npt.NDArray[np.float64]:
    """(count, 61) values that move: weights within 0 to 1, angles within 0.2 rad."""
    waves = np.sin(np.arange(count)[:, None] / 8 + np.arange(len(livelink.CURVES)))
    waves[:, :52] = 0.3 + 0.25 * waves[:, :52]
    waves[:, 52:] *= 0.2
    return waves


def take(
    times: Iterable[str],
    values: npt.NDArray[np.float64] | None = None,
    *,
    header: list[str] = HEADER,
    between: str = ",",
    end: str = "\n",
    digits: str = ".4f",
) -> str:
    """The text of a take that moves, at these times, with so many digits a value."""
    times = list(times)
    values = moved(len(times)) if values is None else values
    lines = [between.join(header)]
    for time, numbers in zip(times, values, strict=True):
        lines.append(between.join([time, "61", *(f"{x:{digits}}" for x in numbers)]))
    return end.join([*lines, ""])


def label(frame: int, counted: int = 60, *, mark: str = ":", digits: str = "") -> str:
    """The timecode of a frame after ten o'clock, counted so many a second."""
    seconds, ff = divmod(frame, counted)
    seconds += TEN
    minutes, ss = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ss:02}{mark}{ff:02}{digits}"


def labels(count: int, counted: int = 60, *, digits: str = ".000") -> list[str]:
    """The timecodes of frames on end."""
    return [label(k, counted, digits=digits) for k in range(count)]


def even(read: Sheet, fps: float, off_ms: float = 0.001) -> None:
    """Assert that all steps are those of so many frames a second."""
    steps = np.diff(read.elapsed_ns) / 1e6
    shortest, longest = float(steps.min()), float(steps.max())
    assert (shortest, longest) == pytest.approx((1000 / fps, 1000 / fps), abs=off_ms)
