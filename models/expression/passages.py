"""How the passages of a clip are named, by majority of its frames."""

from __future__ import annotations

from dataclasses import dataclass

from protocols.channels import EXPRESSIONS

from .steadiness import held, largest
from .watched import Watched


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a clip in which a face shows one expression."""

    start_s: float
    end_s: float
    label: str
    """One of `EXPRESSIONS`."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a passage is called."""

    passage: Passage
    frames: int
    read: dict[str, float]
    """Share of frames by their likeliest expression, the most frequent first."""
    held: dict[str, float]
    """Share of frames by the held expression, likewise."""


def parse_passage(text: str) -> Passage:
    """Return START:END=NAME as a passage.

    Raises:
        ValueError: it is not written so, with seconds and one of the eight names.
    """
    span, equals, label = text.partition("=")
    start, colon, end = span.partition(":")
    try:
        passage = Passage(float(start), float(end), label)
    except ValueError:
        passage = Passage(0.0, 0.0, label)
    sound = 0.0 <= passage.start_s < passage.end_s < float("inf")
    if not (equals and colon and sound and label in EXPRESSIONS):
        raise ValueError(
            f"--passage {text}: expected START:END=NAME in seconds, with a name of "
            f"{', '.join(EXPRESSIONS)}"
        )
    return passage


def name_passages(clip: Watched, passages: list[Passage]) -> list[Named]:
    """Return what each passage is called; one without a face has no frames."""
    likeliest, steady = largest(clip.read), held(clip.seconds, clip.read)
    found = []
    for passage in passages:
        inside = (clip.seconds >= passage.start_s) & (clip.seconds < passage.end_s)
        where = inside.nonzero()[0].tolist()
        found.append(
            Named(
                passage,
                len(where),
                _shares([likeliest[at] for at in where]),
                _shares([steady[at] for at in where]),
            )
        )
    return found


def _shares(names: list[str]) -> dict[str, float]:
    counts = {name: names.count(name) for name in EXPRESSIONS if name in names}
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return {name: count / len(names) for name, count in ordered}
