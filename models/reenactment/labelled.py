"""Pictures and passages of which somebody wrote down what the face does.

hit     an expected curve is among the three of its region that rise most
rise    by how much it rises above the same person's neutral face
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.data.manifest import ManifestError, parse_expected
from protocols.arrays import Floats, Numbers
from protocols.channels import ARKIT, INDEX

from .loop import Performance

TOP: Final = 3
LEAST: Final = 0.05
"""A curve that rises by less is no hit, however still its neighbours are."""

ACTIONS: Final = (
    ("brow down", ("browDown",)),
    ("brow up", ("browInnerUp", "browOuterUp")),
    ("eyes closed", ("eyeBlink",)),
    ("smile", ("mouthSmile",)),
    ("jaw open", ("jawOpen",)),
    ("pucker", ("mouthPucker", "mouthFunnel")),
    ("eyes wide", ("eyeWide",)),
    ("gaze", ("eyeLook",)),
    ("tongue", ("tongueOut",)),
    ("other mouth", ("mouth",)),
)
"""Names of actions, and how the first curve of a label begins."""

_REGIONS: Final = ("brow", "eyeLook", "eye")
"""How curves of a region begin: brows, gaze, lids. All others belong to the mouth."""


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a face does, seen through one solver."""

    action: str
    hit: bool
    rise: float
    """Of the expected curve that rises most, -1 to 1."""


@dataclass(frozen=True, slots=True)
class Score:
    """One solver on one action."""

    count: int
    hit: float
    """Share of the labels."""
    rise: float
    """Mean."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Some pictures of a clip in which a face holds an expression."""

    first: int
    last: int
    """Included."""
    expected: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Segments:
    """What was looked up in one clip."""

    neutral: tuple[tuple[int, int], ...]
    """First and last pictures of passages at rest; the last is included."""
    passages: tuple[Passage, ...]


def read_segments(path: Path) -> dict[str, Segments]:
    """Read a JSON file of labelled passages, by the clip's name without suffix.

    `{"clip": {"neutral": [[5, 60]], "segs": [{"at": [138, 149], "expect": ["a|b"]}]}}`

    Raises:
        OSError: the file cannot be read.
        ManifestError: it is no such file.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: _segments(entry) for name, entry in content.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestError(
            f"{path}: not a file of segments ({error}); expected clips by name, each "
            "with `neutral` and `segs`, these with `at` and `expect`"
        ) from error


def _segments(entry: Mapping[str, Any]) -> Segments:
    return Segments(
        neutral=tuple((int(a), int(b)) for a, b in entry["neutral"]),
        passages=tuple(
            Passage(
                int(each["at"][0]),
                int(each["at"][1]),
                parse_expected(";".join(each["expect"])),
            )
            for each in entry["segs"]
        ),
    )


def label(
    expected: Sequence[Sequence[str]], weights: Floats, rest: Floats
) -> list[Label]:
    """Judge one answer.

    Args:
        expected: groups of curves, of each of which one should rise.
        weights: (52,) for the labelled picture.
        rest: (52,) for the same person's neutral face; zeros where none is known.
    """
    rise = weights.astype(np.float64) - rest
    return [_judge(group, rise) for group in expected]


def _judge(group: Sequence[str], rise: Numbers) -> Label:
    best = max(group, key=lambda name: float(rise[INDEX[name]]))
    value = float(rise[INDEX[best]])
    rivals = [i for i, name in enumerate(ARKIT) if region(name) == region(best)]
    above = sum(float(rise[i]) > value for i in rivals)
    return Label(action_of(group[0]), above < TOP and value > LEAST, value)


def region(curve: str) -> str:
    """Return `brow`, `eyeLook`, `eye` or `mouth`: the rivals of a curve."""
    return next((name for name in _REGIONS if curve.startswith(name)), "mouth")


def action_of(curve: str) -> str:
    """Return the action that a label belongs to, by its first curve."""
    for action, beginnings in ACTIONS:
        if curve.startswith(beginnings):
            return action
    return "other"


def label_passages(
    performance: Performance, segments: Segments, solver: str
) -> Iterator[Label]:
    """Judge one solver on the labelled passages of a clip; each by its mean."""
    said = performance.watched.said[solver]
    calm = [said[first : last + 1] for first, last in segments.neutral]
    rest = _mean(np.concatenate([said[:0], *calm]))
    for passage in segments.passages:
        held = _mean(said[passage.first : passage.last + 1])
        if np.isfinite(held).all() and np.isfinite(rest).all():
            yield from label(passage.expected, held, rest)


def scores(labels: Sequence[Label]) -> dict[str, Score]:
    """Return the scores by action, in the order of `ACTIONS`; without labels, none."""
    found = {}
    for action in (*(name for name, _ in ACTIONS), "other"):
        mine = [each for each in labels if each.action == action]
        if mine:
            hit = sum(each.hit for each in mine) / len(mine)
            rise = sum(each.rise for each in mine) / len(mine)
            found[action] = Score(len(mine), hit, rise)
    return found


def _mean(said: Floats) -> Floats:
    """Return (52,) mean over the rows with a face; NaN without any."""
    seen = said[np.isfinite(said).all(axis=1)]
    if not len(seen):
        return np.full(len(ARKIT), np.nan, dtype=np.float32)
    mean: Floats = seen.mean(axis=0)
    return mean
