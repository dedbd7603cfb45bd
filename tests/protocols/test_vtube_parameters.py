import json
import math

import numpy as np
import pytest

from protocols import vtube_studio as api
from protocols.channels import ARKIT, pascal
from protocols.vtube_parameters import (
    CUSTOM,
    DEFAULTS,
    Around,
    Injection,
    Mixer,
    features,
)
from protocols.vtube_stand_in import injected

from .faces import broken, face, ramp

PLACE = {one.name.removeprefix("Facewire"): i for i, one in enumerate(CUSTOM)}
PLAIN = {name: (one.low, one.high) for name, one in DEFAULTS.items()}


def own(**channels: float) -> dict[str, float]:
    values = features(face(also=channels)).tolist()
    return dict(zip(PLACE, values, strict=True))


def standard(**channels: float) -> dict[str, float]:
    mixer = Mixer(PLAIN)
    values = mixer(features(face(also=channels)))
    return dict(zip(mixer.names, values.tolist(), strict=True))


def test_names_explanations_and_numbers_are_within_the_limits() -> None:
    assert len(CUSTOM) == 70 and len({one.name for one in CUSTOM}) == 70
    for one in CUSTOM:
        assert api.is_name(one.name) and one.name.startswith("Facewire")
        assert one.name not in DEFAULTS
        assert len(one.explanation) < 256 and one.low < one.high
        assert abs(one.low) <= api.LARGEST and abs(one.high) <= api.LARGEST
    assert {f"Facewire{pascal(name)}" for name in ARKIT} <= {one.name for one in CUSTOM}


def test_every_curve_is_there() -> None:
    values = own(**{name: (i + 1) / 64 for i, name in enumerate(ARKIT)})
    assert [values[pascal(name)] for name in ARKIT] == [(i + 1) / 64 for i in range(52)]


@pytest.mark.parametrize(
    ("channel", "name", "sign"),
    [
        ("head.y", "HeadYaw", -1.0),  # Ours: + left.
        ("head.x", "HeadPitch", -1.0),  # Ours: + down.
        ("head.z", "HeadRoll", 1.0),  # Ours: + to the right.
        ("leftEye.y", "EyeLeftYaw", -1.0),
        ("leftEye.x", "EyeLeftPitch", -1.0),
        ("rightEye.y", "EyeRightYaw", -1.0),
        ("rightEye.x", "EyeRightPitch", -1.0),
    ],
)
def test_turns_are_in_degrees_to_the_right_and_up(
    channel: str, name: str, sign: float
) -> None:
    values = own(**{channel: 0.25})
    assert values[name] == pytest.approx(sign * math.degrees(0.25), abs=1e-3)


def test_positions_are_in_centimetres() -> None:
    values = own(
        **{"headPosition.x": 0.1, "headPosition.y": 0.2, "headPosition.z": -0.6}
    )
    got = [values[name] for name in ("HeadX", "HeadY", "HeadZ")]
    assert got == pytest.approx([-10.0, 20.0, 60.0], abs=1e-4)


def test_expressions_are_there() -> None:
    values = features(face(expression={"happiness": 0.75}))
    assert values[PLACE["Happiness"]] == 0.75 and values[PLACE["Neutral"]] == 0.0


@pytest.mark.parametrize(
    ("channels", "name", "value"),
    [
        ({}, "EyeOpenLeft", 1.0),
        ({"eyeBlinkLeft": 0.4}, "EyeOpenLeft", 0.5),
        ({"eyeBlinkLeft": 1.0}, "EyeOpenLeft", 0.0),
        ({"eyeBlinkRight": 0.4}, "EyeOpenRight", 0.5),
        ({"eyeLookInLeft": 0.5}, "EyeLeftX", 0.75),
        ({"eyeLookOutLeft": 0.5}, "EyeLeftX", -0.75),
        ({"eyeLookOutRight": 0.5}, "EyeRightX", 0.75),
        ({"eyeLookInRight": 0.5}, "EyeRightX", -0.75),
        ({"eyeLookUpLeft": 1.0}, "EyeLeftY", 1.0),
        ({"eyeLookDownRight": 0.5}, "EyeRightY", -0.75),
        ({}, "BrowLeftY", 0.5),
        ({"browOuterUpLeft": 0.5}, "BrowLeftY", 1.0),
        ({"browDownRight": 0.25}, "BrowRightY", 0.25),
        ({"browInnerUp": 0.25}, "Brows", 0.5),
        ({"jawOpen": 0.5}, "MouthOpen", 0.6),
        ({"jawOpen": 0.5, "mouthClose": 0.5}, "MouthOpen", 0.0),
        ({}, "MouthSmile", 0.5),
        ({"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}, "MouthSmile", 1.0),
        ({"mouthFrownLeft": 1.0, "mouthFrownRight": 1.0}, "MouthSmile", 0.0),
        ({"mouthLeft": 0.25}, "MouthX", 0.5),
        ({"mouthRight": 0.25}, "MouthX", -0.5),
        ({"cheekPuff": 0.25}, "CheekPuff", 0.5),
        ({"tongueOut": 0.39}, "TongueOut", 0.0),
        ({"tongueOut": 0.41}, "TongueOut", 1.0),
        ({"head.y": -0.25}, "FaceAngleX", math.degrees(0.25)),
        ({"head.x": -0.25}, "FaceAngleY", math.degrees(0.25)),
        ({"head.z": 0.25}, "FaceAngleZ", math.degrees(0.25)),
        ({"head.y": -1.2}, "FaceAngleX", 30.0),
    ],
)
def test_default_parameters(
    channels: dict[str, float], name: str, value: float
) -> None:
    assert standard(**channels)[name] == pytest.approx(value, abs=1e-4)


def test_only_listed_parameters_within_the_listed_ranges() -> None:
    mixer = Mixer({"FaceAngleX": (-10.0, 10.0), "MouthOpen": (1.0, 0.0), "X": (0, 1)})
    assert mixer.names == ("FaceAngleX", "MouthOpen")
    values = mixer(features(face(head__y=-1.0, jawOpen=1.0)))
    # A reversed range says nothing.
    assert values.tolist() == pytest.approx([10.0, 1.0])
    assert len(Mixer({})(features(face()))) == 0


def test_the_position_is_around_where_the_actor_sits() -> None:
    around = Around()
    place = [PLACE[name] for name in ("HeadX", "HeadY", "HeadZ")]
    first = face(0, headPosition__z=-0.6, headPosition__x=0.3)
    assert around(first)[place].tolist() == [0.0, 0.0, 0.0]
    near = face(1, headPosition__z=-0.5, headPosition__x=0.2, headPosition__y=0.1)
    assert around(near)[place] == pytest.approx([10.0, 10.0, -10.0], abs=0.02)


def test_an_injection_carries_each_value_and_whether_there_is_a_face() -> None:
    injection = Injection("own", ["FaceAngleX", "FacewireJawOpen"])
    text = injection.text([12.31, 0.7], face_found=False)
    assert json.loads(text) == {
        "apiName": "VTubeStudioPublicAPI",
        "apiVersion": "1.0",
        "requestID": "own",
        "messageType": "InjectParameterDataRequest",
        "data": {
            "faceFound": False,
            "mode": "set",
            "parameterValues": [
                {"id": "FaceAngleX", "value": 12.31},
                {"id": "FacewireJawOpen", "value": 0.7},
            ],
        },
    }


def test_what_is_sent_is_what_arrives() -> None:
    names = [one.name for one in CUSTOM]
    values = features(ramp()).tolist()
    found = injected(Injection("own", names).text(values, face_found=True))
    assert list(found.values) == names
    np.testing.assert_allclose(list(found.values.values()), values, atol=5e-5)


def test_only_finite_numbers_within_the_limits_leave() -> None:
    far = face(also={"headPosition.x": 3e38, "headPosition.y": -3e38})
    for frame in (broken(), far):
        values = features(frame)
        assert np.isfinite(values).all() and np.abs(values).max() <= api.LARGEST
        text = Injection("own", PLACE).text(values.tolist(), face_found=True)
        assert injected(text)
