import numpy as np
import pytest

from engines.face.anchor import BASIS, Anchor
from engines.face.anchor_rows import GAZE
from engines.face.curve_solver import View
from engines.face.features import AT, TYPICAL
from protocols.arrays import Floats, Numbers
from protocols.channels import INDEX
from tests.engines.face.anchored import COUNT, noisy, prior, solved
from tests.engines.face.made_views import made_view, some


def lidded(weights: Numbers, *, left: float = 1.0, right: float = 1.0) -> View:
    """Return a view of eyes open by these parts of their own opening."""
    view = made_view(BASIS, weights)
    for name, part in (("lidsLeft", left), ("lidsRight", right)):
        view.measures[AT[name]] = part * TYPICAL[AT[name]]
    return view


def looks(found: Floats | Numbers, side: str) -> list[float]:
    """Return the four weights of an eye's gaze."""
    return [float(found[INDEX[name + side]]) for name in GAZE]


def outward(weights: Floats | Numbers, side: str) -> float:
    """Return the radians by which an eye looks outward."""
    out, inward = (
        GAZE[name] * float(weights[INDEX[name + side]])
        for name in ("eyeLookOut", "eyeLookIn")
    )
    return out + inward


ASIDE = some(eyeLookOutLeft=0.45, eyeLookInRight=0.7)
"""Both eyes to the actor's left, as far."""
SHUT = some(eyeBlinkLeft=1.0, eyeBlinkRight=1.0)


def test_gaze_is_held_behind_shut_lids() -> None:
    anchor = Anchor()
    before = solved(anchor, lidded(ASIDE), prior(ASIDE, 0.1))
    assert before[INDEX["eyeLookOutLeft"]] > 0.3
    # Shut eyes: the network guesses a gaze to the other side, and down.
    guess = SHUT + some(eyeLookInLeft=0.7, eyeLookOutRight=0.45)
    for _ in range(4):
        behind = solved(anchor, lidded(SHUT, left=0.0, right=0.0), prior(guess, 0.1))
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        assert 0.0 < sign * outward(before, side) < 3.0 * sign * outward(behind, side)
        assert behind[INDEX[f"eyeBlink{side}"]] > 0.8
    # Lids that open show it.
    after = solved(anchor, lidded(guess - SHUT), prior(guess - SHUT, 0.1))
    assert after[INDEX["eyeLookInLeft"]] > 0.4
    assert after[INDEX["eyeLookOutLeft"]] < 0.1


def test_a_face_first_seen_with_shut_eyes_has_the_networks_gaze() -> None:
    told = SHUT + ASIDE
    found = solved(Anchor(), lidded(SHUT, left=0.0, right=0.0), prior(told, 0.1))
    for side in ("Left", "Right"):
        np.testing.assert_allclose(looks(found, side), looks(ASIDE, side), atol=0.2)


def test_a_wink_shuts_one_eye_and_its_gaze_goes_with_the_open_one() -> None:
    anchor = Anchor()
    solved(anchor, lidded(ASIDE), prior(ASIDE, 0.1))
    wink = ASIDE + some(eyeBlinkLeft=1.0)
    found = solved(anchor, lidded(wink, left=0.0), prior(wink, 0.1))
    assert found[INDEX["eyeBlinkLeft"]] > 0.8
    assert found[INDEX["eyeBlinkRight"]] < 0.1
    # The open eye looks ahead again; the shut one follows, at least in part.
    ahead = some(eyeBlinkLeft=1.0)
    for _ in range(20):
        found = solved(anchor, lidded(ahead, left=0.0), prior(ahead, 0.1))
    assert found[INDEX["eyeLookInRight"]] < 0.1
    assert found[INDEX["eyeLookOutLeft"]] < 0.4


def test_eyes_are_brought_together() -> None:
    # Both eyes are said to look as far inward, or as far to the same side.
    crossed = some(eyeLookInLeft=0.7, eyeLookInRight=0.7)
    hidden = lidded(np.zeros(COUNT), left=0.0, right=0.0)
    apart = solved(Anchor(), hidden, prior(crossed, 0.3))
    aside = solved(Anchor(), hidden, prior(ASIDE, 0.3))
    assert outward(crossed, "Left") == pytest.approx(-outward(ASIDE, "Left"))
    assert outward(aside, "Left") > 2.0 * abs(outward(apart, "Left"))


def test_a_reset_forgets_gaze_and_misfit() -> None:
    used, fresh = Anchor(), Anchor()
    solved(used, lidded(ASIDE), prior(ASIDE, 0.1))
    solved(used, made_view(BASIS, SHUT, noise=noisy(50.0)), prior(0.9, 0.1))
    used.reset()
    np.testing.assert_array_equal(used.misfit, fresh.misfit)
    view = lidded(SHUT, left=0.0, right=0.0)
    told = prior(SHUT, 0.1)
    np.testing.assert_array_equal(solved(used, view, told), solved(fresh, view, told))
    np.testing.assert_array_equal(used.misfit, fresh.misfit)
