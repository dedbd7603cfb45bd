"""The ten characters and the small files of the data folder: what is read of each."""

from __future__ import annotations

import numpy as np
import pytest

from protocols.gltf.checks import GltfError
from protocols.gltf.scene import Scene
from tests.characters import scene
from tests.models.data.dataset import dataset

COUNTS = {
    "cryptovoxels_vrm0.vrm": (74, 1, 1, 0),
    "facecap_head_generic.glb": (9, 4, 0, 52),
    "facecap_live_avatar.glb": (10, 3, 1, 51),
    "godette_vrm0.vrm": (71, 2, 1, 15),
    "human_arkit_visemes.glb": (63, 8, 1, 124),
    "human_jaw_bone.glb": (64, 8, 1, 0),
    "human_mmd.glb": (57, 2, 1, 19),
    "human_perfectsync_vrm0.vrm": (57, 2, 1, 52),
    "human_perfectsync_vrm1.vrm": (57, 2, 1, 52),
    "human_vroid_vrm0.vrm": (57, 2, 1, 30),
}
"""Nodes, meshes, skins, and morph targets of all meshes."""

VRMS = {
    "cryptovoxels_vrm0.vrm": (0, 43, 0, "bone"),
    "godette_vrm0.vrm": (0, 45, 17, "expression"),
    "human_perfectsync_vrm0.vrm": (0, 54, 66, "bone"),
    "human_perfectsync_vrm1.vrm": (1, 54, 66, "bone"),
    "human_vroid_vrm0.vrm": (0, 54, 18, "bone"),
    "small/expressions.vrm": (1, 2, 1, None),
    "small/lookat.vrm": (1, 5, 0, "bone"),
    "small/multiskin_ibm.vrm": (1, 2, 0, None),
    "small/shared_accessor.vrm": (1, 0, 0, None),
    "small/spec_isBinary_Overridden.vrm": (1, 22, 2, "expression"),
    "small/spec_isBinary_Overrides.vrm": (1, 22, 2, "expression"),
}
"""Version, bones, clips, and what the gaze moves."""


HOSTILE = {
    "dangling_texture_index": "the texture of materials",
    "duplicate_humanoid_bone": "names hips twice",
    "malformed_glb_json": "its JSON cannot be read",
    "missing_spring_collider_group": "a collider group of springs",
    "nonfinite_transform": "translation: expected 3 numbers",
    "nonobject_vrm_extension": "VRMC_vrm is no JSON object",
    "oob_expression_morph": "the morph target of the expression happy",
    "out_of_range_joints": "names joint",
    "unmapped_humanoid_node": "the bone spine is 999",
}
"""What the sentence about each damaged file says."""


def sample(name: str) -> Scene:
    return scene(dataset(f"characters/{name}").read_bytes())


@pytest.mark.parametrize("name", COUNTS)
def test_a_character_has_what_its_maker_put_in(name: str) -> None:
    found = sample(name)
    targets = sum(len(mesh.targets) for mesh in found.meshes)
    counts = (len(found.nodes), len(found.meshes), len(found.skins), targets)
    assert counts == COUNTS[name]
    for mesh in found.meshes:
        assert len(set(mesh.targets)) == len(mesh.targets)
        moved = np.zeros(len(mesh.targets), dtype=np.bool_)
        for primitive in mesh.primitives:
            assert primitive.triangles.max() == len(primitive.vertices) - 1
            assert len(primitive.moves) == len(mesh.targets)
            moved |= primitive.moves.any(axis=(1, 2))
            if primitive.weights is not None:
                assert primitive.weights.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
        # Face Cap's head has a target for the tongue, but no tongue.
        still = {mesh.targets[at] for at in np.flatnonzero(~moved)}
        assert still <= {"shapes.tongueOut"}


@pytest.mark.parametrize("name", VRMS)
def test_a_vrm_has_its_bones_clips_and_gaze(name: str) -> None:
    found = sample(name).vrm
    assert found is not None
    look = found.look.by if found.look else None
    counts = (found.version, len(found.bones), len(found.clips), look)
    assert counts == VRMS[name]
    assert found.licence is not None and found.licence.title and found.licence.authors


@pytest.mark.parametrize("name", HOSTILE)
def test_a_damaged_file_gets_one_sentence(name: str) -> None:
    with pytest.raises(GltfError, match=HOSTILE[name]) as found:
        sample(f"hostile/{name}.vrm")
    assert "\n" not in str(found.value)


def test_every_damaged_file_is_looked_at() -> None:
    folder = dataset("characters/hostile")
    assert {path.stem for path in folder.iterdir()} == HOSTILE.keys()


@pytest.mark.parametrize("name", ["canonical_walk", "test"])
def test_an_animation_has_nodes_and_nothing_to_see(name: str) -> None:
    found = sample(f"small/{name}.vrma")
    assert found.nodes and not found.meshes and found.vrm is None


def test_perfect_sync_says_the_same_in_both_versions() -> None:
    old = sample("human_perfectsync_vrm0.vrm").vrm
    new = sample("human_perfectsync_vrm1.vrm").vrm
    assert old is not None and new is not None
    assert old.bones == new.bones
    custom = {clip.name: clip.binds for clip in new.clips if not clip.preset}
    for clip in old.clips:
        if not clip.preset and clip.name != "Surprised":
            assert clip.binds == custom[clip.name[0].lower() + clip.name[1:]]
    blocked = {clip.name for clip in new.clips if "block" in clip.overrides}
    assert blocked


def test_a_head_has_the_names_that_stand_on_its_accessors() -> None:
    (head, *_) = sample("facecap_head_generic.glb").meshes
    assert head.targets[0] == "shapes.browInnerUp"


def test_godette_has_pictures_and_a_licence_to_keep() -> None:
    found = sample("godette_vrm0.vrm")
    assert [len(image) > 100 for image in found.images] == [True] * 5
    assert found.vrm is not None and found.vrm.licence is not None
    assert found.vrm.licence.name == "CC_BY"
    assert found.vrm.licence.forbids == ("use without naming its author",)
    joy = next(clip for clip in found.vrm.clips if clip.preset == "happy")
    assert [bind.weight for bind in joy.binds] == [0.5, 0.25]
