"""Describes a character to a page: its file, its slots, and what it gets."""

from __future__ import annotations

from typing import Any

from engines.character.coverage import curves_driven
from engines.character.retarget import Retarget
from engines.character.told import told
from protocols.channels import ARKIT
from protocols.gltf.vrm import Licence
from protocols.wording import shown

from .staged import Staged


def character_message(staged: Staged) -> dict[str, Any]:
    """Return the message `character`.

    `slots` has [node, index of the morph target, name] of each weight of a posture, in
    its order. `nodes` are those that postures may turn or move. `gets` has a row for
    each of the 52 curves: its own targets, or how it shows without.
    """
    character = staged.character
    vrm = character.scene.vrm
    retarget = Retarget(character, staged.mapping)
    return {
        "type": "character",
        "number": staged.number,
        "name": shown(character.name),
        "url": f"/character/{staged.number}.glb",
        "licence": licence_line(vrm.licence if vrm is not None else None),
        "copyright": shown(character.scene.copyright, 200),
        "facing": staged.mapping.facing,
        "vrm": None if vrm is None else vrm.version,
        "bytes": len(staged.file),
        "slots": [[slot.node, slot.target, slot.name] for slot in character.slots],
        "nodes": list(retarget.nodes),
        "summary": told(retarget),
        "gets": _gets(retarget),
    }


def licence_line(licence: Licence | None) -> str:
    """Return a VRM's licence in one line; empty if the file tells none."""
    if licence is None:
        return ""
    by = f"by {', '.join(licence.authors)}" if licence.authors else ""
    parts = [licence.title, by, licence.name, licence.url]
    if licence.forbids:
        parts.append(f"forbids {', '.join(licence.forbids)}")
    return "; ".join(shown(part, 200) for part in parts if part)


def _gets(retarget: Retarget) -> list[dict[str, Any]]:
    drives = retarget.driven.drives
    through = set(curves_driven(retarget.mapping))
    return [
        {
            "curve": name,
            "to": list(drives[name].to) if name in drives else [],
            "how": "own"
            if name in drives
            else ("others" if name in through else "nothing"),
        }
        for name in ARKIT
    ]
