"""Executes orders on faces, on the pipeline's thread, between two images.

Only that thread uses solvers. With `shape.rate` it shares shapers with the output
thread, so this module changes them only under the pipeline's shaping lock: a frame is
shaped entirely before or entirely after a change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from bridge.errors import ConfigError
from bridge.shape.finish import finishes
from bridge.shape.profile import Points, Profile
from bridge.shape.shaper import Shaper
from engines.motion.performer import Performer
from engines.motion.style import Style

from .order import (
    Calibrate,
    FaceOrder,
    ResetNeutral,
    SetLead,
    SetMirror,
    SetProfile,
    SetSteadiness,
    SetStyle,
)


class Calibrates(Protocol):
    """Has a neutral face. Implemented by `bridge.solve.actor.Actor`."""

    def calibrate(self, seconds: float) -> None:
        """Use the next seconds of frames as the neutral face."""

    def know_neutral(self, points: Points | None) -> None:
        """Use these points as the neutral face; None removes earlier points."""

    def reset_neutral(self) -> bool:
        """Forget the measured neutral face; return True if given points are used."""


@dataclass(frozen=True, slots=True)
class FaceSettings:
    """The current live settings of one face.

    `steadiness`, `lead_ms` and `style` are None if the motion network is not in use.
    """

    subject: str
    mirror: bool
    profile: str = ""
    """The profile's file; empty for none."""
    steadiness: float | None = None
    lead_ms: float | None = None
    style: Style | None = None


@dataclass(slots=True)
class FaceParts:
    """The parts of one face that orders change."""

    settings: FaceSettings
    profile: Profile
    shaper: Shaper
    actor: Calibrates | None
    """None if another program solves the face."""


class OrderHandler:
    """Executes one order at a time."""

    def __init__(
        self,
        faces: Sequence[FaceParts],
        shaping: AbstractContextManager[object],
        *,
        solver: str,
        motion: str,
    ) -> None:
        """Use these faces.

        Args:
            faces: in the order of their places.
            shaping: the lock to hold while shapers are changed.
            solver: the solver's name, for messages.
            motion: the name of the motion stage, for messages.
        """
        self._faces = faces
        self._shaping = shaping
        self._solver = solver
        self._motion = motion

    @property
    def settings(self) -> tuple[FaceSettings, ...]:
        """The live settings of every face. From any thread."""
        return tuple(face.settings for face in self._faces)

    def apply(self, order: FaceOrder) -> str:
        """Execute an order and return a sentence that says what was done.

        Raises:
            ConfigError: the order cannot be executed; nothing was changed.
        """
        faces = self._chosen(order.subject)
        match order:
            case Calibrate():
                for actor in self._actors(faces, "calibrate"):
                    actor.calibrate(order.seconds)
                told = (
                    f"look neutral for {order.seconds:g} s, from when your face is seen"
                )
            case ResetNeutral():
                actors = self._actors(faces, "reset")
                given = [actor.reset_neutral() for actor in actors]
                if any(given):
                    told = "the neutral face of the profile is used again"
                else:
                    told = "a new neutral face will be found from calm frames"
            case SetProfile():
                told = self._set_profile(faces, order)
            case SetMirror():
                told = f"mirror = {str(order.mirror).lower()}"
                with self._shaping:
                    for face in faces:
                        face.shaper.finish = finishes(face.profile, mirror=order.mirror)
                        face.settings = replace(face.settings, mirror=order.mirror)
            case _:
                told = self._set_motion(faces, order)
        return told if order.subject is None else f"{told} ({order.subject})"

    def _set_motion(
        self, faces: Sequence[FaceParts], order: SetSteadiness | SetLead | SetStyle
    ) -> str:
        name, value = _motion_setting(order)
        performers = [face.shaper.performer for face in faces]
        if None in performers:
            raise ConfigError(
                f"{name} was not changed: only the motion network uses it, and motion "
                f"is {self._motion} in this run"
            )
        with self._shaping:
            for face in faces:
                performer = face.shaper.performer
                if performer is not None:
                    face.settings = _move(performer, face.settings, order)
        return f"{name} = {value}"

    def _set_profile(self, faces: Sequence[FaceParts], order: SetProfile) -> str:
        points = order.profile.neutral_points()
        with self._shaping:
            for face in faces:
                face.profile = order.profile
                mirror = face.settings.mirror
                face.shaper.finish = finishes(order.profile, mirror=mirror)
                face.settings = replace(face.settings, profile=order.file)
        # As at the start: the first place has the person of the profile.
        owner = faces[0]
        if owner.actor is not None:
            owner.actor.know_neutral(points)
        told = f"profile = {order.file}" if order.file else "no profile is used"
        if points is not None and owner.actor is not None:
            told += f"; its neutral face is used for {owner.settings.subject}"
        return told

    def _chosen(self, subject: str | None) -> list[FaceParts]:
        if subject is None:
            return list(self._faces)
        found = [face for face in self._faces if face.settings.subject == subject]
        if not found:
            known = ", ".join(face.settings.subject for face in self._faces)
            raise ConfigError(
                f"nothing was changed: no face is named {subject!r}; known: {known}"
            )
        return found

    def _actors(self, faces: Sequence[FaceParts], verb: str) -> list[Calibrates]:
        actors = list(_solved_here(faces))
        if not actors or self._solver == "mediapipe":
            raise ConfigError(
                f"{verb}: nothing was changed; the curves of this run come from "
                f"{self._solver}, which does not use facewire's neutral face"
            )
        return actors


def _solved_here(faces: Sequence[FaceParts]) -> Iterator[Calibrates]:
    return (face.actor for face in faces if face.actor is not None)


def _motion_setting(order: SetSteadiness | SetLead | SetStyle) -> tuple[str, str]:
    match order:
        case SetSteadiness():
            return "steadiness", f"{order.steadiness:g}"
        case SetLead():
            return "lead_ms", f"{order.lead_ms:g}"
        case SetStyle():
            return "style", order.style


def _move(
    performer: Performer,
    settings: FaceSettings,
    order: SetSteadiness | SetLead | SetStyle,
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
