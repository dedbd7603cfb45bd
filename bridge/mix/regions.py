"""The regions of a face that a source can be used for, as masks over its channels.

A mixed row has 93 numbers: the 85 channels of a frame and its 8 expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from engines.one_euro import GROUPS, group_of
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS, INDEX, Vector

Mask = npt.NDArray[np.float32]
"""(93,) float32, 1 where a region has the number, else 0."""

WIDTH: Final = len(CHANNELS) + len(EXPRESSIONS)
CHANNEL_PART: Final = slice(0, len(CHANNELS))
EXPRESSION_PART: Final = slice(len(CHANNELS), WIDTH)


def _of_groups(*names: str) -> Mask:
    mask = np.zeros(WIDTH, dtype=np.float32)
    for i, channel in enumerate(CHANNELS):
        mask[i] = group_of(channel) in names
    return mask


def _made() -> dict[str, Mask]:
    regions = {name: _of_groups(name) for name in GROUPS}
    # The jaw bone follows the curves of the mouth; a head without its position turns.
    regions["eyes"] = _of_groups("lids", "gaze")
    regions["face"] = _of_groups("lids", "gaze", "brows", "mouth")
    expression = np.zeros(WIDTH, dtype=np.float32)
    expression[EXPRESSION_PART] = 1.0
    regions["expression"] = expression
    regions["all"] = np.ones(WIDTH, dtype=np.float32)
    for mask in regions.values():
        mask.setflags(write=False)
    return regions


REGIONS: Final[Mapping[str, Mask]] = _made()
"""All named regions: the groups of the motion filter, and unions of them."""

SHOWN: Final = (*GROUPS, "expression")
"""Regions that have no number in common and are all numbers together."""

_SHOWN_MEANS: Final = np.stack(
    [REGIONS[name] / REGIONS[name].sum() for name in SHOWN]
).astype(np.float32)


def unknown(names: Iterable[str]) -> list[str]:
    """Return the names that are neither a region nor a curve."""
    return [name for name in names if name not in REGIONS and name not in ARKIT]


def mask_of(names: Iterable[str]) -> Mask:
    """Return the union of regions and single curves.

    Raises:
        KeyError: a name is in `unknown`.
    """
    mask = np.zeros(WIDTH, dtype=np.float32)
    for name in names:
        if name in REGIONS:
            mask = np.maximum(mask, REGIONS[name])
        else:
            mask[INDEX[name]] = 1.0
    return mask


def shares(weights: Vector) -> dict[str, float]:
    """Return the mean weight of a source in each of the regions `SHOWN`, 0 to 1.

    Args:
        weights: (93,) of one source.
    """
    means = _SHOWN_MEANS @ weights
    return {name: float(mean) for name, mean in zip(SHOWN, means, strict=True)}
