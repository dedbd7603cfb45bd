"""The buttons of the connection."""

import bpy

from ..core.receiver import is_loopback
from . import session


class FACEWIRE_OT_connect(bpy.types.Operator):
    """Listen to the port, and move the characters of this scene"""

    bl_idname = "facewire.connect"
    bl_label = "Connect"

    def execute(self, context):
        settings = context.scene.facewire
        if not is_loopback(settings.host) and not bpy.app.online_access:
            self.report(
                {"ERROR"},
                f"{settings.host} hears other machines, and Blender's online access is "
                "off: switch it on in Preferences > System > Network, or listen on "
                "127.0.0.1",
            )
            return {"CANCELLED"}
        opened = session.connect(context.scene)
        if opened.receiver.problem:
            self.report({"WARNING"}, opened.receiver.problem)
        return {"FINISHED"}


class FACEWIRE_OT_disconnect(bpy.types.Operator):
    """Close the port. The characters get the pose back that they had before"""

    bl_idname = "facewire.disconnect"
    bl_label = "Disconnect"

    @classmethod
    def poll(cls, context):
        return session.current() is not None

    def execute(self, context):
        session.disconnect()
        return {"FINISHED"}


CLASSES = (FACEWIRE_OT_connect, FACEWIRE_OT_disconnect)
