"""USD as OpenUSD's own library reads it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pxr import Sdf, Usd, UsdGeom, UsdSkel

from protocols.channels import ARKIT, POSITION_SLICE, WEIGHTS_SLICE
from protocols.export.performance import Performance
from protocols.export.skeleton import EYES, JOINTS, joint_turns, rest_places
from protocols.export.usd import encode, joint_path

from .made import moving, pyramid, still


def stage(performance: Performance) -> Any:
    text = "".join(encode(performance, pyramid(), "facewire test"))
    layer = Sdf.Layer.CreateAnonymous(".usda")
    assert layer.ImportFromString(text)
    return Usd.Stage.Open(layer)


def skeleton(opened: Any) -> tuple[Any, Any]:
    """Return UsdSkel's query of the skeleton, and the cache that it lives in."""
    cache = UsdSkel.Cache()
    root = UsdSkel.Root(opened.GetDefaultPrim())
    assert root and cache.Populate(root, Usd.PrimDefaultPredicate)
    (binding,) = cache.ComputeSkelBindings(root, Usd.PrimDefaultPredicate)
    (target,) = binding.GetSkinningTargets()
    assert target.GetPrim().GetPath() == "/Face/Mesh"
    assert target.HasBlendShapes() and target.IsRigidlyDeformed() is False
    return cache.GetSkelQuery(binding.GetSkeleton()), cache


def test_the_stage_says_its_units_and_times() -> None:
    shown = moving()
    opened = stage(shown)
    assert UsdGeom.GetStageUpAxis(opened) == "Y"
    assert UsdGeom.GetStageMetersPerUnit(opened) == 1.0
    assert opened.GetTimeCodesPerSecond() == 60.0
    assert opened.GetStartTimeCode() == 0.0
    end = 60 * shown.seconds[-1]
    assert opened.GetEndTimeCode() == pytest.approx(end, abs=1e-6)
    kept = opened.GetRootLayer().customLayerData
    assert kept["subject"] == shown.subject and kept["generator"] == "facewire test"


def test_usdskel_finds_the_joints_at_rest() -> None:
    opened = stage(still())
    query, _cache = skeleton(opened)
    assert list(query.GetJointOrder()) == [joint_path(joint) for joint in JOINTS]
    assert query.HasBindPose() and query.HasRestPose()
    bound = query.GetJointWorldBindTransforms()
    stood = query.ComputeJointSkelTransforms(0.0)
    for joint, bind, now in zip(JOINTS, bound, stood, strict=True):
        told = rest_places()[joint]
        assert list(bind.ExtractTranslation()) == pytest.approx(told, abs=1e-6)
        assert list(now.ExtractTranslation()) == pytest.approx(told, abs=1e-6)


def test_usdskel_finds_the_motion_at_its_own_times() -> None:
    shown = moving()
    opened = stage(shown)  # what is asked for goes with its stage
    query, _cache = skeleton(opened)
    animation = query.GetAnimQuery()
    assert list(animation.GetBlendShapeOrder()) == list(ARKIT)
    codes = animation.GetBlendShapeWeightTimeSamples()
    assert codes == pytest.approx(60 * shown.seconds, abs=1e-6)
    turns = joint_turns(shown.vectors)
    for i, code in enumerate(codes):
        weights = np.array(animation.ComputeBlendShapeWeights(code))
        told = shown.vectors[i, WEIGHTS_SLICE]
        np.testing.assert_allclose(weights, told, rtol=1e-6)
        _, rotations, scales = animation.ComputeJointLocalTransformComponents(code)
        for k, (q, scale) in enumerate(zip(rotations, scales, strict=True)):
            assert list(scale) == [1.0, 1.0, 1.0]
            read = np.array([*q.GetImaginary(), q.GetReal()])
            assert abs(read @ turns[i, k]) == pytest.approx(1.0, abs=1e-6)
        head = query.ComputeJointSkelTransforms(code)[JOINTS.index("head")]
        eyes = list(head.Transform(EYES))
        assert eyes == pytest.approx(shown.vectors[i, POSITION_SLICE], abs=1e-5)


def test_usdskel_moves_the_points_that_a_shape_moves() -> None:
    shown = still()
    shown.vectors[0, ARKIT.index("jawOpen")] = 0.5
    opened = stage(shown)
    query, _cache = skeleton(opened)
    mesh = opened.GetPrimAtPath("/Face/Mesh")
    shapes = UsdSkel.BlendShapeQuery(UsdSkel.BindingAPI(mesh))
    assert shapes.GetNumBlendShapes() == len(ARKIT)
    weights = query.GetAnimQuery().ComputeBlendShapeWeights(0.0)
    points = UsdGeom.Mesh(mesh).GetPointsAttr().Get()
    assert shapes.ComputeDeformedPoints(
        *shapes.ComputeSubShapeWeights(weights),
        shapes.ComputeBlendShapePointIndices(),
        shapes.ComputeSubShapePointOffsets(),
        points,
    )
    told = pyramid().points.copy()
    told[1, 1] -= 0.25
    assert np.array(points) == pytest.approx(told)


def test_the_mesh_is_the_rigs() -> None:
    rig = pyramid()
    opened = stage(still())
    mesh = opened.GetPrimAtPath("/Face/Mesh")
    counts = mesh.GetAttribute("faceVertexCounts").Get()
    indices = np.array(mesh.GetAttribute("faceVertexIndices").Get())
    assert list(counts) == [3] * 4
    np.testing.assert_array_equal(indices.reshape(-1, 3), rig.triangles)
    joints = mesh.GetAttribute("primvars:skel:jointIndices").Get()
    assert [JOINTS[at] for at in joints] == ["head", "head", "leftEye", "rightEye"]
    api = UsdGeom.PrimvarsAPI(mesh)
    colour = api.GetPrimvar("displayColor")
    assert colour.GetInterpolation() == "vertex"
    assert list(colour.Get()[0]) == [1.0, 0.0, 0.0]


def test_frames_without_a_face_are_marked() -> None:
    shown = moving()
    opened = stage(shown)
    animation = opened.GetPrimAtPath("/Face/Skeleton/Animation")
    mark = animation.GetAttribute("facewire:tracked")
    read = [mark.Get(code) for code in mark.GetTimeSamples()]
    assert read == shown.tracked.tolist()


def test_times_of_a_clock_fall_on_frames() -> None:
    shown = still(4, rate=30)
    shown.seconds[:] = np.array([0, 33_333_333, 66_666_667, 100_000_000]) / 1e9
    opened = stage(shown)
    query, _cache = skeleton(opened)
    codes = query.GetAnimQuery().GetBlendShapeWeightTimeSamples()
    assert codes == [0.0, 1.0, 2.0, 3.0]


def test_a_skeleton_alone_to_the_letter() -> None:
    text = "".join(encode(still(), pyramid(), "facewire test"))
    start = text.index("            quatf[] rotations")
    end = text.index("            float3[] translations")
    turns = ", ".join(["(1, 0, 0, 0)"] * 10)
    assert text[start:end] == (
        "            quatf[] rotations.timeSamples = {\n"
        f"                0: [{turns}],\n"
        "            }\n"
    )
