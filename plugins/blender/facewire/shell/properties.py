"""All settings. They belong to a scene, so the .blend file keeps them.

Blender reads the annotations of these classes, so this file postpones none of them.
"""

import math

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..core.drives import SOURCES, ShapeDrive
from ..core.receiver import DEFAULT_PORT
from ..core.subjects import BUFFERED, NEWEST, TIMECODE
from ..shared.channels import BONES
from .meshes import shape_names

SOURCE_ITEMS = tuple((name, name, "") for name in SOURCES)
BONE_ITEMS = tuple((name, name, "") for name in BONES)

PLAYBACK_ITEMS = (
    (NEWEST, "Newest", "Each face as it comes: the least delay"),
    (BUFFERED, "Buffered", "All faces after the same delay: even motion"),
    (TIMECODE, "Timecode", "As buffered, by timecode: for several senders"),
)

FROM_TIMECODE, AT_CURRENT = "TIMECODE", "CURRENT"
PLACING_ITEMS = (
    (FROM_TIMECODE, "Timecode", "At its timecode; the first one at the current frame"),
    (AT_CURRENT, "Current Frame", "At the current frame"),
)

AXES_ITEMS = (
    ("AUTO", "By Bones", "Where its bones say that left, up and ahead are"),
    ("USUAL", "-Y", "It looks along -Y of its armature, as Blender's own do"),
    ("GLTF", "+Z", "It looks along +Z of its armature, and +Y is up"),
    ("BACK", "+Y", "It looks along +Y of its armature"),
)


def _shapes(row, context, text):
    """Return the names that the field of a shape offers."""
    character = row.id_data.facewire.character_of(row)
    return shape_names(character) if character is not None else []


class FacewireShape(bpy.types.PropertyGroup):
    """One source that moves one shape key."""

    use: BoolProperty(name="Use", default=True, description="Whether this line acts")
    source: EnumProperty(
        name="Source",
        items=SOURCE_ITEMS,
        default="jawOpen",
        description="An ARKit curve; blink and vowels, which are made of curves; an "
        "expression",
    )
    shape: StringProperty(
        name="Shape", search=_shapes, description="A shape key of the character"
    )
    gain: FloatProperty(
        name="Gain",
        default=1.0,
        soft_min=-2.0,
        soft_max=2.0,
        description="The shape's value is this times the source's",
    )
    low: FloatProperty(
        name="Least",
        default=0.0,
        soft_min=-1.0,
        soft_max=1.0,
        description="The least value; -1 for a shape that goes both ways",
    )
    high: FloatProperty(
        name="Greatest",
        default=1.0,
        soft_min=0.0,
        soft_max=2.0,
        description="The greatest value; 1 is the whole shape",
    )

    def drive(self):
        """Return this line as a value."""
        return ShapeDrive(self.source, self.shape, self.gain, self.low, self.high)


class FacewireBone(bpy.types.PropertyGroup):
    """One of the ten bones of a face, and the character's bone for it."""

    use: BoolProperty(name="Use", default=True, description="Whether this bone turns")
    bone: EnumProperty(name="Bone", items=BONE_ITEMS)
    target: StringProperty(name="Pose Bone", description="A bone of the armature")
    gain: FloatProperty(
        name="Gain",
        default=1.0,
        soft_min=-2.0,
        soft_max=2.0,
        description="Factor of the angle; -1 turns the other way",
    )
    limit: FloatProperty(
        name="Limit",
        subtype="ANGLE",
        default=math.radians(60.0),
        min=0.0,
        max=math.pi,
        description="The greatest angle",
    )
    rest: FloatVectorProperty(
        name="Rest",
        subtype="QUATERNION",
        size=4,
        default=(1.0, 0.0, 0.0, 0.0),
        description="The pose from which the bone turns",
    )


class FacewireCharacter(bpy.types.PropertyGroup):
    """What one actor moves."""

    subject: StringProperty(
        name="Subject",
        description="The actor's name in facewire; empty: the first one that is seen",
    )
    root: PointerProperty(
        type=bpy.types.Object,
        name="Character",
        description="A mesh, an armature or an empty. All meshes below it move, and "
        "those that the armature deforms",
    )
    armature: PointerProperty(
        type=bpy.types.Object,
        name="Armature",
        poll=lambda self, one: one.type == "ARMATURE",
        description="Whose bones turn",
    )
    axes: EnumProperty(
        name="Looks Along",
        items=AXES_ITEMS,
        description="Where the character looks at rest",
    )
    gain: FloatProperty(
        name="Gain", default=1.0, min=0.0, soft_max=2.0, description="For all shapes"
    )
    shapes: CollectionProperty(type=FacewireShape)
    active_shape: IntProperty()
    bones: CollectionProperty(type=FacewireBone)
    active_bone: IntProperty()
    expressions: BoolProperty(
        name="Expressions as Properties",
        description="Write the eight probabilities into custom properties of the "
        "character, such as facewire_happiness, for your own drivers; and into "
        "facewire_mood the number of the expression that the face holds",
    )


class FacewireScene(bpy.types.PropertyGroup):
    """The connection, and all characters of a scene."""

    host: StringProperty(
        name="Address",
        default="127.0.0.1",
        description="An address of this machine; 0.0.0.0 hears other machines too",
    )
    port: IntProperty(name="Port", default=DEFAULT_PORT, min=1, max=65535)
    playback: EnumProperty(name="Playback", items=PLAYBACK_ITEMS)
    delay: FloatProperty(
        name="Delay",
        default=0.05,
        min=0.0,
        max=0.4,
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        description="How long faces wait, unless the newest one is shown",
    )
    timeout: FloatProperty(
        name="Timeout",
        default=1.0,
        min=0.1,
        max=60.0,
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        description="Without a face for so long, the character becomes neutral",
    )
    fade: FloatProperty(
        name="Fade",
        default=0.3,
        min=0.0,
        max=5.0,
        subtype="TIME_ABSOLUTE",
        unit="TIME_ABSOLUTE",
        description="How long becoming neutral takes",
    )
    move: BoolProperty(
        name="Move Characters",
        default=True,
        description="Off: faces are received, and recorded, but move nothing",
    )
    placing: EnumProperty(name="Starts", items=PLACING_ITEMS)
    zero: StringProperty(
        name="Frame 0",
        description="The timecode of frame 0, HH:MM:SS:FF at the scene's frame rate. "
        "Empty: the next take starts at the current frame and fills it in",
    )
    characters: CollectionProperty(type=FacewireCharacter)
    active: IntProperty()

    def character(self):
        """Return the character that the panel shows; None without one."""
        if 0 <= self.active < len(self.characters):
            return self.characters[self.active]
        return None

    def character_of(self, row):
        """Return the character that a line of a mapping belongs to."""
        for character in self.characters:
            if any(row == one for one in character.shapes):
                return character
        return None


CLASSES = (FacewireShape, FacewireBone, FacewireCharacter, FacewireScene)
