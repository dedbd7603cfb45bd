"""Layers cover each other by priority, share and doubt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.mix.regions import REGIONS, WIDTH, Mask, mask_of
from bridge.mix.weights import LEAST_DOUBT, Rank, Weights, plan, weigh
from protocols.channels import INDEX, Vector, bone_slice

BLINK, JAW = INDEX["eyeBlinkLeft"], INDEX["jawOpen"]


def doubt(value: float) -> Vector:
    return np.full(52, value, dtype=np.float32)


def rank(priority: int, *regions: str, share: float = 1.0) -> Rank:
    return Rank(priority, mask_of(regions or ("all",)) * np.float32(share))


def weights_of(
    *ranks: Rank,
    sent: list[Mask | None] | None = None,
    seen: list[bool] | None = None,
    doubts: list[Vector | None] | None = None,
    take_over: bool = True,
) -> Weights:
    sent = sent or [None] * len(ranks)
    seen = seen or [True] * len(ranks)
    doubts = doubts or [None] * len(ranks)
    known = [one is not None for one in doubts]
    return weigh(plan(ranks, sent, seen, known, take_over=take_over), doubts)


def test_a_layer_covers_its_regions_and_the_base_the_rest() -> None:
    weights = weights_of(rank(0), rank(1, "eyes"))
    np.testing.assert_array_equal(weights[1], REGIONS["eyes"])
    np.testing.assert_array_equal(weights[0], 1.0 - REGIONS["eyes"])


def test_the_higher_priority_covers_the_lower() -> None:
    weights = weights_of(rank(0), rank(1, "face"), rank(2, "eyes"))
    assert weights[:, BLINK].tolist() == [0.0, 0.0, 1.0]
    assert weights[:, JAW].tolist() == [0.0, 1.0, 0.0]


def test_a_share_lets_what_is_below_through() -> None:
    weights = weights_of(rank(0), rank(1, "eyes", share=0.25))
    assert weights[:, BLINK].tolist() == [0.75, 0.25]


def test_a_share_above_nothing_counts_whole() -> None:
    weights = weights_of(rank(0), rank(1, "eyes", share=0.25), seen=[False, True])
    assert weights[:, BLINK].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("share", [1e-45, 1e-38, 1e-6])
def test_the_smallest_share_above_nothing_counts_whole(share: float) -> None:
    alone = weights_of(rank(1, "eyes", share=share), take_over=False)
    assert alone[:, BLINK].tolist() == [1.0]
    two = rank(1, "eyes", share=share), rank(1, "eyes", share=share)
    for doubts in ([None, None], [doubt(0.1), doubt(0.1)]):
        both = weights_of(*two, doubts=[*doubts], take_over=False)
        assert both[:, BLINK] == pytest.approx([0.5, 0.5])


def test_a_source_that_is_not_seen_or_does_not_send_a_channel_has_no_weight() -> None:
    ranks = rank(0), rank(1, "eyes", "position")
    assert weights_of(*ranks, seen=[True, False])[1].sum() == 0.0
    weights = weights_of(*ranks, sent=[None, REGIONS["eyes"]])
    assert weights[1, BLINK] == 1.0 and weights[1, INDEX["headPosition.x"]] == 0.0


def test_equal_priorities_without_doubt_are_even() -> None:
    weights = weights_of(rank(0), rank(0, "eyes"), doubts=[doubt(0.1), None])
    assert weights[:, BLINK].tolist() == [0.5, 0.5]
    assert weights[:, JAW].tolist() == [1.0, 0.0]


def test_equal_priorities_share_by_the_inverse_square_of_their_doubt() -> None:
    weights = weights_of(rank(0), rank(0), doubts=[doubt(0.1), doubt(0.2)])
    assert weights[:, BLINK] == pytest.approx([0.8, 0.2])
    assert weights[:, INDEX["head.x"]] == pytest.approx([0.5, 0.5])
    sure = weights_of(rank(0), rank(0), doubts=[doubt(0.0), doubt(LEAST_DOUBT)])
    assert sure[:, BLINK] == pytest.approx([0.5, 0.5])


def test_eyes_and_jaw_turn_with_the_source_of_their_curves() -> None:
    one, other = doubt(0.1), doubt(0.1)
    one[INDEX["eyeLookInLeft"]] = one[JAW] = 0.3
    weights = weights_of(rank(0), rank(0), doubts=[one, other])
    for bone in ("leftEye", "jaw"):
        assert weights[0, bone_slice(bone)] == pytest.approx([0.1] * 3)


def test_another_source_takes_over_what_nobody_shows() -> None:
    ranks = rank(0), rank(1, "eyes")
    dead = [False, True]
    assert weights_of(*ranks, seen=dead)[1, JAW] == 1.0
    assert weights_of(*ranks, seen=dead, take_over=False)[:, JAW].sum() == 0.0


sources = st.lists(
    st.tuples(
        st.integers(-2, 2),
        st.sets(st.sampled_from(sorted(REGIONS)), min_size=1),
        st.floats(0.0, 1.0),
        st.booleans(),
        st.one_of(st.none(), st.floats(0.0, 1.0)),
        st.one_of(st.none(), st.sampled_from(sorted(REGIONS))),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None)
@given(sources, st.booleans())
def test_weights_are_shares_of_one_or_of_nothing(
    found: list[tuple[int, set[str], float, bool, float | None, str | None]],
    take_over: bool,
) -> None:
    weights = weights_of(
        *(rank(p, *regions, share=share) for p, regions, share, *_ in found),
        sent=[None if sends is None else REGIONS[sends] for *_, sends in found],
        seen=[seen for _, _, _, seen, _, _ in found],
        doubts=[None if d is None else doubt(d) for *_, d, _ in found],
        take_over=take_over,
    )
    assert weights.dtype == np.float32 and weights.shape == (len(found), WIDTH)
    assert weights.min() >= 0.0
    total = weights.sum(axis=0)
    assert np.all((total == 0.0) | (np.abs(total - 1.0) < 1e-5))
    for row, (*_, seen, _, sends) in zip(weights, found, strict=True):
        assert seen or not row.any()
        assert sends is None or not row[REGIONS[sends] == 0.0].any()
