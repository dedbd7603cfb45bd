"""Answers of the expression network, made up for tests."""

import numpy as np

from models.expression.watched import Watched
from protocols.arrays import Floats
from protocols.channels import EXPRESSIONS

SAD = EXPRESSIONS.index("sadness")


def likely(**chances: float) -> Floats:
    """(8,) the named probabilities; the others share the rest."""
    out = np.full(len(EXPRESSIONS), np.nan, dtype=np.float32)
    for name, chance in chances.items():
        out[EXPRESSIONS.index(name)] = chance
    left = np.isnan(out)
    out[left] = (1.0 - sum(chances.values())) / left.sum()
    return out


def clip(rows: list[Floats], rest: list[bool] | None = None) -> Watched:
    """A clip at 30 frames a second; it rests all the time unless told otherwise."""
    seconds = np.arange(len(rows)) / 30.0
    calm = np.ones(len(rows), bool) if rest is None else np.array(rest)
    return Watched("clip", seconds, np.stack(rows), calm)
