"""Uploaded characters: bounded, private, in order, and read before they are shown."""

from __future__ import annotations

import stat
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.page.desk import PageDesk
from bridge.page.jobs import Jobs
from bridge.page.on_stage import OnStage
from bridge.page.stage import Stage
from bridge.page.uploads import MOST, Uploads
from protocols.gltf.checks import LARGEST
from protocols.page import PART
from tests.bridge.page.fakes import FakeDaemon, Page, ask, daemon
from tests.bridge.page.test_jobs import Told
from tests.bridge.page.test_mapping import Clock
from tests.bridge.page.test_stage import FILE, MAPPING, ME
from tests.characters import tiny

HUMAN = tiny(["jawOpen", "mouthSmileLeft"])
HOSTILE = Path("/work/shared/data/characters/hostile")


def part(upload: int, offset: int, data: bytes) -> bytes:
    return struct.pack("<BBHI", PART, 0, upload, offset) + data


class Scene:
    """A desk that takes uploads into a folder of the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.private = folder / "private"
        self.private.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(self.private))
        self.running: FakeDaemon = daemon(folder)
        self.told, self.clock, self.page = Told(), Clock(), Page()
        self.stage = Stage(ME, MAPPING, FILE)
        on = OnStage(self.stage, self.running, self.told, file=None, on_wires=False)
        self.jobs = Jobs(self.told)
        self.uploads = Uploads(on, self.jobs, folder, self.clock)
        self.desk = PageDesk([self.uploads], self.uploads)

    def ask(self, do: str, page: Page | None = None, **arguments: Any) -> Any:
        return ask(self.desk, page or self.page, do, **arguments)

    def send(self, data: bytes, name: str = "you.glb") -> dict[str, Any]:
        """Send a whole file, and return how reading it ended."""
        upload = self.ask("upload begin", name=name, size=len(data)).data["upload"]
        for offset in range(0, len(data), 1000):
            piece = data[offset : offset + 1000]
            self.desk.part(part(upload, offset, piece), self.page)
        reply = self.ask("upload end", upload=upload)
        assert reply.ok, reply.sentence
        return self.told.end(reply.data["job"])

    def files(self) -> list[Path]:
        return [path for path in self.private.rglob("*") if path.is_file()]


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    made = Scene(tmp_path, monkeypatch)
    yield made
    made.jobs.close()
    made.desk.close()
    assert list(made.private.iterdir()) == []


def test_a_sent_character_is_shown_and_its_file_is_deleted(scene: Scene) -> None:
    end = scene.send(HUMAN)
    assert end["ok"] and end["sentence"].startswith("shows you")
    assert scene.stage.number == 2
    assert scene.stage.file() == HUMAN
    message = scene.stage.message()
    assert message["name"] == "you" and len(message["slots"]) == 2
    kinds = [m["type"] for m in scene.told.messages if m["type"] != "progress"]
    assert kinds == ["mapping"]
    assert scene.files() == []
    # The wires go on as before until a page says otherwise.
    assert scene.running.orders.given == []


def test_the_mapping_that_was_saved_for_its_name_is_used(
    scene: Scene, tmp_path: Path
) -> None:
    saved = tmp_path / "you.character.toml"
    saved.write_text('[drives]\ncheekPuff = { to = "jawOpen" }\n')
    end = scene.send(HUMAN)
    assert f"by the mapping in {saved}" in end["sentence"]
    assert [d.source for d in scene.stage.now.mapping.drives] == ["cheekPuff"]
    saved.write_text("[drives\n")
    end = scene.send(HUMAN)
    assert not end["ok"] and "you.character.toml" in end["sentence"]
    assert scene.stage.number == 2


def test_the_folder_is_private(scene: Scene) -> None:
    scene.ask("upload begin", name="a.glb", size=10)
    (folder,) = scene.private.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(scene.files()) == 1


@pytest.mark.parametrize(
    ("name", "size", "told"),
    [
        ("a.exe", 10, "a.exe: is no character; expected a file .glb, .gltf, .vrm"),
        ("../../a.glb/..", 10, "is no character"),
        ("..glb", 10, "is no character"),
        ("a.glb", 0, "size is 0, expected a whole number from 1"),
        ("a.glb", LARGEST + 1, f"a.glb: has {LARGEST + 1} bytes, at most"),
        ("a" * 200 + ".glb", 10, "name has 204 characters"),
        ("a\0.glb", 10, "expected printable characters"),
        ("a.glb", "10", "size is '10', expected a whole number"),
    ],
)
def test_a_file_that_is_refused_begins_nothing(
    scene: Scene, name: str, size: object, told: str
) -> None:
    reply = scene.ask("upload begin", name=name, size=size)
    assert not reply.ok and told in reply.sentence
    assert list(scene.private.iterdir()) == []


def test_folders_in_a_name_do_not_count(scene: Scene, tmp_path: Path) -> None:
    assert scene.send(HUMAN, "C:\\me\\../../we?rd.glb")["ok"]
    assert scene.stage.message()["name"] == "we_rd"
    assert not list(tmp_path.glob("*.glb"))


@pytest.mark.parametrize(
    ("offset", "data", "told"),
    [
        (5, b"abc", "a part begins at byte 5, expected 0"),
        (0, b"x" * 11, "it has more than its 10 bytes"),
    ],
)
def test_a_wrong_part_ends_its_upload(
    scene: Scene, offset: int, data: bytes, told: str
) -> None:
    upload = scene.ask("upload begin", name="a.glb", size=10).data["upload"]
    scene.desk.part(part(upload, offset, data), scene.page)
    (message,) = scene.page.told
    assert told in message["sentence"] and not message["ok"] and message["done"]
    assert scene.files() == []
    assert not scene.ask("upload end", upload=upload).ok


@pytest.mark.parametrize("data", [b"", b"\x0a", part(1, 0, b""), part(77, 0, b"a")])
def test_a_part_of_nothing_is_told(scene: Scene, data: bytes) -> None:
    scene.desk.part(data, scene.page)
    assert len(scene.page.told) == 1


def test_an_incomplete_file_is_not_read(scene: Scene) -> None:
    upload = scene.ask("upload begin", name="a.glb", size=10).data["upload"]
    scene.desk.part(part(upload, 0, b"abc"), scene.page)
    reply = scene.ask("upload end", upload=upload)
    assert not reply.ok and "a: 3 bytes of 10 arrived; send it again" in reply.sentence
    assert scene.files() == []


def test_a_page_cannot_touch_the_upload_of_another(scene: Scene) -> None:
    upload = scene.ask("upload begin", name="a.glb", size=3).data["upload"]
    other = Page()
    scene.desk.part(part(upload, 0, b"abc"), other)
    assert "there is no upload" in other.told[0]["sentence"]
    assert not scene.ask("upload end", other, upload=upload).ok
    scene.desk.part(part(upload, 0, b"abc"), scene.page)
    assert scene.page.told == []


def test_uploads_are_few_and_a_stalled_one_makes_room(scene: Scene) -> None:
    for _ in range(MOST):
        assert scene.ask("upload begin", name="a.glb", size=10).ok
    reply = scene.ask("upload begin", name="a.glb", size=10)
    assert not reply.ok and "4 files are being sent already" in reply.sentence
    scene.clock.now_ns += 61_000_000_000
    assert scene.ask("upload begin", name="a.glb", size=10).ok
    assert len(scene.files()) == 1


def test_a_closed_page_leaves_no_file(scene: Scene) -> None:
    scene.ask("upload begin", name="a.glb", size=10)
    scene.ask("upload begin", Page(), name="b.glb", size=10)
    scene.desk.left(scene.page)
    assert len(scene.files()) == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"not a character at all", "it is no glTF file"),
        (HUMAN[:300], "it ends after 300 bytes"),
        (tiny(["a"], nodes=[{"name": "empty"}]), "shows nothing"),
    ],
)
def test_a_broken_file_is_one_sentence_and_shows_nothing(
    scene: Scene, data: bytes, told: str
) -> None:
    end = scene.send(data)
    assert not end["ok"] and end["sentence"].startswith(f"you: {told}")
    assert "\n" not in end["sentence"]
    assert scene.stage.number == 1 and scene.files() == []


@pytest.mark.slow
@pytest.mark.skipif(not HOSTILE.is_dir(), reason=f"needs the files of {HOSTILE}")
def test_hostile_files_are_read_or_refused_in_one_sentence(scene: Scene) -> None:
    refused = 0
    for path in sorted(HOSTILE.iterdir()):
        end = scene.send(path.read_bytes(), path.name)
        refused += not end["ok"]
        assert 0 < len(end["sentence"]) <= 401 and "\n" not in end["sentence"]
        assert "Error" not in end["sentence"]
    assert refused >= 5
    assert scene.files() == []
