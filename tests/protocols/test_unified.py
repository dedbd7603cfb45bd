"""What a person does, and what an avatar of VRCFaceTracking is told."""

import math

import numpy as np
import pytest

from protocols.channels import ARKIT
from protocols.unified import INDEX, NAMES, PLAIN, Unified
from protocols.unified_shapes import BASE

from .faces import broken, face

AT_REST = {"EyeLid": 0.75, "EyeLidLeft": 0.75, "EyeLidRight": 0.75} | dict.fromkeys(
    ("EyeOpen", "EyeOpenLeft", "EyeOpenRight"), 1.0
)


def told(**channels: float) -> dict[str, float]:
    """Return what differs from rest."""
    values = Unified()(face(also=channels)).tolist()
    return {
        name: round(value, 4)
        for name, value in zip(NAMES, values, strict=True)
        if abs(value - AT_REST.get(name, 0.0)) > 1e-4
    }


def test_all_names_are_there_once() -> None:
    assert len(BASE) == 88 and len(NAMES) == len(set(NAMES)) == 178
    assert len(PLAIN) == 88 + 8
    # A few of each kind, spelt as the documentation of VRCFaceTracking has them.
    for name in (
        *("EyeLeftX", "EyeRightY", "EyeX", "EyeY", "EyeLid", "EyeSquint", "EyeWide"),
        *("BrowPinchLeft", "BrowExpression", "BrowOuterUp", "NasalDilationRight"),
        *("CheekPuffSuckLeft", "CheekPuffSuck", "JawX", "JawZ", "JawMandibleRaise"),
        *("MouthClosed", "LipSuckCornerLeft", "LipFunnelUpperRight", "LipPucker"),
        *("MouthUpperX", "MouthTightenerLeft", "MouthTightenerStretch", "SmileSad"),
        *("SmileFrownLeft", "MouthSadRight", "TongueOut", "TongueArchY", "MouthOpen"),
        *("LipSuckFunnelUpperLeft", "NeckFlexLeft", "Head/Yaw", "Head/PosZ"),
    ):
        assert name in INDEX


def test_a_face_at_rest_has_open_eyes_and_nothing_else() -> None:
    assert told() == {}
    values = Unified()(face())
    assert {name: values[INDEX[name]] for name in AT_REST} == AT_REST


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ({"jawOpen": 0.5}, {"JawOpen": 0.5}),
        ({"mouthClose": 0.5}, {"MouthClosed": 0.5}),
        ({"tongueOut": 0.5}, {"TongueOut": 0.5}),
        ({"jawForward": 0.5}, {"JawForward": 0.5, "JawZ": 0.5}),
        ({"jawLeft": 0.5}, {"JawLeft": 0.5, "JawX": -0.5}),
        ({"jawRight": 0.5}, {"JawRight": 0.5, "JawX": 0.5}),
        ({"mouthShrugUpper": 0.5}, {"MouthRaiserUpper": 0.5}),
        ({"mouthShrugLower": 0.5}, {"MouthRaiserLower": 0.5}),
        (
            {"mouthLeft": 0.5},
            {
                **{"MouthUpperLeft": 0.5, "MouthLowerLeft": 0.5},
                **{"MouthUpperX": -0.5, "MouthLowerX": -0.5, "MouthX": -0.5},
            },
        ),
        (
            {"mouthSmileLeft": 1.0},
            {
                **{"MouthCornerPullLeft": 1.0, "MouthCornerSlantLeft": 1.0},
                **{"MouthSmileLeft": 1.0, "SmileFrownLeft": 1.0, "SmileFrown": 0.5},
                **{"SmileSadLeft": 1.0, "SmileSad": 0.5},
                **{"MouthCornerYLeft": 1.0, "MouthCornerY": 0.5},
            },
        ),
        (
            {"mouthFrownRight": 0.5},
            {
                **{"MouthFrownRight": 0.5, "MouthSadRight": 0.5},
                **{"SmileFrownRight": -0.5, "SmileFrown": -0.25},
                **{"SmileSadRight": -0.5, "SmileSad": -0.25},
                **{"MouthCornerYRight": -0.5, "MouthCornerY": -0.25},
            },
        ),
        (
            {"mouthStretchRight": 0.5},
            {
                **{"MouthStretchRight": 0.5, "MouthStretch": 0.25},
                **{"MouthSadRight": 0.5, "SmileSadRight": -0.5, "SmileSad": -0.25},
                "MouthTightenerStretchRight": -0.5,
                "MouthTightenerStretch": -0.25,
            },
        ),
        (
            {"browDownLeft": 1.0},
            {
                **{"BrowPinchLeft": 1.0, "BrowLowererLeft": 1.0, "BrowDownLeft": 1.0},
                **{"BrowDown": 0.5, "BrowExpressionLeft": -1.0},
                "BrowExpression": -0.5,
            },
        ),
        (
            {"browInnerUp": 1.0},
            {
                **{"BrowInnerUpLeft": 1.0, "BrowInnerUpRight": 1.0, "BrowInnerUp": 1.0},
                **{"BrowUpLeft": 0.4, "BrowUpRight": 0.4, "BrowUp": 0.4},
                **{"BrowExpressionLeft": 0.5, "BrowExpressionRight": 0.5},
                "BrowExpression": 0.5,
            },
        ),
        (
            {"browOuterUpRight": 1.0},
            {
                **{"BrowOuterUpRight": 1.0, "BrowOuterUp": 0.5, "BrowUpRight": 0.6},
                **{"BrowUp": 0.3, "BrowExpressionRight": 0.5, "BrowExpression": 0.25},
            },
        ),
        (
            {"cheekPuff": 0.5},
            {
                **{"CheekPuffLeft": 0.5, "CheekPuffRight": 0.5, "CheekPuffSuck": 0.5},
                **{"CheekPuffSuckLeft": 0.5, "CheekPuffSuckRight": 0.5},
            },
        ),
        (
            {"mouthRollUpper": 0.5},
            {
                **{"LipSuckUpperLeft": 0.5, "LipSuckUpperRight": 0.5},
                **{"LipSuckUpper": 0.5, "LipSuck": 0.25, "LipSuckFunnelUpper": 0.5},
                **{"LipSuckFunnelUpperLeft": 0.5, "LipSuckFunnelUpperRight": 0.5},
            },
        ),
        (
            {"mouthUpperUpLeft": 1.0},
            {
                **{"MouthUpperUpLeft": 1.0, "MouthUpperDeepenLeft": 1.0},
                **{"MouthUpperUp": 0.5, "MouthOpen": 0.25},
            },
        ),
        (
            {"mouthLowerDownLeft": 1.0, "mouthLowerDownRight": 1.0},
            {
                **{"MouthLowerDownLeft": 1.0, "MouthLowerDownRight": 1.0},
                **{"MouthLowerDown": 1.0, "MouthOpen": 0.5},
            },
        ),
        (
            {"eyeBlinkLeft": 1.0},
            {
                **{"EyeOpenLeft": 0.0, "EyeOpen": 0.5, "EyeLidLeft": 0.0},
                **{"EyeLid": 0.375, "EyeClosedLeft": 1.0, "EyeClosed": 0.5},
            },
        ),
        (
            {"eyeWideLeft": 1.0},
            {
                **{"EyeWideLeft": 1.0, "EyeWide": 1.0},
                **{"EyeLidLeft": 1.0, "EyeLid": 0.875},
            },
        ),
        (
            {"eyeSquintLeft": 0.25, "eyeSquintRight": 0.5},
            {
                **{"EyeSquintLeft": 0.25, "EyeSquintRight": 0.5},
                # The greater side, also in the old spelling.
                **{"EyeSquint": 0.5, "EyesSquint": 0.5},
            },
        ),
    ],
)
def test_a_curve_moves_its_parameters(
    channels: dict[str, float], expected: dict[str, float]
) -> None:
    assert told(**channels) == expected


def test_funnel_and_pucker_are_the_same_on_all_four_parts() -> None:
    for kind, curve in (("Funnel", "mouthFunnel"), ("Pucker", "mouthPucker")):
        got = told(**{curve: 0.5})
        parts = [
            f"Lip{kind}{part}{side}" for part in ("Upper", "Lower") for side in SIDES
        ]
        wholes = [f"Lip{kind}", f"Lip{kind}Upper", f"Lip{kind}Lower"]
        assert all(got[name] == 0.5 for name in (*parts, *wholes))
    assert got["LipPuckerLeft"] == 0.5


SIDES = ("Left", "Right")


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        # Bones: ours turn + to the left and + down. 45 degrees are 1.
        ({"leftEye.y": math.radians(-22.5)}, {"EyeLeftX": 0.5, "EyeX": 0.25}),
        ({"rightEye.x": math.radians(-45)}, {"EyeRightY": 1.0, "EyeY": 0.5}),
        ({"rightEye.x": math.radians(60)}, {"EyeRightY": -1.0, "EyeY": -0.5}),
        # Without bones, the curves: the left eye looks inward to the right.
        ({"eyeLookInLeft": 0.5}, {"EyeLeftX": 0.5, "EyeX": 0.25}),
        ({"eyeLookOutLeft": 0.5}, {"EyeLeftX": -0.5, "EyeX": -0.25}),
        ({"eyeLookInRight": 0.5}, {"EyeRightX": -0.5, "EyeX": -0.25}),
        ({"eyeLookOutRight": 0.5}, {"EyeRightX": 0.5, "EyeX": 0.25}),
        ({"eyeLookUpLeft": 0.5}, {"EyeLeftY": 0.5, "EyeY": 0.25}),
        ({"eyeLookDownRight": 0.5}, {"EyeRightY": -0.5, "EyeY": -0.25}),
        # Both at once: the bone counts.
        (
            {"leftEye.y": math.radians(-22.5), "eyeLookInLeft": 0.9},
            {"EyeLeftX": 0.5, "EyeX": 0.25},
        ),
    ],
)
def test_the_gaze(channels: dict[str, float], expected: dict[str, float]) -> None:
    assert told(**channels) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    ("channel", "name", "sign"),
    [
        ("head.y", "Head/Yaw", -1.0),  # Ours: + left; theirs: + right.
        ("head.x", "Head/Pitch", 1.0),  # Both: + down.
        ("head.z", "Head/Roll", -1.0),  # Ours: + right; theirs: + left.
    ],
)
def test_the_head_turns_ninety_degrees_for_one(
    channel: str, name: str, sign: float
) -> None:
    assert told(**{channel: math.radians(45)}) == {name: sign * 0.5}


def test_the_head_moves_half_a_metre_for_one_from_where_it_began() -> None:
    unified = Unified()
    unified(face(0, headPosition__z=-0.6))
    moved = face(1, headPosition__x=-0.25, headPosition__y=0.125, headPosition__z=-0.35)
    values = unified(moved)
    got = [values[INDEX[f"Head/Pos{axis}"]] for axis in "XYZ"]
    # To the actor's right, up, forward.
    assert got == pytest.approx([0.5, 0.25, 0.5], abs=2e-3)


def test_every_curve_moves_something_but_what_the_eyes_do_elsewhere() -> None:
    for name in ARKIT:
        assert told(**{name: 1.0}), name


def test_only_finite_numbers_between_minus_one_and_one_leave() -> None:
    rng = np.random.default_rng(9000)
    unified = Unified()
    for frame in (
        broken(),
        *(
            face(
                also={
                    n: float(v)
                    for n, v in zip(ARKIT, rng.uniform(-1, 2, 52), strict=True)
                }
            )
            for _ in range(50)
        ),
    ):
        values = unified(frame)
        assert values.dtype == np.float32 and np.isfinite(values).all()
        assert np.abs(values).max() <= 1.0
