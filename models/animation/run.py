"""Runs the comparison: opens what it needs, goes through clips and stills, closes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from engines.face.face_graph import FaceGraph
from engines.face.solver_network import SolverNetwork
from engines.motion.generator import MotionGenerator
from engines.runtime.engine import GraphError
from engines.runtime.graphs import MOTION, SOLVER
from engines.runtime.onnx_runtime import OnnxRuntimeEngine
from engines.runtime.weights import find_weights
from models.data.manifest import ManifestError, Row, read_rows
from models.reenactment.labelled import Segments, read_segments
from models.solver.baselines import Tell

from .evaluate import Report, judge_clip, judge_still
from .heads import DEFAULT, Head, HeadError, built_in_head, open_head
from .methods import Generators
from .performances import Acted, act_clip, act_still
from .sheet import write_sheets
from .tuning import tune

FACES: Final = "real_faces"
SEGMENTS: Final = "segments.json"
MANIFEST: Final = "manifest.csv"
TRAIN: Final = "train"


@dataclass(frozen=True, slots=True)
class Material:
    """Clips and stills."""

    judged: tuple[Row, ...]
    train: tuple[Row, ...]
    """To tune keyframes on; none of them is judged."""
    segments: dict[str, Segments]
    """By the clip's name; of a clip that is not in it, the solver learns what is
    neutral."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    material: Material
    characters: tuple[Path, ...] = ()
    data: Path | None = None
    """Holds `characters/`."""
    every: int = 6
    longest_s: float = 20.0
    tune_on: int = 4


def find_material(
    data: Path | None,
    folders: Sequence[Path],
    manifest: Path | None,
    uses: Collection[str],
) -> Material:
    """Return the clips and stills that are meant.

    Args:
        data: holds `real_faces/`, which is looked at if no folder is given.
        folders: with clips.
        manifest: names them; without it `manifest.csv` in the folders is taken, and
            without that all videos are judged and keyframes are not tuned.
        uses: of the rows to be judged.

    Raises:
        OSError: a file cannot be read.
        ManifestError: nothing is there, a row names a missing file, or rows with
            use = train are to be judged, which keyframes are tuned on.
    """
    if TRAIN in uses:
        raise ManifestError(
            f"--use {TRAIN}: keyframes are tuned on these rows, so that they cannot be "
            "judged; expected test or look"
        )
    if not folders:
        if data is None:
            raise ManifestError(
                "no clips; --clips names a folder of videos, or --data one that holds "
                f"{FACES}/"
            )
        folders = [data / FACES]
    if manifest is None:
        beside = [folder / MANIFEST for folder in folders]
        manifest = next((path for path in beside if path.is_file()), None)
    judged = read_rows(manifest, folders, uses)
    train: list[Row] = []
    segments: dict[str, Segments] = {}
    if manifest is not None:
        own = {row.path.resolve() for row in judged}
        rows = read_rows(manifest, [manifest.parent, *folders], (TRAIN,))
        train = [r for r in rows if r.use == TRAIN and r.path.resolve() not in own]
        if (manifest.parent / SEGMENTS).is_file():
            segments = read_segments(manifest.parent / SEGMENTS)
    return Material(tuple(judged), tuple(train), segments)


def run(wanted: Wanted, out: Path, tell: Tell) -> tuple[Report, list[Path]]:
    """Compare, and write sheets of pictures.

    Args:
        wanted: what is asked for.
        out: an existing folder.
        tell: see `Tell`.

    Raises:
        OSError: a file cannot be read or written.
        GraphError: a shipped network cannot be opened.
        ValueError: a character or picture cannot be used; the sentence says why.
    """
    report = Report()
    with ExitStack() as stack:
        graph = FaceGraph()
        stack.callback(graph.close)
        network = SolverNetwork(
            OnnxRuntimeEngine(SOLVER, find_weights(SOLVER.name).read())
        )
        stack.callback(network.close)
        generators = open_generators(stack)
        heads = open_heads(wanted, graph, report.remarks)
        train = _act(wanted, wanted.material.train, network, graph, [], tell, some=True)
        report.chosen_on = tuple(each.name for each in train)
        report.tuned = tune(
            [each for each in train if len(each.times) > 1],
            [each for each in train if len(each.times) == 1],
            heads[0],
        )
        if not train:
            report.remarks.append(
                "Keyframes were not tuned: no rows with use = train were found."
            )
        acted = _act(
            wanted, wanted.material.judged, network, graph, report.remarks, tell
        )
        for each in acted:
            if len(each.times) > 1:
                report.judged += judge_clip(
                    *(each, heads, report.tuned, generators, graph, wanted.every, tell)
                )
            else:
                report.judged += judge_still(
                    *(each, heads, report.tuned, generators, graph, tell)
                )
        written = write_sheets(out, report, heads, graph, tell)
    return report, written


def open_generators(stack: ExitStack) -> Generators:
    """Return what makes generators, which share the shipped network.

    Raises:
        GraphError: it cannot be opened.
    """
    try:
        content = find_weights(MOTION.name).read()
    except GraphError as error:
        raise GraphError(f"{error}; our method needs the motion network") from None
    engine = OnnxRuntimeEngine(MOTION, content)
    stack.callback(engine.close)
    return lambda: MotionGenerator(engine)


def open_heads(wanted: Wanted, graph: FaceGraph, remarks: list[str]) -> list[Head]:
    """Return the characters, at least one.

    Raises:
        OSError, HeadError: a character that was named cannot be used.
    """
    if wanted.characters:
        return [open_head(path, graph) for path in wanted.characters]
    heads = []
    try:
        heads.append(built_in_head(graph))
    except HeadError as error:
        remarks.append(f"{error}; it is left out.")
    for name in DEFAULT:
        path = None if wanted.data is None else wanted.data / "characters" / name
        if path is None or not path.is_file():
            remarks.append(f"{name} was left out: --data names no folder that has it.")
        else:
            heads.append(open_head(path, graph))
    if not heads:
        raise HeadError("no character to animate; --character names a .glb file")
    return heads


def _act(
    wanted: Wanted,
    rows: Sequence[Row],
    network: SolverNetwork,
    graph: FaceGraph,
    remarks: list[str],
    tell: Tell,
    *,
    some: bool = False,
) -> list[Acted]:
    """Solve clips and stills; `some` solves as many of each as are tuned on."""
    calm = {row.person: row.path for row in rows if row.neutral and row.person}
    clips = [row for row in rows if row.moving]
    stills = [row for row in rows if not row.moving and not row.neutral]
    if some:
        clips, stills = clips[: wanted.tune_on], stills[: wanted.tune_on]
    else:
        unknown = [row.path.stem for row in stills if row.person not in calm]
        stills = [row for row in stills if row.person in calm]
        if unknown:
            remarks.append(
                f"Left out, for no neutral picture of the same person is known: "
                f"{', '.join(unknown)}."
            )
    found = []
    for row in clips:
        known = wanted.material.segments.get(row.path.stem)
        neutral = () if known is None else known.neutral
        try:
            found.append(act_clip(row.path, network, neutral, wanted.longest_s, tell))
        except ValueError as error:
            remarks.append(f"{error}; the clip is left out.")
    for k, row in enumerate(stills):
        try:
            found.append(act_still(row.path, calm.get(row.person), network, graph))
        except ManifestError:
            raise
        except ValueError as error:
            remarks.append(f"{error}; the picture is left out.")
        tell("stills", k + 1, len(stills))
    return found
