"""Gathers the parts of the report: from results that exist, or by evaluating now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engines.runtime.engine import GraphError

from . import expression, motion
from .animation import CLAIM as ANIMATION_CLAIM
from .animation import animation
from .networks import networks
from .part import Part, Results, ResultsError, read_results

QUICK: Final = "--quick leaves slow parts out; {option} FILE takes earlier results."

Evaluate = Callable[[Path], None]
"""Runs an evaluation that writes its JSON to this file."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where the results of one evaluation come from."""

    option: str
    """That names a file of earlier results."""
    file: Path | None
    """Of earlier results."""
    folder: Path
    """Gets the results of an evaluation that runs now."""
    evaluate: Evaluate | None
    """None if it cannot run here; `why` says why."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Results, or the reason why there are none."""

    results: Results | None
    folder: Path
    """Pictures lie here."""
    why: str = ""


def find(source: Source, quick: bool) -> Found:
    """Return the results of an evaluation.

    Raises:
        OSError, ResultsError: a file that was named cannot be used.
    """
    if source.file is not None:
        return Found(read_results(source.file), source.file.parent)
    if source.evaluate is None:
        return Found(None, source.folder, source.why)
    if quick:
        return Found(None, source.folder, QUICK.format(option=source.option))
    path = source.folder / "results.json"
    source.folder.mkdir(parents=True, exist_ok=True)
    try:
        source.evaluate(path)
        return Found(read_results(path), source.folder)
    except (OSError, ValueError, GraphError, RuntimeError) as error:
        return Found(None, source.folder, f"the evaluation failed: {error}")


def gather(
    sources: dict[str, Source], quick: bool, tell: Callable[[str], None]
) -> list[Part]:
    """Return all parts, in the order of the paper.

    Args:
        sources: by `expression`, `motion`, `refiner`, `animation` and `speed`.
        quick: evaluate nothing that takes long.
        tell: called with what is done next.

    Raises:
        OSError, ResultsError: a file that was named cannot be used.
    """
    parts = [networks()]
    for name, makers in MAKERS.items():
        tell(name)
        found = find(sources[name], quick)
        parts += [make(found, sources[name]) for make in makers]
    tell("style")
    parts.append(_style())
    parts.append(COMBINED)
    return parts


def _made(
    make: Callable[[Results], Part], figure: str, title: str, claim: str
) -> Callable[[Found, Source], Part]:
    """Return what makes a part of results, or says that it is left out."""

    def part(found: Found, source: Source) -> Part:
        if found.results is None:
            return Part(figure, title, claim, left_out=found.why)
        try:
            made = make(found.results)
            if not any(table.rows for table in made.tables):
                raise ValueError("it has no figures")
        except (KeyError, AttributeError, TypeError, ValueError, IndexError) as error:
            raise ResultsError(
                f"{source.file or source.folder}: no results of that evaluation "
                f"({type(error).__name__}: {error}); {source.option} takes its file"
            ) from None
        return made

    return part


def _animated(found: Found, source: Source) -> Part:
    def make(results: Results) -> Part:
        return animation(results, found.folder)

    title = "Characters: visual quality and fluency, against keyframes"
    return _made(make, "Figures 5, 6, 7 and 9", title, ANIMATION_CLAIM)(found, source)


MAKERS: Final = {
    "expression": (
        _made(
            expression.identification,
            "Figures 2 and 3",
            "Expressions: the network against SVMs",
            expression.CLAIM,
        ),
        _made(
            expression.robustness,
            "Section 3.3",
            "Light, noise and pose",
            "The network adapts to illumination and posture.",
        ),
    ),
    "motion": (
        _made(
            motion.generator,
            "Figure 4, section 4",
            "Motion: the recurrent generator",
            motion.GENERATOR,
        ),
    ),
    "refiner": (
        _made(
            motion.refiner,
            "Figure 4, section 4",
            "Motion: the adversarial refiner",
            motion.REFINER,
        ),
    ),
    "animation": (_animated,),
    "speed": (
        _made(
            motion.speed,
            "Sections 1 and 5",
            "Real time",
            "The method animates in real time.",
        ),
    ),
}
"""By evaluation, what makes its parts."""

COMBINED: Final = Part(
    "Figure 8",
    "Accuracy of the combined system, by expression",
    "Over 90 % of each expression is found again in the animated character.",
    left_out="The expression network learned from photographs of people, and a drawn "
    "character is none: its answers would judge the drawing. Figures 5 to 9 compare "
    "landmarks instead.",
)


def _style() -> Part:
    claim = "The style of an animation can be chosen, and it varies from take to take."
    try:
        from .style import style

        return style()
    except (GraphError, ModuleNotFoundError) as error:
        title = "Style and variety"
        return Part("Section 4.1", title, claim, left_out=f"{error}.")
