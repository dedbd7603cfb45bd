"""Takes that a page trims, refines and exports."""

from __future__ import annotations

import sys

import pytest

from bridge.takes.read import read_recording
from protocols.channels import WEIGHTS_SLICE
from tests.refining import needs_refining

from .takes_scene import Scene, write


def test_a_take_is_trimmed_beside_it_and_never_over_a_file(scene: Scene) -> None:
    write(scene.folder)
    before = (scene.folder / "A_001.mcap").read_bytes()
    (scene.folder / "A_001_trimmed.mcap").write_bytes(before)
    end = scene.done("take trim", file="A_001.mcap", **{"from": 0.1, "to": 0.3})
    assert end["ok"], end["sentence"]
    assert "A_001_trimmed_2.mcap" in end["sentence"]
    (made,) = read_recording(scene.folder / "A_001_trimmed_2.mcap").takes
    assert 10 <= len(made.captured_ns) <= 13
    for name in ("A_001.mcap", "A_001_trimmed.mcap"):
        assert (scene.folder / name).read_bytes() == before
    told = [m for m in scene.told.messages if m["type"] == "takes"]
    assert told[-1] == {"type": "takes", "files": ["A_001_trimmed_2.mcap"]}
    end = scene.done("take trim", file="A_001.mcap", **{"from": 8, "to": 9})
    assert not end["ok"] and "no frame lies in that range" in end["sentence"]
    assert not scene.ask("take trim", file="A_001.mcap", **{"from": 2, "to": 1}).ok


def test_a_take_is_exported_for_each_face(scene: Scene) -> None:
    write(scene.folder, "B_001.mcap", "anna", "ben")
    mine = scene.folder / "B_001_anna.bvh"
    mine.write_text("mine")
    end = scene.done("take export", file="B_001.mcap", format="bvh")
    assert end["ok"] and "wrote B_001_anna_2.bvh, B_001_ben.bvh" in end["sentence"]
    assert mine.read_text() == "mine"
    assert len(scene.names()) == 4
    reply = scene.ask("take export", file="B_001.mcap", format="fbx")
    assert reply.sentence == (
        "take export: format is 'fbx', expected csv, bvh, gltf, usd"
    )


@needs_refining
@pytest.mark.slow
def test_a_take_is_refined_and_the_second_time_found(scene: Scene) -> None:
    path = write(scene.folder)
    end = scene.done("take refine", file="A_001.mcap", amount=0.5)
    assert end["ok"], end["sentence"]
    assert scene.names() == [
        "A_001.mcap",
        "A_001_refined.html",
        "A_001_refined.json",
        "A_001_refined.mcap",
    ]
    (refined,) = read_recording(scene.folder / "A_001_refined.mcap").takes
    (before,) = read_recording(path).takes
    assert refined.vectors[:, WEIGHTS_SLICE].shape == before.vectors[:, :52].shape
    again = scene.done("take refine", file="A_001.mcap", amount=0.5)
    assert again["ok"] and "already refined" in again["sentence"]
    rows = {row["file"]: row for row in scene.ask("takes list").data["takes"]}
    assert rows["A_001_refined.mcap"]["refined"] and not rows["A_001.mcap"]["refined"]


def test_a_take_is_left_alone_where_refining_is_not_installed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = write(scene.folder).read_bytes()
    monkeypatch.setitem(sys.modules, "scipy", None)
    reply = scene.ask("take refine", file="A_001.mcap")
    assert not reply.ok
    assert reply.sentence.startswith("refine: scipy is not installed; run: ")
    assert reply.sentence.endswith('[refine]"')
    assert scene.names() == ["A_001.mcap"] and not scene.told.messages
    assert (scene.folder / "A_001.mcap").read_bytes() == before
