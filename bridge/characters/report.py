"""What a character is and can do, as one value: for the terminal and for scripts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engines.character.character import Character, clips_of
from engines.character.coverage import curves_driven
from engines.character.mapping import EMOTIONS, VISEMES, Gaze, Lids
from engines.character.naming import moved_names
from engines.character.recognise import Recognition
from protocols.channels import ARKIT
from protocols.gltf.vrm import Licence


@dataclass(frozen=True, slots=True)
class Report:
    """What `facewire character inspect` tells."""

    file: str
    format: str
    """Such as `VRM 0.x` or `glTF`."""
    generator: str
    """The program that wrote the file, as it says; may be empty."""
    copyright: str
    licence: Licence | None
    """Of a VRM."""
    vertices: int
    triangles: int
    targets: tuple[str, ...]
    """Names of all morph targets."""
    expressions: tuple[str, ...]
    """Names of a VRM's expressions, presets among them."""
    presets: tuple[str, ...]
    """Presets of VRM that do something, by VRM 1.0's names."""
    family: str
    own: dict[str, tuple[str, ...]]
    """Curves that have targets of their own, with these."""
    by: dict[str, str]
    """How each source of a drive was found."""
    mixed: tuple[str, ...]
    """Curves that show through others."""
    missing: tuple[str, ...]
    """Curves that do not show."""
    vowels: tuple[str, ...]
    emotions: tuple[str, ...]
    bones: dict[str, str]
    jaw: bool
    """True if the jaw bone opens the mouth."""
    gaze: Gaze
    blink: tuple[float, float]
    """Share of the lid gap that a full blink closes, left and right; zeros where it is
    not known."""
    facing: str
    unused: tuple[str, ...]
    """Morph targets that nothing moves."""
    alarms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return tables and lists for `json.dumps`."""
        return asdict(self)


def report(path: Path, character: Character, found: Recognition) -> Report:
    """Return what a character can do.

    Args:
        path: of its file.
        character: from it.
        found: what moves it.
    """
    scene, mapping, vrm = character.scene, found.mapping, character.scene.vrm
    drives = {drive.source: drive for drive in mapping.drives}
    shown = curves_driven(mapping)
    curves: tuple[str, ...] = ARKIT
    own = {name: drives[name].to for name in curves if name in drives}
    clips = vrm.clips if vrm is not None else ()
    names = tuple(dict.fromkeys(slot.name for slot in character.slots))
    meshes = [scene.meshes[node.mesh] for node in scene.nodes if node.mesh >= 0]
    primitives = [primitive for mesh in meshes for primitive in mesh.primitives]
    return Report(
        file=path.name,
        format="glTF" if vrm is None else f"VRM {('0.x', '1.0')[vrm.version]}",
        generator=scene.generator,
        copyright=scene.copyright,
        licence=vrm.licence if vrm is not None else None,
        vertices=sum(len(primitive.vertices) for primitive in primitives),
        triangles=sum(len(primitive.triangles) for primitive in primitives),
        targets=names,
        expressions=tuple(clip.name for clip in clips),
        presets=tuple(
            clip.preset for clip in clips if clip.preset and (clip.binds or clip.other)
        ),
        family=found.family,
        own=own,
        by=dict(found.by),
        mixed=tuple(name for name in shown if name not in own),
        missing=tuple(name for name in ARKIT if name not in shown),
        vowels=tuple(name for name in VISEMES if name in drives),
        emotions=tuple(name for name in EMOTIONS if name in drives),
        bones=dict(mapping.bones),
        jaw="jaw" in drives,
        gaze=mapping.gaze,
        blink=_blink(found),
        facing="+Z" if mapping.facing > 0 else "-Z",
        unused=_unused(character, names, found),
        alarms=found.alarms,
    )


def _blink(found: Recognition) -> tuple[float, float]:
    """Return what a full blink closes, after the gain; zeros if it was not measured."""
    if found.mapping.lids == Lids():
        return 0.0, 0.0
    drives = {drive.source: drive for drive in found.mapping.drives}
    shares = []
    for side, closed in zip(("Left", "Right"), found.mapping.lids.blink, strict=True):
        drive = drives.get(f"eyeBlink{side}", drives.get("blink"))
        weight = 0.0 if drive is None else min(max(drive.gain, drive.low), drive.high)
        shares.append(round(weight * closed, 3))
    return shares[0], shares[1]


def _unused(
    character: Character, names: tuple[str, ...], found: Recognition
) -> tuple[str, ...]:
    moved = {target for drive in found.mapping.drives for target in drive.to}
    for target, clip in clips_of(character).items():
        if target in moved:
            moved |= moved_names(character, clip)
    return tuple(name for name in names if name not in moved)
