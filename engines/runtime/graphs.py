"""The graphs' contracts: names and shapes at the boundary, all float32, batch 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engines.face.canonical_face import COUNT
from engines.face.crop import SIZE
from engines.motion import bank, signals
from engines.refine import layout
from protocols.channels import ARKIT, EXPRESSIONS

from .engine import GraphError, Spec


@dataclass(frozen=True, slots=True)
class Graph:
    """The inputs and outputs that a file must have to be used as this graph."""

    name: str
    """Also the name of its table in the weights' manifest."""
    inputs: tuple[Spec, ...]
    outputs: tuple[Spec, ...]

    def check(
        self, source: str, inputs: tuple[Spec, ...], outputs: tuple[Spec, ...]
    ) -> None:
        """Raise GraphError, naming the difference, unless a loaded graph follows the
        contract."""
        for side, want, got in (
            ("input", self.inputs, inputs),
            ("output", self.outputs, outputs),
        ):
            if want != got:
                raise GraphError(
                    f"{source}: {side}s are {_describe(got)}; "
                    f"{self.name} needs {_describe(want)}; export it again with "
                    f"`facewire-models export {self.name}`"
                )


def _describe(specs: tuple[Spec, ...]) -> str:
    return ", ".join(f"{spec.name} {spec.shape}" for spec in specs) or "none"


EXPRESSION: Final = Graph(
    "expression",
    inputs=(Spec("face", (1, 1, SIZE, SIZE)),),
    outputs=(Spec("probabilities", (1, len(EXPRESSIONS))),),
)
"""Input: a standardised face. Output: probabilities in `EXPRESSIONS` order; they sum to
1."""

SOLVER: Final = Graph(
    "solver",
    inputs=(
        Spec("landmarks", (2, COUNT, 3)),
        Spec("moved", (2, COUNT, 3)),
        Spec("turn", (2, 3)),
        Spec("eyes", (2, 2, 48, 48)),
        Spec("mouth", (2, 2, 64, 64)),
    ),
    outputs=(Spec("weights", (1, len(ARKIT))), Spec("sigma", (1, len(ARKIT)))),
)
"""Inputs, each for a face and for its mirror image: `landmarks`, aligned points in
canonical centimetres; `moved`, the same minus the points at rest, times 0 to 1 for how
well the rest pose is known; `turn`, the head's rotation in radians; `eyes` and `mouth`,
standardised patches (`face/patches.py`), now and at rest: the left eye and the right
one mirrored, the mouth and the mouth mirrored.

Outputs: weights from 0 to 1 in `ARKIT` order, and the expected standard deviation of
their error.
"""

HIDDEN: Final = 96 + 16 * signals.COUNT
"""Values in each half of the generator's state: 96 for the face, and 16 per signal."""

MOTION: Final = Graph(
    "motion",
    inputs=(
        Spec("moment", (1, bank.MOMENT)),
        Spec("bank", (1, bank.MEANS, signals.COUNT)),
        Spec("hidden", (1, HIDDEN)),
        Spec("cell", (1, HIDDEN)),
        Spec("lead", (1, 1)),
    ),
    outputs=(
        Spec("values", (1, signals.COUNT)),
        Spec("hidden_out", (1, HIDDEN)),
        Spec("cell_out", (1, HIDDEN)),
    ),
)
"""Inputs: one frame of a performance (`motion/bank.py`) and the state before it.
Outputs: the signals `lead` seconds after that frame, in the network's units, and the
state after it.

The state after does not depend on the lead. A second call with the same state and
another lead gives another instant of the same performance.
"""

REFINER: Final = Graph(
    "refiner",
    inputs=(Spec("window", (1, layout.INPUT_ROWS, layout.LENGTH)),),
    outputs=(Spec("residual", (1, signals.COUNT, layout.LENGTH)),),
)
"""Input: recorded motion at 60 samples per second (`refine/window.py`). Output: the
change of each signal, from -1 to 1 times the sample's bound."""

MESH: Final = Graph(
    "mesh",
    inputs=(Spec("picture", (1, 3, 192, 192)),),
    outputs=(Spec("points", (1, COUNT, 3)), Spec("presence", (1, 1))),
)
"""Input: the region of a face, RGB, 0 to 1. Outputs: its points in pixels of that
picture, and the logit of whether it shows a face."""

NEAR_FACES: Final = Graph(
    "near_faces",
    inputs=(Spec("picture", (1, 128, 128, 3)),),
    outputs=(Spec("boxes", (1, 896, 16)), Spec("scores", (1, 896, 1))),
)
"""Input: a whole picture, RGB, -1 to 1. Outputs for each anchor (`face/detector.py`):
centre, size and six points of a face in pixels, and the logit of its presence."""

FAR_FACES: Final = Graph(
    "far_faces",
    inputs=(Spec("picture", (1, 192, 192, 3)),),
    outputs=(Spec("boxes", (1, 2304, 16)), Spec("scores", (1, 2304, 1))),
)
"""As `NEAR_FACES`, for small faces."""
