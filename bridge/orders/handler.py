"""Executes orders on faces, on the pipeline's thread, between two images.

Only that thread uses solvers. With `shape.rate` it shares shapers with the output
thread, so this module changes them only under the pipeline's shaping lock: a frame is
shaped entirely before or entirely after a change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from bridge.errors import ConfigError
from bridge.shape.finish import finishes
from bridge.shape.gains import gains_of, with_gain
from bridge.shape.profile import Profile

from .character import Wears
from .face import Calibrates, FaceParts, FaceSettings
from .motion import set_motion
from .order import (
    Calibrate,
    FaceOrder,
    ResetNeutral,
    SetCharacter,
    SetGain,
    SetMirror,
    SetPause,
    SetProfile,
)


class OrderHandler:
    """Executes one order at a time."""

    def __init__(
        self,
        faces: Sequence[FaceParts],
        shaping: AbstractContextManager[object],
        *,
        solver: str,
        motion: str,
        routes: Sequence[Wears] = (),
    ) -> None:
        """Use these faces.

        Args:
            faces: in the order of their places.
            shaping: the lock to hold while shapers are changed.
            solver: the solver's name, for messages.
            motion: the name of the motion stage, for messages.
            routes: send the frames, fitted to a character.
        """
        self._faces = faces
        self._shaping = shaping
        self._solver = solver
        self._motion = motion
        self._routes = routes

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The profile of every face, with the gains in use. From any thread."""
        return tuple(face.profile for face in self._faces)

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
            case SetGain():
                told = self._set_gain(faces, order)
            case SetPause():
                told = "paused" if order.paused else "not paused"
                with self._shaping:
                    for face in faces:
                        face.shaper.paused = order.paused
                        face.settings = replace(face.settings, paused=order.paused)
            case SetMirror():
                told = f"mirror = {str(order.mirror).lower()}"
                with self._shaping:
                    for face in faces:
                        face.shaper.finish = finishes(face.profile, mirror=order.mirror)
                        face.settings = replace(face.settings, mirror=order.mirror)
            case SetCharacter():
                for route, fitting in zip(self._routes, order.fittings, strict=True):
                    route.wear(fitting)
                told = f"the wires send for {order.name or 'no character'}"
            case _:
                told = set_motion(faces, order, self._shaping, self._motion)
        return told if order.subject is None else f"{told} ({order.subject})"

    def _set_profile(self, faces: Sequence[FaceParts], order: SetProfile) -> str:
        points = order.profile.neutral_points()
        with self._shaping:
            for face in faces:
                face.profile = order.profile
                mirror = face.settings.mirror
                face.shaper.finish = finishes(order.profile, mirror=mirror)
                face.settings = replace(
                    face.settings, profile=order.file, gains=gains_of(order.profile)
                )
        # As at the start: the first place has the person of the profile.
        owner = faces[0]
        if owner.actor is not None:
            owner.actor.know_neutral(points)
            owner.actor.know_rest(order.profile.rest_expression())
        told = f"profile = {order.file}" if order.file else "no profile is used"
        if points is not None and owner.actor is not None:
            told += f"; its neutral face is used for {owner.settings.subject}"
        return told

    def _set_gain(self, faces: Sequence[FaceParts], order: SetGain) -> str:
        with self._shaping:
            for face in faces:
                profile = with_gain(face.profile, order.curve, order.gain)
                face.profile = profile
                mirror = face.settings.mirror
                face.shaper.finish = finishes(profile, mirror=mirror)
                face.settings = replace(face.settings, gains=gains_of(profile))
        return f"gain of {order.curve} = {order.gain:g}"

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
