"""Performances in files: `motion-00000.npz` and so on, some in each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engines.motion.signals import COUNT
from models.data.files import FileError, open_arrays
from protocols.channels import EXPRESSIONS

from .performance import RATE, Blink, Performance


class ShardError(ValueError):
    """A file that holds no performances."""


def write_shard(path: Path, performances: Sequence[Performance]) -> None:
    """Write performances of any lengths, events and all.

    Arrays: `signals` (sum, 58) and `expression` (sum, 8) one after the other, `lengths`
    (k,) in samples, `events` as JSON, `rate`.
    """
    events = [
        {
            "blinks": [asdict(blink) for blink in each.blinks],
            "closures": each.closures,
            "sources": each.sources,
        }
        for each in performances
    ]
    part = path.with_suffix(".part.npz")
    np.savez(
        part,
        signals=np.concatenate([each.signals for each in performances]),
        expression=np.concatenate([each.expression for each in performances]),
        lengths=np.array([len(each.signals) for each in performances]),
        events=np.array(json.dumps(events)),
        rate=np.array(RATE),
    )
    # Whole or not at all: who is interrupted leaves no half shard.
    part.replace(path)


def read_shard(path: Path) -> list[Performance]:
    """Read what `write_shard` wrote.

    Raises:
        OSError: it cannot be read.
        ShardError: it is no such file.
    """
    try:
        with open_arrays(path) as held:
            signals, expression = held["signals"], held["expression"]
            ends = np.cumsum(held["lengths"])
            events = json.loads(str(held["events"]))
            rate = int(held["rate"])
    except FileError as error:
        raise ShardError(str(error)) from error
    if rate != RATE or signals.shape[1:] != (COUNT,) or ends[-1] != len(signals):
        raise ShardError(
            f"{path}: {signals.shape} at {rate} Hz, expected ({ends[-1]}, {COUNT}) "
            f"at {RATE} Hz"
        )
    if expression.shape != (len(signals), len(EXPRESSIONS)):
        raise ShardError(f"{path}: expression {expression.shape}")
    starts = [0, *ends[:-1].tolist()]
    return [
        Performance(
            signals=signals[first:last],
            expression=expression[first:last],
            blinks=tuple(_blink(each) for each in event["blinks"]),
            closures=tuple((a, b) for a, b in event["closures"]),
            sources=event["sources"],
        )
        for first, last, event in zip(starts, ends.tolist(), events, strict=True)
    ]


def read_shards(folder: Path) -> Iterator[Performance]:
    """Yield all performances of a folder, in order.

    Raises:
        ShardError: there are none, or a file is something else.
    """
    paths = sorted(folder.glob("motion-*.npz"))
    if not paths:
        raise ShardError(
            f"{folder}: no motion-*.npz; make them with `facewire-models data motion`"
        )
    for path in paths:
        yield from read_shard(path)


def _blink(values: dict[str, Any]) -> Blink:
    left, right = values["depth"]
    return Blink(**{**values, "depth": (float(left), float(right))})
