"""What this machine has: cameras, models, runtimes, ports; a sentence for each."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import metadata, resources, util
from pathlib import Path
from typing import Any, Final, Literal

from bridge.binding import is_taken
from bridge.capture.devices import CameraInfo, list_cameras
from bridge.config import Config
from bridge.errors import BridgeError
from engines.installing import here, set_off
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION
from engines.runtime.runtimes import RUNTIMES
from engines.runtime.weights import FOLDER, find_weights
from protocols.channels import EXPRESSIONS

from .user_folder import user_folder
from .wires.settings import Target
from .wires.table import WIRES
from .wires.wire import Probe

State = Literal["good", "option", "note", "problem"]
"""An option is absent, and need not be there."""

MARKS: Final = {
    "good": ("✓", "green"),
    "option": ("-", "dim"),
    "note": ("·", "yellow"),
    "problem": ("✗", "red"),
}

SOCKETS: Final = {"UDP": socket.SOCK_DGRAM, "TCP": socket.SOCK_STREAM}

MEDIAPIPE: Final = "mediapipe==0.10.21"
"""The release whose wheel holds the model that follows."""

TRACKER_MODEL: Final = "modules/face_landmark/face_landmark_with_attention.tflite"
"""Inside mediapipe's wheel."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    part: str
    state: State
    sentence: str
    detail: dict[str, Any] = field(default_factory=dict)


def examine() -> list[Finding]:
    """Look at everything. Sends nothing, takes about a second on Linux.

    Windows and macOS list no cameras: there `list_cameras` opens the first four.
    """
    return [
        machine(),
        cameras(list_cameras()),
        tracker(),
        solver(),
        motion(),
        expression(),
        runtimes(),
        *devices(),
        *ports(Config()),
        settings(),
    ]


def worst(findings: Iterable[Finding]) -> State:
    """Return the most serious state there is."""
    states = {finding.state for finding in findings}
    return next((s for s in ("problem", "note") if s in states), "good")


def machine() -> Finding:
    """Return Python and system."""
    version = platform.python_version()
    return Finding(
        "python",
        "good",
        f"{version} on {platform.system()} {platform.machine()}, facewire "
        f"{metadata.version('facewire')}.",
        {"python": version, "executable": sys.executable},
    )


def cameras(found: tuple[CameraInfo, ...]) -> Finding:
    """Return which cameras there are and which would run."""
    if not found:
        return Finding(
            "cameras",
            "note",
            "none found; plug one in, or use --source video:PATH, url:ADDRESS or demo.",
            {"cameras": []},
        )
    names = ", ".join(f"camera:{c.index} ({c.name or 'no name'})" for c in found)
    return Finding(
        "cameras",
        "good",
        f"{names}; camera:{found[0].index} would run with "
        f"--source camera:{found[0].index}.",
        {"cameras": [{"index": c.index, "name": c.name} for c in found]},
    )


def tracker() -> Finding:
    """Return whether MediaPipe and its face model are here."""
    spec = util.find_spec("mediapipe")
    install = here().install(MEDIAPIPE)
    if spec is None or not spec.submodule_search_locations:
        told = f"mediapipe is not installed; run `{install}`."
        return Finding("tracker", "problem", told)
    version = metadata.version("mediapipe")
    model = resources.files("mediapipe") / TRACKER_MODEL
    if not model.is_file():
        told = f"mediapipe {version} lacks its 478-point face model; run `{install}`."
        return Finding("tracker", "problem", told, {"mediapipe": version})
    return Finding(
        "tracker",
        "good",
        f"mediapipe {version} with its 478-point face model finds the face.",
        {"mediapipe": version},
    )


def solver(folder: Path = FOLDER) -> Finding:
    """Return which solver would make the curves, and why."""
    # ONNX Runtime and OpenCV: not for --help.
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
        f"the {opened.name} one makes the curves ({opened.reason}); --set "
        "solve.solver=geometric runs without a network.",
        detail,
    )


def motion(folder: Path = FOLDER) -> Finding:
    """Return what would move the faces, and why."""
    # ONNX Runtime: not for --help.
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
        f"{opened.name} moves the face ({opened.reason}); --set shape.motion=one_euro "
        "runs without a network.",
        detail,
    )


def expression(folder: Path = FOLDER) -> Finding:
    """Return whether the expression network can run, and on what."""
    # ONNX Runtime: not for --help.
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
        f"expressions ({weights.licence}); --set expression=off runs without.",
        {
            "file": str(weights.path),
            "sha256": weights.sha256,
            "reason": network.told,
            **weights.metrics,
        },
    )


def runtimes() -> Finding:
    """Return which packages that run networks are installed."""
    wheels = metadata.packages_distributions()
    found = {}
    for name in sorted({module for one in RUNTIMES.values() for module in one.modules}):
        # One module may come in different wheels: onnxruntime, onnxruntime-gpu, ...
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
        f"{listed}; engines.device chooses among the following, auto unless set.",
        detail,
    )


def devices() -> list[Finding]:
    """Return for every runtime whether it is here, or what to run to have it."""
    # With ONNX Runtime: not for --help.
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
            use = f"always there; {use} keeps to it"
        elif name in AUTO:
            use = f"installed; auto takes it where its card is found, {use} insists"
        else:
            use = f"installed; {use} uses it"
        findings.append(Finding(name, "good", f"{runtime.title}: {use}.", detail))
    return findings


def ports(config: Config) -> list[Finding]:
    """Return for every sink that has a port whether somebody has it."""
    findings = []
    for sink in config.sinks:
        probe = WIRES[sink.kind].probe(sink)
        if probe is None:
            continue
        kind = SOCKETS[probe.transport]
        taken = is_taken(socket.AF_INET, (probe.host, probe.port), kind)
        detail = {"port": probe.port, "taken": taken}
        state: State = "note" if probe.ours and taken else "good"
        told = _own_port(sink, taken) if probe.ours else _port(sink, probe, taken)
        findings.append(Finding(sink.kind, state, told, detail))
    return findings


def _own_port(sink: Target, taken: bool) -> str:
    """Return what to say of a port that facewire would listen on itself."""
    if not taken:
        return f"{sink.where} is free and would be bound."
    return (
        f"{sink.where} is taken, so facewire run would stop; is it running already? "
        f"Choose another with --sink {sink.kind}={sink.WHERE}."
    )


def _port(sink: Target, probe: Probe, taken: bool) -> str:
    """Return what to say of a port that facewire would send to."""
    told = f"{probe.transport} {probe.port}: "
    if taken:
        return f"{told}a receiver listens on this machine."
    return (
        f"{told}nobody listens on this machine; frames would be sent all the same. "
        f"Elsewhere: --sink {sink.kind}=HOST:{probe.port}."
    )


def settings() -> Finding:
    """Return where device ids and keys are kept."""
    try:
        return Finding(
            "settings", "good", f"device ids and keys are kept in {user_folder()}.", {}
        )
    except BridgeError as error:
        return Finding("settings", "problem", f"{error}.", {})
