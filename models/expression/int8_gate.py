"""The gate before a file in eight bits ships: does it still recognise expressions?

Judged on PublicTest, never on PrivateTest, with FER+ labels by the official majority
rule, through the engine that the daemon uses. TensorRT's file is judged on ONNX Runtime
too: it computes what the file says, and TensorRT is compared with it before its first
use on a card (`engines/runtime/parity.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.table import Table

from engines.runtime.graphs import EXPRESSION
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from models.data.photographs.fer2013 import Faces, majority
from protocols.arrays import Floats

LOSS: Final = 0.005
"""Of accuracy on PublicTest that eight bits may cost."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One form of the network, on PublicTest."""

    form: str
    size: int
    """Bytes."""
    n: int
    """Faces that have a majority."""
    accuracy: float
    """On those; 0 where n is 0."""
    same: float
    """Share of all faces with the answer that the network in torch gives."""
    gap: float
    """Largest difference of a probability from it."""


def judge(
    form: str, content: bytes, public: Faces, said: Floats, wanted: Floats
) -> Judged:
    """Return how a form fares.

    Args:
        form: its name.
        content: its ONNX file.
        public: PublicTest, n faces.
        said: (n, 8) its answers.
        wanted: (n, 8) those of the network in torch.
    """
    truth = majority(public.votes)
    clear = truth >= 0
    hits = (said.argmax(axis=1) == truth)[clear]
    return Judged(
        form=form,
        size=len(content),
        n=int(clear.sum()),
        accuracy=float(hits.mean()) if clear.any() else 0.0,
        same=float((said.argmax(axis=1) == wanted.argmax(axis=1)).mean()),
        gap=float(np.abs(said - wanted).max()),
    )


def gate(plain: Judged, eight: Judged) -> None:
    """Raise ValueError if a form in eight bits costs more than `LOSS`."""
    lost = plain.accuracy - eight.accuracy
    if not lost <= LOSS:
        raise ValueError(
            f"expression: {eight.form} costs {lost:.2%} of accuracy on PublicTest, "
            f"expected at most {LOSS:.1%}; it does not ship"
        )


def table(rows: Sequence[Judged]) -> Table:
    """Return the forms, the float32 one first, for a terminal."""
    made = Table(
        title=f"PublicTest, FER+ labels, n = {rows[0].n:,}; eight bits may cost "
        f"{100 * LOSS:.1f} points",
        title_justify="left",
        box=None,
    )
    made.add_column("form")
    for heading in ("MB", "accuracy", "points lost", "same answer", "largest gap"):
        made.add_column(heading, justify="right")
    for row in rows:
        made.add_row(
            row.form,
            f"{row.size / 1e6:.2f}",
            f"{row.accuracy:.2%}",
            f"{100 * (rows[0].accuracy - row.accuracy):.2f}",
            f"{row.same:.2%}",
            f"{row.gap:.3f}",
        )
    return made


def answers(content: bytes, inputs: Floats) -> Floats:
    """Return (n, 8): what the graph says through the engine that the daemon uses."""
    engine = OnnxRuntimeEngine(EXPRESSION, content)
    # Copies: the engine reuses its own.
    found = [
        engine.run({"face": face[None]})["probabilities"][0].copy() for face in inputs
    ]
    engine.close()
    return np.stack(found)
