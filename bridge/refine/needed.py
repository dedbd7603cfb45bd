"""The packages of refining, which a plain installation of facewire does not have."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from bridge.errors import BridgeError
from bridge.finding import Finding
from engines.installing import here, set_off

EXTRA: Final = "refine"
PACKAGES: Final = ("scipy", "joblib")
"""SciPy has the filters and splines, joblib runs takes on all cores."""


def missing(packages: tuple[str, ...] = PACKAGES) -> str:
    """Return one sentence with what is missing and what to run; empty if nothing is.

    Args:
        packages: they are looked for without importing them.
    """
    absent = [name for name in packages if find_spec(name) is None]
    if not absent:
        return ""
    is_ = "is" if len(absent) == 1 else "are"
    return (
        f"refine: {' and '.join(absent)} {is_} not installed; "
        f"run: {here().install_extra(EXTRA)}"
    )


def require(packages: tuple[str, ...] = PACKAGES) -> None:
    """Do nothing if takes can be refined here.

    Raises:
        BridgeError: a package is missing; the sentence says what to run.
    """
    lacks = missing(packages)
    if lacks:
        raise BridgeError(lacks)


def refining(packages: tuple[str, ...] = PACKAGES) -> Finding:
    """Return whether takes can be refined here, for `facewire doctor`."""
    lacks = missing(packages).removeprefix("refine: ")
    detail = {"installed": not lacks, "install": here().install_extra(EXTRA)}
    if lacks:
        return Finding("refine", "option", f"{set_off(lacks)}.", detail)
    told = "facewire refine repairs recorded takes."
    return Finding("refine", "good", told, detail)
