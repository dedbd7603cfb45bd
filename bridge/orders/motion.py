"""Executes orders on the motion generator."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from bridge.errors import ConfigError
from engines.motion.performer import Performer

from .face import FaceParts, FaceSettings
from .order import SetIdle, SetLead, SetSteadiness, SetStyle

MotionOrder = SetSteadiness | SetLead | SetStyle | SetIdle


def set_motion(
    faces: Sequence[FaceParts],
    order: MotionOrder,
    shaping: AbstractContextManager[object],
    motion: str,
) -> str:
    """Change the generators of faces, and return a sentence about it.

    Args:
        faces: to change.
        order: the new value.
        shaping: the lock to hold while shapers are changed.
        motion: the name of the motion stage, for messages.

    Raises:
        ConfigError: a face has no generator; nothing was changed.
    """
    name, value = _setting(order)
    performers = [face.shaper.performer for face in faces]
    if None in performers:
        raise ConfigError(
            f"{name} was not changed: only the motion network uses it, and motion "
            f"is {motion} in this run"
        )
    with shaping:
        for face in faces:
            performer = face.shaper.performer
            if performer is not None:
                face.settings = _move(performer, face.settings, order)
    return f"{name} = {value}"


def _setting(order: MotionOrder) -> tuple[str, str]:
    match order:
        case SetSteadiness():
            return "steadiness", f"{order.steadiness:g}"
        case SetLead():
            return "lead_ms", f"{order.lead_ms:g}"
        case SetStyle():
            return "style", order.style
        case SetIdle():
            return "idle", str(order.idle).lower()


def _move(
    performer: Performer, settings: FaceSettings, order: MotionOrder
) -> FaceSettings:
    """Change one performer, and return its face's new settings."""
    match order:
        case SetSteadiness():
            performer.generator.steadiness = order.steadiness
            return replace(settings, steadiness=order.steadiness)
        case SetLead():
            performer.lead_s = order.lead_ms / 1e3
            return replace(settings, lead_ms=order.lead_ms)
        case SetStyle():
            performer.style = order.style
            return replace(settings, style=order.style)
        case SetIdle():
            performer.idle = order.idle
            return replace(settings, idle=order.idle)
