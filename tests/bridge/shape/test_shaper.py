import numpy as np

from bridge.shape.finish import MIRRORED, Finish, finishes, mirrored
from bridge.shape.profile import CurveRange, Profile
from bridge.shape.shaper import Shaper, ShapeStyle
from engines.expression.held import Rule
from protocols.channels import INDEX, Vector
from protocols.frame import FaceFrame
from tests.bridge.faces import FRAME_NS, face, vector


def test_a_wink_changes_sides_in_the_mirror_and_yaw_turns_round() -> None:
    shaper = Shaper("face", ShapeStyle(smooth=False, finish=(MIRRORED,)))
    out = shaper.keep(
        face(eyeBlinkLeft=1.0, mouthLeft=0.5, head__x=0.1, head__y=0.2, head__z=0.3)
    ).vector
    assert out[INDEX["eyeBlinkRight"]] == 1.0 and out[INDEX["eyeBlinkLeft"]] == 0.0
    assert out[INDEX["mouthRight"]] == 0.5 and out[INDEX["mouthLeft"]] == 0.0
    head = out[INDEX["head.x"] : INDEX["head.x"] + 3]
    assert head.tolist() == np.array([0.1, -0.2, -0.3], dtype=np.float32).tolist()


def test_a_mirror_in_a_mirror_is_the_face_itself() -> None:
    random = np.random.default_rng(3).random(85).astype(np.float32)
    assert np.array_equal(mirrored(mirrored(random)), random)


def test_a_lost_face_keeps_the_characters_ranges_and_the_mirror() -> None:
    profile = Profile(curves={"eyeBlinkLeft": CurveRange(gain=0.5)})
    style = ShapeStyle(smooth=False, finish=finishes(profile, mirror=True))
    shaper = Shaper("face", style)
    shaper.keep(face(0, eyeBlinkLeft=0.8))
    lost = shaper.miss(1, FRAME_NS)
    assert not lost.tracked
    assert np.array_equal(lost.vector, vector(eyeBlinkRight=0.4))


def test_after_a_loss_the_filter_does_not_remember_the_old_pose() -> None:
    shaper = Shaper("face", ShapeStyle())
    for i in range(5):
        shaper.keep(face(i, jawOpen=1.0))
    for i in range(5, 100):
        shaper.miss(i, i * FRAME_NS)
    for i in range(100, 110):
        last = shaper.keep(face(i, jawOpen=0.25))
    assert last.vector[INDEX["jawOpen"]] == np.float32(0.25)


def test_a_held_frame_says_so_and_keeps_the_last_expression() -> None:
    shaper = Shaper("anna", ShapeStyle())
    before = shaper.miss(0, 0)
    assert (before.subject, before.tracked, before.confidence) == ("anna", False, 0.0)
    seen = np.full(8, 0.125, dtype=np.float32)
    frame = face(1, "anna", jawOpen=0.5)
    shaper.keep(FaceFrame(1, FRAME_NS, "anna", frame.vector, seen, 0.75))
    held = shaper.miss(2, 2 * FRAME_NS)
    assert (held.index, held.captured_ns) == (2, 2 * FRAME_NS)
    assert np.array_equal(held.expression, seen) and not held.tracked


def test_probabilities_settle_and_stay_a_distribution() -> None:
    shaper, calm = Shaper("anna", ShapeStyle()), np.eye(8, dtype=np.float32)
    shown = []
    for i in range(30):
        read = calm[0] if i < 10 else calm[1]
        frame = FaceFrame(i, i * FRAME_NS, "anna", face().vector, read)
        shown.append(shaper.keep(frame).expression)
    assert np.allclose(np.sum(shown, axis=1), 1.0, atol=1e-6)
    happy = [float(expression[1]) for expression in shown]
    assert happy[9] == 0.0 and 0.1 < happy[10] < 0.4 and happy[-1] > 0.95
    assert happy == sorted(happy)


def test_a_frame_names_the_expression_that_is_held() -> None:
    shaper, calm = Shaper("anna", ShapeStyle(rule=Rule(hold_s=0.1))), np.eye(8)
    moods = []
    for i in range(40):
        # One stray answer of the network amid others.
        read = calm[3] if i == 5 or i >= 20 else calm[0]
        frame = FaceFrame(i, i * FRAME_NS, "anna", face().vector, read.astype("f4"))
        moods.append(shaper.keep(frame).mood)
    began = moods.index("sadness")
    assert moods == ["neutral"] * began + ["sadness"] * (40 - began)
    assert 20 < began < 30
    assert shaper.miss(40, 40 * FRAME_NS).mood == "sadness"
    shaper.meet()
    assert shaper.show(41, 41 * FRAME_NS).mood == ""


def test_the_expression_of_a_lost_face_eases_to_neutral_with_the_pose() -> None:
    shaper, calm = Shaper("anna", ShapeStyle(smooth=False)), np.eye(8, dtype="f4")
    for i in range(30):
        frame = FaceFrame(i, i * FRAME_NS, "anna", face().vector, calm[1])
        seen = shaper.keep(frame)
    assert seen.mood == "happiness"
    lost = [shaper.miss(i, i * FRAME_NS) for i in range(30, 90)]
    happy = [float(frame.expression[1]) for frame in lost]
    # Held for half a second, then at rest after one more.
    assert happy[14] == 1.0 and 0.1 < happy[30] < 0.9 and happy[46] == 0.0
    assert happy == sorted(happy, reverse=True)
    assert np.allclose([frame.expression.sum() for frame in lost], 1.0, atol=1e-6)
    moods = [frame.mood for frame in lost]
    ended = moods.index("neutral")
    assert moods == ["happiness"] * ended + ["neutral"] * (60 - ended)
    frame = FaceFrame(90, 90 * FRAME_NS, "anna", face().vector, calm[1])
    assert 0.0 < shaper.keep(frame).expression[1] < 0.5


def test_a_face_that_is_lost_again_starts_from_what_it_shows_then() -> None:
    shaper, calm = Shaper("anna", ShapeStyle(smooth=False)), np.eye(8, dtype="f4")
    for i in range(60):
        frame = FaceFrame(i, i * FRAME_NS, "anna", face().vector, calm[1])
        out = shaper.miss(i, i * FRAME_NS) if i % 20 == 19 else shaper.keep(frame)
        assert out.expression[1] == 1.0


def test_without_expressions_no_mood_is_named() -> None:
    assert Shaper("anna", ShapeStyle()).keep(face()).mood == ""


def test_functions_on_the_vector_are_applied_in_order_and_may_change() -> None:
    def opened(given: Vector) -> Vector:
        return given + vector(jawOpen=0.25)

    def halved(given: Vector) -> Vector:
        out: Vector = given * np.float32(0.5)
        return out

    first, second = Finish(opened, np.copy), Finish(halved, np.copy)
    shaper = Shaper("face", ShapeStyle(smooth=False, finish=(first, second)))
    assert shaper.keep(face(jawOpen=0.25)).vector[INDEX["jawOpen"]] == 0.25
    shaper.finish = (second, first)
    assert shaper.show(1, FRAME_NS).vector[INDEX["jawOpen"]] == 0.375
    shaper.finish = ()
    assert shaper.show(2, FRAME_NS).vector[INDEX["jawOpen"]] == 0.25


def test_ranges_come_before_the_mirror_and_an_empty_profile_does_nothing() -> None:
    assert finishes(Profile(), mirror=False) == finishes(mirror=False) == ()
    assert finishes(Profile(), mirror=True) == (MIRRORED,)
