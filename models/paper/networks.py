"""Figure 1: the networks that ship, what they learned from, and their figures."""

from __future__ import annotations

from typing import Final

from engines.runtime.engine import GraphError
from engines.runtime.weights import find_weights

from .part import Part, Table

SHIPPED: Final = {
    "expression": "identifies eight expressions (the paper's convolutional network)",
    "solver": "solves 52 curves from patches and landmarks",
    "motion": "generates motion (the paper's recurrent network)",
    "refiner": "refines takes (the paper's adversarial network)",
}


def networks() -> Part:
    """Return the part on the networks; what is not there is named."""
    rows, lost = [], []
    for name, what in SHIPPED.items():
        try:
            weights = find_weights(name)
            size = weights.path.stat().st_size
        except (GraphError, OSError) as error:
            lost.append(f"{name}: {error}")
            continue
        rows.append((name, what, f"{size / 1e6:.2f} MB", weights.data, weights.licence))
    head = ("network", "what it does", "file", "learned from", "licence")
    return Part(
        "Figure 1, section 3",
        "The networks",
        "A convolutional network identifies expressions; recurrent and adversarial "
        "networks animate.",
        "What ships in engines/weights. models/cards has the layers.",
        (Table("Networks", head, tuple(rows)),),
        caveats=(
            *lost,
            "The paper prints the logistic function as 1 / (1 + e^x); the networks "
            "use 1 / (1 + e^-x).",
        ),
    )
