"""The buttons that record, and that import takes."""

from pathlib import Path

import bpy
from bpy.props import StringProperty
from bpy_extras.io_utils import ImportHelper

from ..core.livelink_csv import read_csv
from ..core.mcap import TakeError, read_take
from . import session
from .actions import CannotWrite, write


class FACEWIRE_OT_record(bpy.types.Operator):
    """Begin to record all characters"""

    bl_idname = "facewire.record"
    bl_label = "Record"

    @classmethod
    def poll(cls, context):
        opened = session.current()
        return opened is not None and not opened.recorders and _any(context)

    def execute(self, context):
        session.current().record(context.scene.facewire)
        return {"FINISHED"}


class FACEWIRE_OT_stop(bpy.types.Operator):
    """End the recording and write it into actions. Live faces then stop moving the
    characters, so that the recording can be played"""

    bl_idname = "facewire.stop"
    bl_label = "Stop"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        opened = session.current()
        return opened is not None and bool(opened.recorders)

    def execute(self, context):
        settings = context.scene.facewire
        motions = session.current().recorded()
        written = 0
        # The pose of before comes back first: keys are all that a recording changes.
        settings.move = False
        session.current().rest()
        for place, motion in motions.items():
            if place < len(settings.characters):
                name = f"facewire {motion.subject}"
                written += _write(self, context, place, motion, name)
        if not motions:
            self.report({"WARNING"}, "nothing was recorded, because no face arrived")
        return {"FINISHED"} if written else {"CANCELLED"}


class FACEWIRE_OT_import_take(bpy.types.Operator, ImportHelper):
    """Import a take of facewire (.mcap), or a CSV of Live Link Face, into actions of
    the character"""

    bl_idname = "facewire.import_take"
    bl_label = "Import Take"
    bl_options = {"REGISTER", "UNDO"}

    filename_ext = ".mcap"
    filter_glob: StringProperty(default="*.mcap;*.csv", options={"HIDDEN"})
    subject: StringProperty(
        name="Subject",
        description="The actor in the take; empty: the character's own, or the first",
    )

    @classmethod
    def poll(cls, context):
        return context.scene.facewire.character() is not None

    def execute(self, context):
        # Ten minutes of a take take seconds.
        _cursor(context, "WAIT")
        try:
            return self._import(context)
        finally:
            _cursor(context, "DEFAULT")

    def _import(self, context):
        settings, path = context.scene.facewire, Path(self.filepath)
        try:
            if path.suffix.lower() == ".csv":
                motion, broken = read_csv(path)
            else:
                motions, broken = read_take(path)
                motion = self._chosen(motions, settings.character().subject)
        except TakeError as error:
            self.report({"ERROR"}, str(error))
            return {"CANCELLED"}
        if broken:
            self.report({"WARNING"}, f"{path.name}: {broken} frames were left out")
        settings.move = False
        name = f"facewire {path.stem}"
        if _write(self, context, settings.active, motion, name):
            return {"FINISHED"}
        return {"CANCELLED"}

    def _chosen(self, motions, own):
        """Return the motion of the actor that is wanted.

        Raises:
            TakeError: the take has no such actor.
        """
        if self.subject and self.subject not in motions:
            raise TakeError(
                f"no actor {self.subject} in the take; it has {', '.join(motions)}"
            )
        if len(motions) > 1 and not self.subject and own not in motions:
            self.report(
                {"WARNING"},
                f"the take has {', '.join(motions)}; the first one was imported",
            )
        first = next(iter(motions))
        return motions[self.subject or (own if own in motions else first)]


def _cursor(context, kind: str) -> None:
    """Show the mouse cursor of a kind; without a window there is none."""
    if context.window is not None:
        context.window.cursor_set(kind)


def _any(context) -> bool:
    return any(one.root is not None for one in context.scene.facewire.characters)


def _write(operator, context, place, motion, name) -> bool:
    """Write a motion and tell; return False where that is not possible."""
    try:
        character = context.scene.facewire.characters[place]
        told = write(context.scene, character, motion, name)
    except CannotWrite as error:
        operator.report({"ERROR"}, str(error))
        return False
    operator.report({"INFO"}, told)
    return True


CLASSES = (FACEWIRE_OT_record, FACEWIRE_OT_stop, FACEWIRE_OT_import_take)
