"""Takes on pages: list, play, trim, refine and export, by the names of takes alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.takes.read import read_recording
from bridge.takes.status import Status
from engines.character.mapping import Drive, Mapping
from protocols.page import FRAME, OF_A_TAKE, PICTURE, POSTURE
from protocols.page_posture import OF_TAKE, decode_posture

from .takes_scene import FRAMES, Scene, filmed, write


def test_the_list_has_every_take_but_the_one_that_is_recorded(scene: Scene) -> None:
    assert scene.ask("takes list").data["takes"] == []
    path = write(scene.folder)
    filmed(scene.folder)
    (scene.folder / "broken.mcap").write_bytes(b"no take")
    (scene.folder / "notes.txt").write_text("no take")
    rows = {row["file"]: row for row in scene.ask("takes list").data["takes"]}
    assert set(rows) == {"A_001.mcap", "F_001.mcap", "broken.mcap"}
    row = rows["A_001.mcap"]
    assert (row["slate"], row["number"], row["faces"]) == ("A", 1, ["anna"])
    assert (row["frames"], row["whole"], row["video"]) == (FRAMES, True, False)
    assert row["seconds"] == pytest.approx(0.5, abs=0.01)
    assert rows["F_001.mcap"]["video"]
    assert "is not a take" in rows["broken.mcap"]["problem"]
    scene.running.recorder.now = Status(recording=True, file=str(path))
    rows = {row["file"]: row for row in scene.ask("takes list").data["takes"]}
    assert "A_001.mcap" not in rows


def test_a_folder_that_does_not_exist_has_no_takes(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "absent")
    assert scene.ask("takes list").data["takes"] == []
    assert "is no take in" in scene.ask("take play", file="a.mcap").sentence


@pytest.mark.parametrize("verb", ["play", "trim", "refine", "export"])
@pytest.mark.parametrize(
    "name", ["../A_001.mcap", "/etc/passwd", "notes.txt", "", "A_001", "a\\b", "."]
)
def test_only_names_of_takes_are_files(scene: Scene, verb: str, name: str) -> None:
    write(scene.folder)
    (scene.folder / "notes.txt").write_text("mine")
    write(scene.folder.parent, f"{scene.folder.name}_outside.mcap")
    reply = scene.ask(f"take {verb}", file=name)
    assert not reply.ok and "is no take in" in reply.sentence


def test_a_take_plays_to_its_end_with_frames_and_postures(scene: Scene) -> None:
    before = read_recording(write(scene.folder)).takes[0]
    scene.clock.step_ns = 2_000_000
    reply = scene.ask("take play", file="A_001.mcap")
    assert reply.ok and reply.data["length"] == pytest.approx(0.5, abs=0.01)
    assert reply.data["faces"] == ["anna"] and not reply.data["video"]
    assert scene.page.held
    scene.page.wait(lambda page: any(not m["playing"] for m in page.of("play")))
    last = next(m for m in scene.page.of("play") if not m["playing"])
    assert last["at"] == last["length"]
    shown = scene.vectors()
    assert len(shown) >= 10
    places = [
        int(np.abs(before.vectors - vector).sum(axis=1).argmin()) for vector in shown
    ]
    assert places == sorted(places)
    assert np.array_equal(shown[0], before.vectors[0])
    assert np.array_equal(shown[-1], before.vectors[-1])
    posture = decode_posture(next(d for k, d in scene.page.shown if k == POSTURE))
    assert posture.flags == OF_TAKE
    frame = next(data for kind, data in scene.page.shown if kind == FRAME)
    assert frame[3] & 8


def test_a_take_is_searched_held_and_closed(scene: Scene) -> None:
    before = read_recording(filmed(scene.folder)).takes[0]
    scene.ask("take play", file="F_001.mcap", speed=0.01)
    assert scene.ask("take hold", value=True).ok
    scene.page.wait(lambda page: any(not m["playing"] for m in page.of("play")))
    for at, frame, picture in ((0.2, 10, 1), (0.0, 0, 0), (99.0, FRAMES - 1, 2)):
        scene.page.shown.clear()
        assert scene.ask("take seek", at=at).ok
        scene.page.wait(
            lambda page: {FRAME, POSTURE, PICTURE} <= {kind for kind, _ in page.shown}
        )
        wanted = int(np.searchsorted(before.captured_ns, 10**9 + at * 1e9, "right")) - 1
        assert wanted == frame
        assert np.array_equal(scene.vectors()[-1], before.vectors[frame])
        jpeg = [data for kind, data in scene.page.shown if kind == PICTURE][-1]
        assert jpeg.endswith(b"picture %d" % picture) and jpeg[3] == OF_A_TAKE
    # At the end, going on begins again.
    assert scene.ask("take hold", value=False).ok
    scene.page.wait(lambda page: page.of("play")[-1]["playing"])
    assert scene.page.of("play")[-1]["at"] == 0.0
    assert scene.ask("take close").ok
    assert not scene.page.held
    assert scene.page.of("play")[-1]["file"] == ""
    for verb, more in (("seek", {"at": 0}), ("hold", {"value": True}), ("close", {})):
        reply = scene.ask(f"take {verb}", **more)
        assert not reply.ok and "no take is played here" in reply.sentence


def test_a_held_take_shows_a_changed_mapping(scene: Scene) -> None:
    write(scene.folder)
    scene.ask("take play", file="A_001.mcap", speed=0.01)
    scene.ask("take hold", value=True)
    scene.page.wait(lambda page: any(not m["playing"] for m in page.of("play")))
    scene.page.shown.clear()
    scene.stage.remap(Mapping((Drive("jawOpen", ("smile",)),)))
    scene.page.wait(lambda page: any(kind == POSTURE for kind, _ in page.shown))
    data = [data for kind, data in scene.page.shown if kind == POSTURE][-1]
    assert decode_posture(data).weights[0] == 0.0


def test_a_range_is_played_again_and_again(scene: Scene) -> None:
    before = read_recording(write(scene.folder)).takes[0]
    arguments = {"from": 0.1, "to": 0.2, "loop": True}
    reply = scene.ask("take play", file="A_001.mcap", **arguments)
    assert reply.data | {"loop": True, "from": 0.1, "to": 0.2} == reply.data
    scene.page.wait(lambda page: page.shown)
    first = scene.vectors()[0]
    scene.clock.now_ns += 150_000_000
    scene.page.wait(
        lambda page: sum(message["at"] == 0.1 for message in page.of("play")) > 1
    )
    scene.page.wait(lambda page: np.array_equal(scene.vectors()[-1], first))
    at = int(np.searchsorted(before.captured_ns, 10**9 + 100_000_000, "right")) - 1
    assert np.array_equal(first, before.vectors[at])


def test_a_take_is_read_once_while_its_file_does_not_change(scene: Scene) -> None:
    path = write(scene.folder)
    assert scene.ask("take play", file="A_001.mcap").ok
    stat = path.stat()
    path.write_bytes(b"?" * stat.st_size)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert scene.ask("take play", file="A_001.mcap", to=0.2).ok
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + 10**9))
    assert "A_001.mcap" in refused(scene, "take play", file="A_001.mcap")
    scene.ask("take close")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert "A_001.mcap" in refused(scene, "take play", file="A_001.mcap")


def refused(scene: Scene, do: str, **arguments: str) -> str:
    reply = scene.ask(do, **arguments)
    assert not reply.ok
    return str(reply.sentence)


def test_the_face_that_the_page_watches_is_played(scene: Scene) -> None:
    path = write(scene.folder, "B_001.mcap", "anna", "ben")
    takes = read_recording(path).takes
    scene.page.face = 1
    scene.ask("take play", file="B_001.mcap", speed=0.01)
    scene.page.wait(lambda page: page.shown)
    assert np.array_equal(scene.vectors()[0], takes[1].vectors[0])
    assert scene.page.shown[0][1][2] == 1
    scene.page.face = 5
    scene.page.wait(lambda page: scene.page.shown[-1][1][2] == 5)
    scene.page.wait(
        lambda page: np.array_equal(scene.vectors()[-1], takes[0].vectors[0])
    )


def test_another_take_replaces_the_one_that_plays(scene: Scene) -> None:
    write(scene.folder)
    write(scene.folder, "B_001.mcap")
    scene.ask("take play", file="A_001.mcap")
    assert scene.ask("take play", file="B_001.mcap").ok
    scene.page.wait(lambda page: page.of("play")[-1]["file"] == "B_001.mcap")
    assert scene.page.held
    scene.desk.left(scene.page)
    assert not scene.page.held


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"speed": 0}, "speed is 0, expected a number from 0.01 to 100"),
        ({"from": 0.4, "to": 0.1}, "from 0.4 is after 0.1"),
        ({"from": 9.0}, "from 9 is after 0.5"),
        ({"loop": 1}, "loop is 1, expected true or false"),
        ({"loud": 1}, "unknown argument loud"),
    ],
)
def test_a_mistake_is_one_sentence(
    scene: Scene, arguments: dict[str, Any], told: str
) -> None:
    write(scene.folder)
    reply = scene.ask("take play", file="A_001.mcap", **arguments)
    assert not reply.ok and told in reply.sentence
    assert not scene.page.held
