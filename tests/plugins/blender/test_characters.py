"""Characters of many programs, as Blender's own importer reads them, and Rigify's."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import pytest

from tests.foreign import character

from .blenders import Blender

NOD = [round(math.sin(0.5), 3), -round(math.cos(0.5), 3), 0.0]
"""Where a head looks that turned 0.4 radians to the left, on a neck that turned 0.1."""

CHARACTERS = {
    # name: sources that have a shape, bones that turn.
    "human_arkit_visemes.glb": (52, 9),
    "human_perfectsync_vrm0.vrm": (52, 9),
    "human_perfectsync_vrm1.vrm": (52, 9),
    "human_vroid_vrm0.vrm": (24, 9),
    "human_mmd.glb": (22, 9),
    "human_jaw_bone.glb": (0, 10),
    "facecap_head_generic.glb": (52, 0),
    "facecap_live_avatar.glb": (51, 5),
    "cryptovoxels_vrm0.vrm": (0, 6),
    "godette_vrm0.vrm": (0, 4),
}


@pytest.mark.slow
def test_characters_of_many_programs_move(blender: Blender, tmp_path: Path) -> None:
    paths = []
    for name in CHARACTERS:
        paths.append(tmp_path / f"{Path(name).stem}.glb")
        shutil.copy(character(name), paths[-1])
    told = blender.run("characters", *paths)
    for name, (sources, bones) in CHARACTERS.items():
        found = told[Path(name).stem]
        assert (found["sources"], len(found["bones"])) == (sources, bones), name
        if bones:
            assert found["head"] == pytest.approx(NOD, abs=2e-3), name
    human = told["human_perfectsync_vrm0"]["blocks"]
    assert human == {"eyeBlinkLeft": 1.0, "jawOpen": 0.5}
    vroid = told["human_vroid_vrm0"]["blocks"]
    assert vroid == {"Fcl_EYE_Close_L": 1.0, "Fcl_MTH_A": 1.0}


@pytest.mark.slow
def test_rigifys_rigs_move(blender: Blender) -> None:
    told = blender.run("rigify")
    assert told["metarig"]["head"] == "spine.006"
    assert told["metarig"]["leftEye"] == "eye.L"
    assert told["rig"] == {
        "head": "head",
        "neck": "neck",
        "upperChest": "chest",
        "leftShoulder": "shoulder.L",
        "rightShoulder": "shoulder.R",
        "jaw": "jaw_master",
    }
    sine, cosine = math.sin(0.4), math.cos(0.4)
    assert told["ahead"] == pytest.approx([sine, -cosine, 0.0], abs=2e-3)
