from __future__ import annotations

import numpy as np
import pytest

from models.reenactment.labelled import (
    Label,
    Passage,
    Segments,
    action_of,
    label,
    label_passages,
    region,
    scores,
)
from tests.models.reenactment.made import OURS, curves, measures, performance


def one(expected: tuple[str, ...], **said: float) -> Label:
    (found,) = label((expected,), curves(1, **said)[0], curves(1)[0])
    return found


def test_a_curve_among_the_three_of_its_region_is_a_hit() -> None:
    third = one(("browDownLeft",), browDownLeft=0.3, browInnerUp=0.5, browDownRight=0.4)
    assert (third.action, third.hit) == ("brow down", True)
    assert third.rise == pytest.approx(0.3)
    fourth = one(
        ("browDownLeft",),
        browDownLeft=0.3,
        browInnerUp=0.5,
        browDownRight=0.4,
        browOuterUpLeft=0.6,
    )
    assert not fourth.hit


def test_other_regions_do_not_compete() -> None:
    busy = dict.fromkeys(("jawOpen", "mouthSmileLeft", "eyeBlinkLeft"), 0.9)
    assert one(("browDownLeft",), browDownLeft=0.3, **busy).hit


def test_a_still_face_has_no_hits() -> None:
    assert not one(("browDownLeft",)).hit
    assert not one(("browDownLeft",), browDownLeft=0.04).hit


def test_one_of_several_curves_is_enough() -> None:
    found = one(("jawOpen", "mouthFunnel"), mouthFunnel=0.6)
    assert (found.action, found.hit) == ("jaw open", True)
    assert found.rise == pytest.approx(0.6)


def test_rise_is_above_the_neutral_face() -> None:
    said, rest = curves(1, jawOpen=0.7)[0], curves(1, jawOpen=0.5)[0]
    (found,) = label((("jawOpen",),), said, rest)
    assert found.rise == pytest.approx(0.2)


def test_curves_belong_to_regions_and_actions() -> None:
    assert region("browInnerUp") == "brow"
    assert region("eyeWideLeft") == "eye"
    assert region("eyeLookUpLeft") == "eyeLook"
    assert region("tongueOut") == "mouth"
    assert action_of("browOuterUpLeft") == "brow up"
    assert action_of("mouthPressLeft") == "other mouth"
    assert action_of("cheekPuff") == "other"


def test_passages_are_judged_by_their_mean() -> None:
    rising = np.concatenate([np.full(10, 0.1), np.linspace(0.4, 0.8, 11)])
    shot = performance(measures(21), {OURS: curves(21, jawOpen=rising)})
    segments = Segments(((0, 9),), (Passage(10, 20, (("jawOpen",),)),))
    (found,) = label_passages(shot, segments, OURS)
    assert (found.action, found.hit) == ("jaw open", True)
    assert found.rise == pytest.approx(0.5)


def test_a_passage_without_a_face_is_not_judged() -> None:
    said = curves(21)
    said[10:] = np.nan
    shot = performance(measures(21), {OURS: said})
    segments = Segments(((0, 9),), (Passage(10, 20, (("jawOpen",),)),))
    assert list(label_passages(shot, segments, OURS)) == []


def test_scores_are_means_by_action() -> None:
    found = scores([Label("smile", True, 0.8), Label("smile", False, 0.2)])
    assert list(found) == ["smile"]
    assert found["smile"].count == 2
    assert found["smile"].hit == 0.5
    assert found["smile"].rise == pytest.approx(0.5)
