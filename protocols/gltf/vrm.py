"""What the VRM extension of a glTF file says, for VRM 0.x and VRM 1.0 alike.

Sources: vrm-c/vrm-specification, `VRM` (0.0) and `VRMC_vrm-1.0`.

    VRM 0.x  rest in T-pose, faces -Z, binds name meshes, weights 0 to 100
    VRM 1.0  rest in T-pose, faces +Z, binds name nodes, weights 0 to 1

Names of presets and bones are VRM 1.0's here, whichever version the file has
(`joy` is `happy`, `a` is `aa`, `blink_l` is `blinkLeft`).
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bind:
    """A morph target that an expression moves."""

    node: int
    target: int
    """Index among the targets of the node's mesh."""
    weight: float
    """0 to 1: the target's weight when the expression is 1."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One expression (VRM 1.0) or blend shape group (VRM 0.x)."""

    name: str
    """As a receiver of VMC spells it: the file's own name of a custom one, else the
    preset's in the file's version (`Joy`, `Blink_L`; `happy`, `blinkLeft`)."""
    preset: str
    """VRM 1.0's name of the preset, empty for a custom one."""
    binds: tuple[Bind, ...]
    binary: bool = False
    """True if only 0 and 1 show: 1 where the value is above 0.5."""
    overrides: tuple[str, str, str] = ("none", "none", "none")
    """What it does to blinks, gaze and mouth: `none`, `block` or `blend`."""
    other: bool = False
    """True if it changes materials too."""


@dataclass(frozen=True, slots=True)
class Range:
    """How far a gaze goes: `input` degrees of gaze or more give `output`."""

    input: float
    """Degrees, above 0."""
    output: float
    """Degrees of the eye bone, or the weight of the expression."""


@dataclass(frozen=True, slots=True)
class Look:
    """How the character turns its gaze."""

    by: str
    """`bone` or `expression`."""
    inner: Range
    outer: Range
    down: Range
    up: Range


@dataclass(frozen=True, slots=True)
class Licence:
    """Terms in the file's own words, and what they forbid."""

    title: str
    authors: tuple[str, ...]
    name: str
    """Of the licence, such as `CC_BY`."""
    url: str
    facts: tuple[tuple[str, str], ...] = ()
    """The remaining terms: the file's key, its value."""
    forbids: tuple[str, ...] = ()
    """What the terms forbid, such as "changing the character" or "commercial use"."""


@dataclass(frozen=True, slots=True)
class Vrm:
    """All of it."""

    version: int
    """0 or 1."""
    bones: dict[str, int] = field(default_factory=dict)
    """Node of each humanoid bone, by VRM 1.0's name."""
    clips: tuple[Clip, ...] = ()
    look: Look | None = None
    licence: Licence | None = None
