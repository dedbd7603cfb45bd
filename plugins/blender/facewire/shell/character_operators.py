"""The buttons of characters and of their lists."""

import bpy
from bpy.props import EnumProperty

from ..core.drives import SOURCES
from ..shared.channels import BONES
from . import finding


def _has_character(context) -> bool:
    return context.scene.facewire.character() is not None


class FACEWIRE_OT_add_character(bpy.types.Operator):
    """Add the selected object as a character, and find its shapes and bones"""

    bl_idname = "facewire.add_character"
    bl_label = "Add Character"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        return context.object is not None

    def execute(self, context):
        settings, root = context.scene.facewire, context.object
        # A mesh that an armature carries is a part of the whole character.
        if root.parent is not None and root.parent.type == "ARMATURE":
            root = root.parent
        for place, one in enumerate(settings.characters):
            if one.root == root:
                settings.active = place
                self.report({"INFO"}, f"{root.name} is a character already")
                return {"CANCELLED"}
        character = settings.characters.add()
        character.root = root
        character.name = root.name
        settings.active = len(settings.characters) - 1
        self.report({"INFO"}, f"{root.name}: {finding.find(character)}")
        return {"FINISHED"}


class FACEWIRE_OT_remove_character(bpy.types.Operator):
    """Take the character out of the list; the object stays"""

    bl_idname = "facewire.remove_character"
    bl_label = "Remove Character"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        return _has_character(context)

    def execute(self, context):
        settings = context.scene.facewire
        settings.characters.remove(settings.active)
        settings.active = max(0, settings.active - 1)
        return {"FINISHED"}


class FACEWIRE_OT_find(bpy.types.Operator):
    """Fill both lists anew by the names of shapes and bones. Your own lines are lost"""

    bl_idname = "facewire.find"
    bl_label = "Find Shapes and Bones"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        character = context.scene.facewire.character()
        return character is not None and character.root is not None

    def execute(self, context):
        character = context.scene.facewire.character()
        self.report({"INFO"}, f"{character.root.name}: {finding.find(character)}")
        return {"FINISHED"}


LIST_ITEMS = (("shapes", "Shapes", ""), ("bones", "Bones", ""))


class FACEWIRE_OT_add_line(bpy.types.Operator):
    """Add a line to the list"""

    bl_idname = "facewire.add_line"
    bl_label = "Add Line"
    bl_options = {"REGISTER", "UNDO"}

    to: EnumProperty(items=LIST_ITEMS)

    @classmethod
    def poll(cls, context):
        return _has_character(context)

    def execute(self, context):
        character = context.scene.facewire.character()
        if self.to == "shapes":
            row = character.shapes.add()
            used = {one.source for one in character.shapes if one.shape}
            row.source = next((one for one in SOURCES if one not in used), "jawOpen")
            character.active_shape = len(character.shapes) - 1
        else:
            row = character.bones.add()
            used = {one.bone for one in character.bones if one.target}
            row.bone = next((one for one in BONES if one not in used), "head")
            character.active_bone = len(character.bones) - 1
        return {"FINISHED"}


class FACEWIRE_OT_remove_line(bpy.types.Operator):
    """Remove the line from the list"""

    bl_idname = "facewire.remove_line"
    bl_label = "Remove Line"
    bl_options = {"REGISTER", "UNDO"}

    of: EnumProperty(items=LIST_ITEMS)

    @classmethod
    def poll(cls, context):
        return _has_character(context)

    def execute(self, context):
        character = context.scene.facewire.character()
        if self.of == "shapes":
            character.shapes.remove(character.active_shape)
            character.active_shape = max(0, character.active_shape - 1)
        else:
            character.bones.remove(character.active_bone)
            character.active_bone = max(0, character.active_bone - 1)
        return {"FINISHED"}


class FACEWIRE_OT_take_rest(bpy.types.Operator):
    """Let the bones turn from the pose that they have now. Look straight ahead first"""

    bl_idname = "facewire.take_rest"
    bl_label = "Take Rest Pose"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        character = context.scene.facewire.character()
        return character is not None and character.armature is not None

    def execute(self, context):
        character = context.scene.facewire.character()
        bones = character.armature.pose.bones
        for row in character.bones:
            if row.target in bones:
                row.rest = bones[row.target].matrix_basis.to_quaternion()
        return {"FINISHED"}


CLASSES = (
    FACEWIRE_OT_add_character,
    FACEWIRE_OT_remove_character,
    FACEWIRE_OT_find,
    FACEWIRE_OT_add_line,
    FACEWIRE_OT_remove_line,
    FACEWIRE_OT_take_rest,
)
