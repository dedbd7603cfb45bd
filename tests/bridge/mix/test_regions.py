"""Regions are masks that together cover the whole face once."""

from __future__ import annotations

import numpy as np
import pytest

from bridge.mix.regions import REGIONS, SHOWN, WIDTH, mask_of, shares, unknown
from protocols.channels import INDEX, bone_slice


def test_the_shown_regions_cover_every_number_once() -> None:
    total = sum(REGIONS[name] for name in SHOWN)
    np.testing.assert_array_equal(total, np.ones(WIDTH))


def test_eyes_are_lids_and_gaze_with_the_bones_of_the_eyes() -> None:
    eyes = mask_of(["eyes"])
    assert eyes[INDEX["eyeBlinkLeft"]] == eyes[INDEX["eyeLookInRight"]] == 1.0
    assert eyes[bone_slice("leftEye")].all()
    assert not eyes[INDEX["jawOpen"]] and not eyes[INDEX["browInnerUp"]]
    np.testing.assert_array_equal(eyes, mask_of(["lids", "gaze"]))


def test_the_mouth_has_the_jaw_bone_and_the_head_has_the_neck() -> None:
    assert mask_of(["mouth"])[bone_slice("jaw")].all()
    head = mask_of(["head"])
    assert head[bone_slice("head")].all() and head[bone_slice("neck")].all()
    assert not head[INDEX["headPosition.x"]]


def test_a_region_may_be_a_single_curve() -> None:
    assert mask_of(["tongueOut"]).sum() == 1.0
    assert mask_of(["tongueOut", "mouth"]).sum() == mask_of(["mouth"]).sum()


def test_names_that_are_no_region_are_told() -> None:
    assert unknown(["eyes", "nose", "jawOpen", "head.x"]) == ["nose", "head.x"]
    with pytest.raises(KeyError):
        mask_of(["nose"])


def test_shares_are_means_of_the_regions() -> None:
    told = shares(mask_of(["brows", "expression"]))
    assert told["brows"] == told["expression"] == 1.0
    assert told["mouth"] == told["body"] == 0.0
    assert set(told) == set(SHOWN)
