"""The connection while it is open: a timer takes faces and moves the characters.

Everything happens in Blender's main thread. The port never waits, so the window stays
alive, and no data is touched by another thread.
"""

from __future__ import annotations

import time
import traceback

import bpy

from ..core.face import NS_PER_S, Face
from ..core.motion import Motion, Recorder
from ..core.presence import Presence
from ..core.receiver import Receiver
from ..core.subjects import NEWEST
from . import before
from .rig import rig_of

INTERVAL_S = 1.0 / 60.0
JOBS = ("RENDER", "OBJECT_BAKE")
"""While one of these runs, faces are received and recorded, but move nothing."""
REDRAW_NS = 100_000_000
"""Between two drawings of the panel."""


class Session:
    """One open connection."""

    def __init__(self, scene: bpy.types.Scene) -> None:
        self.receiver = Receiver(scene.facewire.host, scene.facewire.port)
        self.scene = scene.name
        self.shown: dict[int, Face] = {}
        """The face of each character, by its place."""
        self.here: dict[int, bool] = {}
        """Whether its actor was heard within the timeout."""
        self.recorders: dict[int, Recorder] = {}
        """Not empty while a recording runs."""
        self.kept = before.Kept()
        """What the characters were like before they moved."""
        self._presence: dict[int, Presence] = {}
        self._posed: dict[int, tuple[object, ...]] = {}
        self._busy = False
        self._now_ns = 0
        self._drawn_ns = 0

    def step(self, now_ns: int) -> None:
        """Take what has arrived, and pose the characters."""
        scene = bpy.data.scenes.get(self.scene) or bpy.context.scene
        settings = scene.facewire
        if (settings.host, settings.port) != (self.receiver.host, self.receiver.port):
            self.receiver.close()
            self.receiver = Receiver(settings.host, settings.port)
        self._now_ns = now_ns
        self.receiver.subjects.play(settings.playback)
        self.receiver.poll(now_ns, self._hear)
        # A render reads the scene in a thread of its own: it must not change meanwhile.
        self._busy = any(map(bpy.app.is_job_running, JOBS))
        for place, character in enumerate(settings.characters):
            self._show(place, character, settings)
        if not settings.move and self._posed:
            self.rest()
        if now_ns - self._drawn_ns >= REDRAW_NS:
            self._drawn_ns = now_ns
            redraw()

    def rest(self) -> None:
        """Give the characters the pose that they had before."""
        self._posed.clear()
        self.kept.restore()

    def close(self) -> None:
        """Close the port, and give the characters the pose that they had before."""
        self.receiver.close()
        self.rest()

    def record(self, settings) -> None:
        """Begin a recording of all characters."""
        self.recorders = {}
        for place, character in enumerate(settings.characters):
            subject = self.receiver.subjects.find(character.subject)
            name = character.subject if subject is None else subject.name
            self.recorders[place] = Recorder(name)

    def recorded(self) -> dict[int, Motion]:
        """End the recording; return the motion of each character that has one."""
        motions = {place: one.motion() for place, one in self.recorders.items()}
        self.recorders = {}
        return {place: one for place, one in motions.items() if one is not None}

    def _hear(self, face: Face) -> None:
        for recorder in self.recorders.values():
            recorder.hear(face, self._now_ns)

    def _show(self, place: int, character, settings) -> None:
        now_ns, subjects = self._now_ns, self.receiver.subjects
        subject = subjects.find(character.subject)
        delay_ns = round(settings.delay * NS_PER_S)
        face = subjects.show(character.subject, now_ns, delay_ns)
        if subject is None or face is None:
            self.shown.pop(place, None)
            self.here[place] = False
            return
        here = now_ns - subject.arrived_ns < settings.timeout * NS_PER_S
        presence = self._presence.setdefault(place, Presence())
        share = presence.step(here, now_ns, settings.fade)
        self.shown[place], self.here[place] = face, here
        posed = (face.subject, face.seq, share)
        still = settings.playback == NEWEST and self._posed.get(place) == posed
        if settings.move and not still and not self._busy:
            rig = rig_of(character)
            self.kept.keep(rig)
            rig.pose(face.vector, face.expression, share, face.mood_place)
            self._posed[place] = posed


_open: Session | None = None
problem = ""
"""Why the last connection ended by itself; empty if it did not."""


def current() -> Session | None:
    """Return the open connection; None if it is closed."""
    return _open


def connect(scene: bpy.types.Scene) -> Session:
    """Open the connection of a scene; close another one first."""
    global _open, problem
    disconnect()
    problem = ""
    _open = Session(scene)
    _open.step(time.perf_counter_ns())
    if not bpy.app.timers.is_registered(tick):
        bpy.app.timers.register(tick, first_interval=INTERVAL_S)
    return _open


def disconnect() -> None:
    """Close the connection. Safe to call twice."""
    global _open
    session, _open = _open, None
    if bpy.app.timers.is_registered(tick):
        bpy.app.timers.unregister(tick)
    if session is not None:
        session.close()
        redraw()


def tick() -> float | None:
    """Do one step; Blender calls this 60 times a second while a port is open."""
    global problem
    if _open is None:
        return None
    try:
        _open.step(time.perf_counter_ns())
    except Exception as error:
        # Blender would drop a timer that raises, and say so in a terminal only.
        traceback.print_exc()
        disconnect()
        problem = f"stopped by an error ({error}); press Connect to try again"
        return None
    return INTERVAL_S


@bpy.app.handlers.persistent
def close_before_load(*_: object) -> None:
    """Close the connection before another file is opened."""
    disconnect()


@bpy.app.handlers.persistent
def restore_before_save(*_: object) -> None:
    """Let a file be saved with the pose of before, not with a live face."""
    if _open is not None:
        _open.rest()


def redraw() -> None:
    """Draw the panel again."""
    manager = bpy.context.window_manager
    for window in manager.windows if manager is not None else ():
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
