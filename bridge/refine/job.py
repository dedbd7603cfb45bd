"""Refines one take file and writes the result and its report.

    shot_001.mcap -> shot_001_refined.mcap, .html, .json; the next time _refined_2

Nothing is ever overwritten. The JSON is written last, so a result with a JSON is
complete. It is not made again for the same file, amount, locks, network and precision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from bridge.clock import monotonic_ns
from bridge.config import Engines
from bridge.errors import BridgeError, TakeError
from bridge.takes.read import read_contents
from bridge.takes.store import SUFFIX, new_file
from bridge.takes.take import Recording
from bridge.takes.write import software, write_recording
from protocols.take import Picture
from protocols.wording import shown

from .curves import pictures
from .face import RefinedFace, refine_face
from .locks import Locks
from .names import refined_names
from .page import page, verdict
from .refiner import PROCESSOR, open_refiner
from .report import Made, as_json, made_of, report_of

Progress = Callable[[float], object]
"""Called with the share of a take, 0 to 1, that was finished since the last call."""


@dataclass(frozen=True, slots=True)
class Job:
    """The refinement of one file; can be sent to other processes and machines."""

    path: Path
    folder: Path
    """The folder for the results."""
    amount: float
    locks: Locks
    weights: Path
    """The folder with the manifest."""
    engines: Engines = PROCESSOR
    """The runtime and precision for the network, on whichever machine runs the job."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a job."""

    path: Path
    state: Literal["refined", "left", "skipped", "failed"]
    told: str
    """A sentence for each face: what was done, or why nothing was done."""
    output: Path | None = None
    frames: int = 0
    seconds: float = 0.0
    """Length of the take."""
    spent_s: float = 0.0
    """Processing time in seconds, including reading, writing and the report."""


def refine_file(job: Job, progress: Progress) -> Outcome:
    """Run a job.

    Args:
        job: the file and its settings.
        progress: called after every chunk of frames.

    Raises:
        BridgeError: the file is not a take, a lock range is outside it, the weights are
            missing, the requested runtime is not available, or the result cannot be
            written.
    """
    began_ns = monotonic_ns()
    opened = open_refiner(job.weights, job.engines)
    refiner, network = opened.refiner, opened.sha256
    try:
        made = Made(
            _sha256(job.path),
            job.amount,
            tuple(job.locks.texts()),
            network,
            job.engines.precision,
        )
        done = _done(job, made)
        if done is not None:
            return Outcome(
                job.path, "skipped", "already refined with the same settings", done
            )
        contents = read_contents(job.path)
        takes = contents.recording.takes
        # Check all locks before the first face is refined.
        masks = [job.locks.mask(take) for take in takes]
        frames = sum(len(take.captured_ns) for take in takes)
        faces = [
            refine_face(
                refiner, take, locked, job.amount, lambda k: progress(k / frames)
            )
            for take, locked in zip(takes, masks, strict=True)
        ]
    finally:
        refiner.close()
    about = replace(contents.recording.about, origin=_origin(job, faces, network))
    recording = Recording(about, tuple(face.after for face in faces))
    output = _write(job, recording, contents.pictures)
    report = report_of(
        made,
        faces,
        names=(job.path.name, output.name),
        software=software(),
        runtime=opened.told,
        damage=contents.damage,
    )
    text = page(report, [pictures(face) for face in faces])
    for suffix, content in ((".html", text), (".json", as_json(report))):
        with new_file(output.with_suffix(suffix)) as file:
            # A file name may be invalid UTF-8; JSON decodes these escapes again.
            file.write(content.encode("utf-8", "backslashreplace"))
    refined = any(face["refined"] for face in report["faces"])
    return Outcome(
        job.path,
        "refined" if refined else "left",
        "\n".join(
            [f"{shown(f['subject'])}: {verdict(f)}" for f in report["faces"]]
            + [
                f"the file is damaged: {shown(sentence, 300)}"
                for sentence in contents.damage[:1]
            ]
        ),
        output,
        frames,
        max(take.seconds for take in takes),
        (monotonic_ns() - began_ns) / 1e9,
    )


def attempt(job: Job, progress: Progress = lambda _part: None) -> Outcome:
    """Run a job; return errors as an outcome, so that other jobs continue."""
    try:
        return refine_file(job, progress)
    except BridgeError as error:
        return Outcome(job.path, "failed", str(error))
    # A bug or a lack of memory in one take must not stop the others.
    except Exception as error:
        told = f"{job.path}: {type(error).__name__}: {error}"
        return Outcome(job.path, "failed", told)


def _origin(job: Job, faces: list[RefinedFace], network: str) -> str:
    by = f"amount {job.amount:g}, network {network[:12]}"
    left = [face for face in faces if not face.refined.verdict.refined]
    if len(left) == len(faces):
        return f"copied from {job.path.name}, {by}: {left[0].refined.verdict.reason}"
    kept = ", ".join(face.before.subject for face in left)
    return f"refined from {job.path.name}, {by}" + (f"; not {kept}" if kept else "")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TakeError(f"{path}: cannot be read ({error.strerror})") from None


def _done(job: Job, made: Made) -> Path | None:
    """Return the result of an earlier run with the same input and settings."""
    for output in refined_names(job.path, job.folder):
        report = output.with_suffix(".json")
        if not output.exists() and not report.exists():
            return None
        if output.is_file() and report.is_file():
            try:
                text = report.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError):
                continue
            if made_of(text) == made:
                return output
    raise AssertionError("names never end")


def _write(job: Job, recording: Recording, pictures: tuple[Picture, ...]) -> Path:
    """Write to the first free name, and return it."""
    for output in refined_names(job.path, job.folder):
        if any(output.with_suffix(s).exists() for s in (SUFFIX, ".html", ".json")):
            continue
        try:
            write_recording(output, recording, pictures)
        except TakeError:
            # Another process may have created the file since the check.
            if not output.exists():
                raise
            continue
        return output
    raise AssertionError("names never end")
