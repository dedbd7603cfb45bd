"""Checks this machine's cameras, networks, runtimes and ports."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterable
from importlib import metadata, util
from pathlib import Path
from typing import Final

from bridge.capture.devices import CameraInfo, list_cameras
from bridge.config import Config
from bridge.errors import BridgeError
from engines.installing import set_off
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION
from engines.runtime.runtimes import RUNTIMES
from engines.runtime.weights import FOLDER, find_weights
from protocols.channels import EXPRESSIONS

from .finding import Finding, State
from .ports import ports, receivers, sources
from .refine.needed import refining
from .remote.finding import remote
from .timecode.finding import timecode
from .user_folder import user_folder

MARKS: Final = {
    "good": ("✓", "green"),
    "option": ("-", "dim"),
    "note": ("·", "yellow"),
    "problem": ("✗", "red"),
}


def examine(config: Config | None = None) -> list[Finding]:
    """Run all checks. It takes about a second on Linux.

    It sends nothing, except a question to a time server that the settings follow.
    Windows and macOS have no list of cameras, so `list_cameras` opens the first four.

    Args:
        config: whose sinks, timecode and remote control are checked; the defaults if
            None.
    """
    config = config or Config()
    return [
        machine(),
        cameras(list_cameras()),
        tracker(),
        solver(),
        motion(),
        expression(),
        runtimes(),
        *devices(),
        refining(),
        *ports(config),
        receivers(),
        sources(),
        timecode(config.timecode),
        remote(config.remote),
        settings(),
    ]


def worst(findings: Iterable[Finding]) -> State:
    """Return the most serious state of the findings."""
    states = {finding.state for finding in findings}
    return next((s for s in ("problem", "note") if s in states), "good")


def machine() -> Finding:
    """Return the versions of Python, the system and facewire."""
    version = platform.python_version()
    return Finding(
        "python",
        "good",
        f"{version} on {platform.system()} {platform.machine()}, facewire "
        f"{metadata.version('facewire')}.",
        {"python": version, "executable": sys.executable},
    )


def cameras(found: tuple[CameraInfo, ...]) -> Finding:
    """Return the cameras, and the command for the first one."""
    if not found:
        return Finding(
            "cameras",
            "note",
            "none found; connect one, or use --source video:PATH, url:ADDRESS or demo.",
            {"cameras": []},
        )
    names = ", ".join(f"camera:{c.index} ({c.name or 'no name'})" for c in found)
    return Finding(
        "cameras",
        "good",
        f"{names}; choose one with --source camera:{found[0].index}.",
        {"cameras": [{"index": c.index, "name": c.name} for c in found]},
    )


def tracker(folder: Path = FOLDER) -> Finding:
    """Return whether the networks that find and follow faces can be used."""
    # Imported here, so that --help does not load ONNX Runtime and OpenCV.
    from bridge.solve.own_tracker import open_own_tracker

    try:
        open_own_tracker(folder=folder).close()
    except BridgeError as error:
        return Finding("tracker", "problem", f"{error}.")
    return Finding(
        "tracker",
        "good",
        "mesh.onnx finds 478 points of a face, near_faces.onnx and far_faces.onnx find "
        "faces.",
    )


def solver(folder: Path = FOLDER) -> Finding:
    """Return the solver that `run` uses, and why."""
    # Imported here, so that --help does not load ONNX Runtime and OpenCV.
    from bridge.solve.open import open_solver

    config = Config()
    opened = open_solver(config, folder=folder)
    opened.close()
    asked = config.solve.solver
    detail = {"solver": opened.name, "asked": asked, "reason": opened.reason}
    if opened.fallback:
        return Finding("solver", "note", f"{opened.reason}.", detail)
    return Finding(
        "solver",
        "good",
        f"the {opened.name} solver makes the curves ({opened.reason}); --set "
        "solve.solver=geometric needs no network.",
        detail,
    )


def motion(folder: Path = FOLDER) -> Finding:
    """Return the motion stage that `run` uses, and why."""
    # Imported here, so that --help does not load ONNX Runtime.
    from bridge.shape.motion import open_motion

    config = Config()
    opened = open_motion(config, folder=folder)
    opened.close()
    asked = config.shape.mover
    detail = {"motion": opened.name, "asked": asked, "reason": opened.reason}
    if opened.fallback:
        return Finding("motion", "note", f"{opened.reason}.", detail)
    return Finding(
        "motion",
        "good",
        f"{opened.name} makes the motion ({opened.reason}); --set "
        "shape.motion=one_euro needs no network.",
        detail,
    )


def expression(folder: Path = FOLDER) -> Finding:
    """Return whether the expression network can run, and its runtime."""
    # Imported here, so that --help does not load ONNX Runtime.
    from .inference import open_network

    try:
        weights = find_weights(EXPRESSION.name, folder)
        network = open_network(EXPRESSION, weights, Config().engines)
    except GraphError as error:
        return Finding(
            "expression", "note", f"{error}; facewire runs without expressions."
        )
    network.engine.close()
    return Finding(
        "expression",
        "good",
        f"{weights.path.name} on {network.told} identifies {len(EXPRESSIONS)} "
        f"expressions ({weights.licence}); --set expression=off switches it off.",
        {
            "file": str(weights.path),
            "sha256": weights.sha256,
            "reason": network.told,
            **weights.metrics,
        },
    )


def runtimes() -> Finding:
    """Return the installed packages that run networks."""
    wheels = metadata.packages_distributions()
    found = {}
    for name in sorted({module for one in RUNTIMES.values() for module in one.modules}):
        # Different wheels have the same module: onnxruntime, onnxruntime-gpu, ...
        top = name.partition(".")[0]
        if util.find_spec(top) is not None and top in wheels:
            found[top] = ", ".join(f"{w} {metadata.version(w)}" for w in wheels[top])
    listed = ", ".join(found.values()) or "none installed"
    detail = {"runtimes": found}
    if "onnxruntime" not in found:
        told = set_off(f"{listed}; run: {RUNTIMES['cpu'].install}") + "."
        return Finding("runtimes", "problem", told, detail)
    return Finding(
        "runtimes",
        "good",
        f"{listed}; engines.device chooses one of the following, auto by default.",
        detail,
    )


def devices() -> list[Finding]:
    """Return for every runtime whether it is installed, or how to install it."""
    # Imported here, so that --help does not load ONNX Runtime.
    from engines.runtime.select import AUTO

    findings = []
    for name, runtime in RUNTIMES.items():
        lacks = runtime.missing().removeprefix(f"{name}: ")
        detail = {"installed": not lacks, "install": runtime.install}
        if lacks:
            state: State = "problem" if name == "cpu" else "option"
            findings.append(Finding(name, state, f"{set_off(lacks)}.", detail))
            continue
        use = f"--set engines.device={name}"
        if name == "cpu":
            use = f"always available; {use} uses nothing else"
        elif name in AUTO:
            use = f"installed; auto uses it if its card is found, {use} requires it"
        else:
            use = f"installed; {use} uses it"
        findings.append(Finding(name, "good", f"{runtime.title}: {use}.", detail))
    return findings


def settings() -> Finding:
    """Return the folder for device ids and keys."""
    try:
        return Finding(
            "settings", "good", f"device ids and keys are in {user_folder()}.", {}
        )
    except BridgeError as error:
        return Finding("settings", "problem", f"{error}.", {})
