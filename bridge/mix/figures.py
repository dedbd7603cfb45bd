"""What is shown of each source of a mix: state, rate, delay and shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from protocols.channels import Vector

from .history import STALE_NS
from .regions import shares

if TYPE_CHECKING:
    from .part import Heard, Part

State = Literal["waiting", "live", "no face", "silent", "ended", "failed"]

LEAST: float = 0.005
"""A smaller share of a region is not shown."""


@dataclass(frozen=True, slots=True)
class PartFigures:
    """The figures of one source at one instant."""

    layer: str
    """Name of the layer; `base` for `capture.source`."""
    source: str
    state: State
    """waiting: nothing has come yet. silent: nothing comes any more."""
    rate_hz: float
    """Images or packets a second that were used."""
    delay_ms: float | None
    """How much later than the base it arrives; None until it is measured."""
    delay_set: bool
    """True if the settings name the delay."""
    refused: int
    """Faces with numbers that are not finite."""
    shares: Mapping[str, float] = field(default_factory=dict)
    """Its mean weight in each region of the newest face, 0 to 1."""

    def as_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        told = asdict(self)
        told["rate_hz"] = round(self.rate_hz, 2)
        told["shares"] = {name: round(x, 4) for name, x in self.shares.items()}
        return told

    def used_for(self) -> str:
        """Return the regions that it is used for, for people."""
        used = {name: part for name, part in self.shares.items() if part > LEAST}
        if not used:
            return "-"
        if len(used) == len(self.shares) and min(used.values()) > 1.0 - LEAST:
            return "all"
        return ", ".join(
            name if part > 1.0 - LEAST else f"{name} {100 * part:.0f} %"
            for name, part in used.items()
        )

    def sentence(self) -> str:
        """Return one line for people."""
        return (
            f"{self.layer} ({self.source}) {self.state}, {self.rate_hz:.0f}/s, "
            f"delay {self.delay()}, used for {self.used_for()}"
        )

    def delay(self) -> str:
        """Return the delay, for people."""
        if self.delay_ms is None:
            return "measuring"
        return f"{self.delay_ms:.0f} ms"


def figures_of(
    part: Part, heard: Heard | None, weights: Vector, now_ns: int
) -> PartFigures:
    """Return the figures of a part.

    Args:
        part: the source.
        heard: the newest that it has said, if anything.
        weights: (93,) of the newest face.
        now_ns: monotonic ns.
    """
    state = _state(part, heard, now_ns)
    delay_ns = part.delay_ns
    return PartFigures(
        part.name,
        part.feed.name,
        state,
        part.rate_hz if state in ("live", "no face") else 0.0,
        None if delay_ns is None else round(delay_ns / 1e6, 2),
        part.delay_set,
        part.refused,
        shares(weights),
    )


def _state(part: Part, heard: Heard | None, now_ns: int) -> State:
    if part.failure is not None:
        return "failed"
    if part.feed.ended:
        return "ended"
    if heard is None:
        return "waiting"
    if heard.solved.held or now_ns - heard.solved.arrived_ns > STALE_NS:
        return "silent"
    return "live" if heard.seen else "no face"


def line(figures: Sequence[PartFigures]) -> str:
    """Return all sources in one line; empty without a mix."""
    return "; ".join(one.sentence() for one in figures)
