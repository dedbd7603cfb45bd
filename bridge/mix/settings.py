"""The settings of several sources at once: the section `[mix]`."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator

from bridge.address import masked
from bridge.errors import ConfigError
from bridge.section import Section, Share

from .regions import REGIONS, unknown

MOST: Final = 7
"""Largest number of layers."""

LONGEST: Final = 64
"""Characters in the name of a layer."""

_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST}}}")
"""Names that TOML takes as keys without quotes."""


class Layer(Section):
    """One more source, and the regions of the face that it is used for."""

    source: str
    """As `capture.source`, for example camera:1 or livelink:11112."""
    regions: Annotated[list[str], Field(min_length=1, max_length=60)]
    """lids, gaze, eyes (both), brows, mouth, face (all of these), head, position, body,
    expression or all; also single curves, such as tongueOut."""
    priority: Annotated[int, Field(ge=-100, le=100)] = 1
    """A higher priority covers a lower one; `capture.source` has 0. Equal ones are
    blended: by their doubt where all of them know it, else evenly."""
    share: Share = 1.0
    """How much of this source is used where it covers others; 1 covers them all."""
    delay_ms: Literal["measured"] | Annotated[float, Field(ge=-300.0, le=300.0)] = (
        "measured"
    )
    """How much later than `capture.source` this source arrives; below 0 if earlier.
    measured compares the movements of both."""

    @field_validator("regions")
    @classmethod
    def _known(cls, value: list[str]) -> list[str]:
        if names := unknown(value):
            raise ValueError(
                f"no such region: {', '.join(names)}; there are "
                f"{', '.join(REGIONS)} and the names of the 52 curves"
            )
        return value


class Mix(Section):
    """Several sources at once, blended by region. `capture.source` is the base: it
    defines the time, and shows what no layer covers."""

    wait_ms: Annotated[float, Field(ge=0.0, le=300.0)] = 200.0
    """The most that faster sources are held back, so that all show the same instant. 0
    holds nothing back: slower sources are then late."""
    take_over: bool = True
    """If no source of a region is seen, another source that sends it takes it over."""
    layers: Annotated[dict[str, Layer], Field(max_length=MOST)] = Field(
        default_factory=dict
    )
    """More sources, each with a name of your choice."""

    @field_validator("layers")
    @classmethod
    def _named(cls, value: dict[str, Layer]) -> dict[str, Layer]:
        for name in value:
            if _NAME.fullmatch(name) is None:
                raise ValueError(
                    f"the name {name!r}, expected 1 to {LONGEST} letters from a to z, "
                    'digits, "-" or "_"'
                )
        return value


def layer_of(text: str) -> tuple[str, dict[str, Any]]:
    """Return the name and the settings of a layer on the command line.

    Args:
        text: REGIONS=SOURCE, as in `eyes,brows=livelink:11112`.

    Raises:
        ConfigError: the text has another form.
    """
    regions, equals, source = text.partition("=")
    names = [name.strip() for name in regions.split(",")]
    if not equals or not source.strip() or not all(names):
        raise ConfigError(
            f"--mix {masked(text)}: expected REGIONS=SOURCE, as in "
            "eyes,brows=livelink:11112"
        )
    return "-".join(names)[:LONGEST], {"source": source.strip(), "regions": names}
