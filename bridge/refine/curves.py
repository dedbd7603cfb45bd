"""Draws a channel before and after refinement as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Final

import numpy as np

from engines.motion.signals import PLACE, SIGNALS, WEIGHTS
from engines.refine.spans import Span
from protocols.arrays import Floats, Numbers

from .face import RefinedFace
from .numbers import changes

WIDTH: Final = 900
HEIGHT: Final = 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 24, 8, 22
COLUMNS: Final = 420
"""A longer curve is drawn as the minimum and maximum of each of this many columns."""
CHANNELS: Final = 6
"""Number of channels that are drawn: those that changed most."""
LEAST: Final = 1e-3
"""A channel that changed less than this, in the network's units, is not drawn."""
CLOSE_S: Final = 6.0
"""Length of the detail view around the largest change."""
MARKS: Final = 300
"""Largest number of shaded spans in one picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One channel over a part of a take."""

    title: str
    svg: str


def pictures(face: RefinedFace) -> list[Picture]:
    """Return the most changed channels: the whole take, then the largest change."""
    change = changes(face)
    out = []
    for channel in np.argsort(-change, kind="stable")[:CHANNELS].tolist():
        if change[channel] < LEAST:
            break
        unit, factor = _unit(channel)
        times = (face.before.captured_ns - face.before.captured_ns[0]) / 1e9
        was = np.nan_to_num(face.signals[:, channel]) * factor
        now = np.nan_to_num(face.refined.signals[:, channel]) * factor
        name = f"{SIGNALS[channel]}, {unit}"
        spans = [
            span
            for span in face.refined.spans
            if not span.channels or SIGNALS[channel] in span.channels
        ]
        if times[-1] > 2.0 * CLOSE_S:
            out.append(_picture(f"{name}: the whole take", times, was, now, spans))
        middle = times[int(np.argmax(np.abs(now - was)))]
        start = max(min(middle - CLOSE_S / 2.0, times[-1] - CLOSE_S), 0.0)
        first, last = np.searchsorted(times, [start, start + CLOSE_S]).tolist()
        part = slice(first, max(last, first + 1))
        title = f"{name}: {start:.1f} s to {min(start + CLOSE_S, times[-1]):.1f} s"
        out.append(
            _picture(title, times[part], was[part], now[part], _within(spans, part))
        )
    return out


def _unit(channel: int) -> tuple[str, np.float32]:
    if channel < WEIGHTS.stop:
        return "0 to 1", np.float32(1.0)
    if channel < PLACE.start:
        return "degrees", np.float32(np.degrees(1.0))
    return "centimetres", np.float32(100.0)


def _within(spans: Sequence[Span], part: slice) -> list[Span]:
    return [
        Span(
            span.kind,
            max(span.first - part.start, 0),
            min(span.last, part.stop - 1) - part.start,
            span.channels,
        )
        for span in spans
        if span.first < part.stop and span.last >= part.start
    ]


def _picture(
    title: str, times: Numbers, was: Floats, now: Floats, spans: Sequence[Span]
) -> Picture:
    low = float(min(was.min(), now.min()))
    high = float(max(was.max(), now.max()))
    room = max(0.05 * (high - low), 1e-3)
    low, high = low - room, high + room
    seconds = max(float(times[-1] - times[0]), 1e-9)
    across, down = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(at: Numbers) -> list[float]:
        return [_LEFT + part * across for part in ((at - times[0]) / seconds).tolist()]

    def y(values: Floats) -> list[float]:
        return [
            _TOP + (high - value) / (high - low) * down for value in values.tolist()
        ]

    parts = []
    for span in spans[:MARKS]:
        begin, end = x(times[[span.first, span.last]])
        parts.append(
            f'<rect class="{span.kind}" x="{begin - 1:.1f}" y="{_TOP}" '
            f'width="{end - begin + 2:.1f}" height="{down}"/>'
        )
    ticks = np.linspace(low + room, high - room, 3, dtype=np.float32)
    for value, at in zip(ticks.tolist(), y(ticks), strict=True):
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" '
            f'y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text x="{_LEFT - 5}" y="{at + 4:.1f}" text-anchor="end">'
            f"{value:.2f}</text>"
        )
    instants = np.linspace(times[0], times[-1], 7)
    for at_s, place in zip(instants.tolist(), x(instants), strict=True):
        parts.append(
            f'<text x="{place:.1f}" y="{HEIGHT - 6}" '
            f'text-anchor="middle">{at_s:.1f} s</text>'
        )
    for kind, values in (("before", was), ("after", now)):
        along, heights = _thinned(times, values)
        points = " ".join(
            f"{px:.1f},{py:.1f}" for px, py in zip(x(along), y(heights), strict=True)
        )
        parts.append(f'<polyline class="{kind}" points="{points}"/>')
    svg = (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        + "".join(parts)
        + "</svg>"
    )
    return Picture(title, svg)


def _thinned(times: Numbers, values: Floats) -> tuple[Numbers, Floats]:
    """Return a short curve unchanged, and of a long one each column's extremes."""
    if len(values) <= 2 * COLUMNS:
        return times, values
    edges = np.linspace(0, len(values), COLUMNS + 1).astype(int).tolist()
    keep = []
    for first, last in pairwise(edges):
        part = values[first:last]
        keep += sorted({first + int(part.argmin()), first + int(part.argmax())})
    return times[keep], values[keep]
