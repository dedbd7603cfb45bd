"""Takes that somebody has crafted: valid files that say anything. No traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bridge.commands.take import take as take_commands
from bridge.commands.take_exchange import add_commands
from bridge.errors import BridgeError, TakeError
from bridge.refine.locks import Locks
from bridge.sinks.open import open_routes
from bridge.takes.play import play
from bridge.takes.read import read_contents, read_recording
from bridge.takes.records import Message
from bridge.takes.resample import MOST
from bridge.takes.store import beside, new_file
from bridge.takes.take import About
from bridge.takes.write import TakeWriter
from bridge.wires.livelink import LiveLink
from bridge.wires.osc import Osc
from bridge.wires.vmc import Vmc
from engines.runtime.weights import FOLDER
from protocols.channels import CHANNELS, EXPRESSIONS
from tests.refining import needs_refining

from .made import FRAME_NS

add_commands(take_commands)

TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *("\0", "a\0b.mp4", "..", ".", "/", "a/b", "C:", "c:x", "x" * 300, "~"),
            *(
                "x" * 5000,
                "\U0001f600" * 256,
                "\x1b]0;owned\x07",
                "[red]x[/red]",
                "[/]",
            ),
            *("\n", "a\nb", "\u202e", "%s{}", "-", "NUL", " ", "t.mcap"),
        ]
    ),
)
FAR = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([-(2**63), -1, 0, 1, 2**31, 2**62 - 1, 2**62, 2**63 - 1]),
)
COUNTS = st.one_of(st.just(1), st.integers(0, 2**64 - 1), st.just(2**31))
NUMBERS = st.sampled_from([0.0, -1.0, 0.5, 1.0, 1e-45, 3.4e38, -3.4e38, 1e10, 3.15])


def frame(at_ns: int, index: int = 0, subject: str = "anna", **more: Any) -> bytes:
    """A frame's map, as no writer of ours may make it."""
    fields = {
        "v": 1,
        "seq": 0,
        "index": index,
        "captured_ns": at_ns,
        "sent_ns": at_ns,
        "subject": subject,
        "tracked": True,
        "confidence": 0.5,
        "vector": np.full(len(CHANNELS), 0.1, "<f4").tobytes(),
        "expression": np.full(len(EXPRESSIONS), 0.1, "<f4").tobytes(),
        "timecode": [0, 0.0, 60, 1],
    } | more
    return bytes(msgpack.packb(fields))


def crafted(path: Path, frames: list[bytes], **texts: str) -> Path:
    """Write a take with these frames and these texts about it."""
    with new_file(path) as part:
        writer = TakeWriter(part, About(**texts))  # type: ignore[arg-type]
        for number, data in enumerate(frames):
            writer.copy(Message("face.anna", number, number, number, data))
        writer.close()
    return path


@st.composite
def any_frames(draw: st.DrawFn) -> list[bytes]:
    """Frames of one to two faces, some of them as a recorder writes them."""
    made: list[bytes] = []
    for subject in draw(st.lists(TEXTS.map(lambda t: t[:256] or "a"), max_size=2)):
        steps = st.lists(FAR, min_size=1, max_size=4, unique=True).map(sorted)
        usual = st.integers(1, 12).map(lambda n: [k * FRAME_NS for k in range(n)])
        for at_ns in draw(st.one_of(usual, steps)):
            vector = np.full(len(CHANNELS), draw(NUMBERS), "<f4")
            vector[:4] = draw(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
            made.append(
                frame(
                    at_ns,
                    draw(st.one_of(st.just(len(made)), st.integers(0, 2**64 - 1))),
                    subject,
                    vector=vector.tobytes(),
                    timecode=[draw(COUNTS), 0.5, draw(COUNTS), draw(COUNTS)],
                )
            )
    return made


SAID = ("slate", "started", "software", "source", "settings", "profile", "video")
ABOUT = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*SAID, "origin", "notes"), TEXTS)
)


def command(*words: object) -> str:
    """Run a command of `facewire take`; a sentence may end it, nothing else."""
    done = CliRunner().invoke(take_commands, [str(word) for word in words])
    if isinstance(done.exception, BridgeError):
        assert len(str(done.exception)) < 2000
        return str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.output


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(frames=any_frames(), texts=ABOUT)
@example(frames=[frame(0)], texts={"video": "\0"})
@example(frames=[frame(0)], texts={"video": ".."})
@example(frames=[frame(0)], texts={"video": "x" * 5000})
@example(frames=[frame(-(2**63)), frame(2**63 - 1)], texts={})
@example(frames=[frame(0), frame(2**62 - 1)], texts={})
@example(frames=[frame(0, 2**64 - 1), frame(1, 2**63 - 1)], texts={})
def test_a_crafted_take_is_told_of_and_copied(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes], texts: dict[str, str]
) -> None:
    path = crafted(tmp_path_factory.mktemp("crafted") / "t_001.mcap", frames, **texts)
    for words in (["info"], ["info", "--json", "--settings"], ["recover"]):
        command(words[0], path, *words[1:])
    command("trim", path, "--from", 0.001, "--out", path.with_name("cut.mcap"))
    command("list", path.parent)
    command("list", path.parent, "--json")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(frames=any_frames(), kind=st.sampled_from(["csv", "bvh", "gltf", "usd"]))
@example(frames=[frame(0), frame(2**62 - 1)], kind="csv")
@example(frames=[frame(0), frame(2**62 - 1)], kind="bvh")
@example(frames=[frame(-(2**63)), frame(2**63 - 1)], kind="usd")
def test_a_crafted_take_is_exported_or_refused(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes], kind: str
) -> None:
    path = crafted(tmp_path_factory.mktemp("crafted") / "t_001.mcap", frames)
    command("export", path, "--format", kind)


class Clock:
    """Time that only waiting moves on."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.longest = 0.0

    def __call__(self) -> int:
        return self.now_ns

    def wait(self, seconds: float) -> bool:
        self.now_ns += round(seconds * 1e9)
        self.longest = max(self.longest, seconds)
        return False


WIRES = (LiveLink(port=9), Vmc(port=9), Osc(port=9))


def played(path: Path) -> int:
    """Play a take to the three datagram wires, at once."""
    recording = read_recording(path)
    routes = open_routes(WIRES, [take.subject for take in recording.takes])
    clock = Clock()
    try:
        return play(recording, routes, wait=clock.wait, clock_ns=clock)
    finally:
        # What threading.Event.wait takes on Windows.
        assert clock.longest < 4e6
        for route in routes:
            route.sink.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(frames=any_frames())
@example(frames=[frame(0, subject="\U0001f600" * 256)])
@example(frames=[frame(0, timecode=[2**63, 0.5, 1, 2**63])])
@example(frames=[frame(0, 2**63 - 1), frame(1, 2**63 - 1)])
@example(frames=[frame(0), frame(2**62 - 1)])
def test_a_crafted_take_is_played_or_refused(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes]
) -> None:
    path = crafted(tmp_path_factory.mktemp("crafted") / "t_001.mcap", frames)
    try:
        assert 1 <= played(path) <= len(frames)
    except TakeError as error:
        assert path.name in str(error)


@needs_refining
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(frames=any_frames(), texts=ABOUT)
@example(frames=[frame(0), frame(2**61), frame(2**61 + 1)], texts={"video": "\0"})
def test_a_crafted_take_is_refined_or_refused(
    tmp_path_factory: pytest.TempPathFactory, frames: list[bytes], texts: dict[str, str]
) -> None:
    from bridge.refine.job import Job, refine_file

    path = crafted(tmp_path_factory.mktemp("crafted") / "t_001.mcap", frames, **texts)
    job = Job(path, path.parent, 1.0, Locks((), ()), FOLDER)
    try:
        outcome = refine_file(job, lambda part: None)
    except TakeError:
        return
    assert outcome.output is not None and outcome.output.exists()


def test_numbers_that_no_recorder_writes_are_damage(tmp_path: Path) -> None:
    odd = [
        frame(2**62),
        frame(-(2**62)),
        frame(1, 2**63),
        frame(2, timecode=[2**31, 0.0, 60, 1]),
        frame(2, vector=np.full(len(CHANNELS), -1.1e6, "<f4").tobytes()),
    ]
    path = crafted(tmp_path / "a.mcap", [frame(0), *odd, frame(3)])
    contents = read_contents(path)
    assert contents.recording.takes[0].captured_ns.tolist() == [0, 3]
    assert contents.damage == (
        "messages that cannot be read: 5 (native: captured_ns "
        f"{2**62} exceeds 62 bits)",
    )
    command("recover", path)
    assert read_contents(tmp_path / "a_recovered.mcap").damage == ()


def test_a_gap_of_years_is_waited_for_in_parts(tmp_path: Path) -> None:
    gap_ns = 10 * 365 * 86_400 * 10**9
    path = crafted(tmp_path / "a.mcap", [frame(0), frame(gap_ns)])
    assert played(path) == 2


def test_more_frames_than_fit_are_refused_with_a_sentence(tmp_path: Path) -> None:
    path = crafted(tmp_path / "a.mcap", [frame(0), frame(10**18)])
    told = command("export", path, "--format", "csv")
    assert f"at most {MOST:,} are possible" in told and "anna: 2.778e+05 h" in told


@pytest.mark.parametrize("name", ["", ".", "..", "/", "\0", "a\0", "a/.."])
def test_a_take_names_no_such_file_beside_itself(name: str) -> None:
    assert beside(Path("x/t.mcap"), name) is None


def test_a_take_names_files_beside_itself_only() -> None:
    assert beside(Path("x/t.mcap"), "../../y/z.mp4") == Path("x/z.mp4")
