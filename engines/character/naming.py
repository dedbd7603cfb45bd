"""What moves a character by its names: of morph targets, and of a VRM's expressions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from protocols.channels import ARKIT
from protocols.gltf.vrm import Bind, Clip

from .character import Character, clips_of
from .families import meanings
from .mapping import CLIP, EMOTIONS, VISEMES, WHOLE, Drive


@dataclass(frozen=True, slots=True)
class Named:
    """What names say."""

    drives: dict[str, Drive]
    """By source."""
    by: dict[str, str]
    """For each source: `name` or `expression`."""
    family: str
    """Whose names most targets have; empty where names say nothing."""


def by_names(character: Character) -> Named:
    """Return the drives that names give."""
    morphs, family = _by_morphs(character)
    clips = _by_clips(character)
    custom = [name for name in clips if name in ARKIT]
    if len(custom) < WHOLE and clips:
        # Its expressions move some of its targets already: one owner for each.
        owned = _owned(character, clips)
        morphs = {
            name: drive for name, drive in morphs.items() if not owned & set(drive.to)
        }
    drives = {**morphs, **clips}
    own = [name for name in drives if name in ARKIT]
    if len(own) >= WHOLE:
        drives = {name: drives[name] for name in own}
    if {"eyeBlinkLeft", "eyeBlinkRight"} <= set(drives):
        drives.pop("blink", None)
    if "jawOpen" in drives and len(own) < WHOLE:
        drives = _one_mouth(drives)
    by = {name: "expression" if name in clips else "name" for name in drives}
    return Named(drives, by, family)


def _by_morphs(character: Character) -> tuple[dict[str, Drive], str]:
    best: dict[str, tuple[int, float, list[str]]] = {}
    families: Counter[str] = Counter()
    for name in dict.fromkeys(slot.name for slot in character.slots):
        for meaning in meanings(name):
            families[meaning.family] += 1
            rank, _, targets = best.get(meaning.source, (meaning.rank + 1, 0.0, []))
            if meaning.rank < rank:
                best[meaning.source] = (meaning.rank, meaning.gain, [name])
            elif meaning.rank == rank:
                targets.append(name)
    drives = {
        source: _drive(source, targets, gain)
        for source, (_, gain, targets) in best.items()
    }
    return drives, families.most_common(1)[0][0] if families else ""


def _drive(source: str, targets: list[str], gain: float) -> Drive:
    low, high = (-1.0, 0.0) if gain < 0 else (0.0, 1.0)
    return Drive(source, tuple(targets), gain, low, high)


def _by_clips(character: Character) -> dict[str, Drive]:
    """Return what the expressions of a VRM give, Perfect Sync before presets."""
    vrm = character.scene.vrm
    if vrm is None:
        return {}
    custom: dict[str, Drive] = {}
    presets: dict[str, Drive] = {}
    for clip in vrm.clips:
        if not clip.binds and not clip.other:
            continue
        to = (CLIP + clip.name,)
        if clip.preset:
            for source in _PRESETS.get(clip.preset, ()):
                presets.setdefault(source, Drive(source, to))
        else:
            for meaning in meanings(clip.name):
                custom.setdefault(
                    meaning.source, Drive(meaning.source, to, meaning.gain)
                )
    if sum(name in ARKIT for name in custom) >= WHOLE:
        return {name: drive for name, drive in custom.items() if name in ARKIT}
    return {**custom, **presets}


_PRESETS: Final[dict[str, tuple[str, ...]]] = {
    **{name: (name,) for name in (*VISEMES, *EMOTIONS, "blink")},
    "blinkLeft": ("eyeBlinkLeft",),
    "blinkRight": ("eyeBlinkRight",),
    "lookUp": ("eyeLookUpLeft", "eyeLookUpRight"),
    "lookDown": ("eyeLookDownLeft", "eyeLookDownRight"),
    "lookLeft": ("eyeLookOutLeft", "eyeLookInRight"),
    "lookRight": ("eyeLookOutRight", "eyeLookInLeft"),
}
"""What the presets of VRM 1.0 are driven by. A gaze of both eyes is their mean."""


def _owned(character: Character, drives: dict[str, Drive]) -> set[str]:
    """Return the targets that expressions, other than emotions, move."""
    clips = clips_of(character)
    found: set[str] = set()
    for source, drive in drives.items():
        for target in drive.to if source not in EMOTIONS else ():
            found |= moved_names(character, clips[target])
    return found


def moved_names(character: Character, clip: Clip) -> set[str]:
    """Return the names of the morph targets that an expression moves."""
    return {bound_name(character, bind) for bind in clip.binds}


def bound_name(character: Character, bind: Bind) -> str:
    """Return the name of the morph target of one bind."""
    mesh = character.scene.nodes[bind.node].mesh
    return character.scene.meshes[mesh].targets[bind.target]


def _one_mouth(drives: dict[str, Drive]) -> dict[str, Drive]:
    """Return the drives with jawOpen or vowels, not both: both would open it twice."""
    curves = {"jawOpen", "mouthFunnel", "mouthPucker"}
    vowels = [name for name in VISEMES if name in drives]
    if len(vowels) >= 3 and not curves <= set(drives):
        return {name: drive for name, drive in drives.items() if name not in curves}
    return {name: drive for name, drive in drives.items() if name not in VISEMES}
