"""`facewire animate` from a take: no network runs."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pygltflib
import pytest
from typer.testing import CliRunner

from bridge.animate import pictures
from bridge.cli import app
from bridge.errors import (
    BridgeError,
    CaptureError,
    CharacterError,
    ConfigError,
    TakeError,
)
from bridge.takes import store
from bridge.takes.disk import DiskFile
from bridge.takes.read import read_recording
from bridge.takes.write import write_recording
from protocols.channels import INDEX, WEIGHTS_SLICE
from protocols.gltf.chunks import split
from tests.bridge.takes.made import recording, take
from tests.characters import tiny, vrm1
from tests.glb_writer import head

FRAMES = 12


@pytest.fixture
def shot(tmp_path: Path) -> Path:
    path = tmp_path / "shot.mcap"
    write_recording(path, recording(take("anna", FRAMES)))
    return path


def run(source: object, out: Path, *more: object) -> Any:
    words = ["animate", source, "--out", out, *more]
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(kind: type[BridgeError], source: object, out: Path, *more: object) -> str:
    done = run(source, out, *more)
    assert isinstance(done.exception, kind), done.exception
    assert not list(out.parent.glob(".*.part"))
    return str(done.exception)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_character_gets_the_animation(shot: Path, tmp_path: Path) -> None:
    me, out = tmp_path / "me.glb", tmp_path / "out.glb"
    me.write_bytes(head())
    done = run(shot, out, "--character", me)
    assert done.exit_code == 0, done.exception
    assert f"{FRAMES + 1} frames" in done.output and "kB" in done.output
    file = pygltflib.GLTF2.load(out)
    assert [one.name for one in file.animations] == ["anna"]
    paths = {channel.target.path for channel in file.animations[0].channels}
    assert "weights" in paths
    before, after = split(head()), split(out.read_bytes())
    assert after.binary.startswith(before.binary)


def test_a_gltf_and_the_files_beside_it_become_one_animated_glb(
    shot: Path, tmp_path: Path
) -> None:
    folder, out = tmp_path / "me", tmp_path / "out.glb"
    folder.mkdir()
    packed = split(head())
    document = json.loads(packed.text)
    document["buffers"][0]["uri"] = "me.bin"
    document["images"] = [{"uri": "skin.png"}]
    (folder / "me.gltf").write_text(json.dumps(document))
    (folder / "me.bin").write_bytes(packed.binary)
    (folder / "skin.png").write_bytes(b"\x89PNG\r\n\x1a\n and so on")
    done = run(shot, out, "--character", folder / "me.gltf")
    assert done.exit_code == 0, done.exception
    file = pygltflib.GLTF2.load(out)
    assert [one.name for one in file.animations] == ["anna"]
    assert [buffer.uri for buffer in file.buffers] == [None]
    assert [image.mimeType for image in file.images] == ["image/png"]
    assert split(out.read_bytes()).binary.startswith(packed.binary)


def test_the_built_in_head_gets_it_without_a_character(
    shot: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.glb"
    assert run(shot, out, "--fps", "30").exit_code == 0
    document = json.loads(split(out.read_bytes()).text)
    assert len(document["animations"]) == 1
    assert len(document["meshes"][0]["extras"]["targetNames"]) == 52


def test_intensity_acts_on_takes(shot: Path, tmp_path: Path) -> None:
    (before,) = read_recording(shot).takes
    out = tmp_path / "out.mcap"
    assert run(shot, out, "--intensity", "0.5").exit_code == 0
    (after,) = read_recording(out).takes
    jaw, blink = INDEX["jawOpen"], INDEX["eyeBlinkLeft"]
    np.testing.assert_allclose(
        after.vectors[0, jaw], 0.5 * before.vectors[0, jaw], atol=1e-6
    )
    np.testing.assert_allclose(after.vectors[0, blink], before.vectors[0, blink])


def test_seconds_cut_and_a_style_performs_again(shot: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mcap"
    assert run(shot, out, "--seconds", "0.1", "--style", "toon").exit_code == 0
    (after,) = read_recording(out).takes
    assert after.seconds <= 0.1
    assert np.isfinite(after.vectors).all()
    assert after.vectors[:, WEIGHTS_SLICE].max() <= 1.0


@pytest.mark.parametrize("suffix", [".webm", ".mp4", ".gif"])
def test_films_have_every_frame(shot: Path, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    done = run(shot, out, "--size", "32", "--fps", "25", "--view", "bust")
    assert done.exit_code == 0, done.exception
    clip, count = cv2.VideoCapture(str(out)), 0
    while True:
        read, picture = clip.read()
        if not read:
            break
        assert picture.shape == (32, 32, 3) and picture.std() > 1.0
        count += 1
    clip.release()
    (before,) = read_recording(shot).takes
    assert count == round(before.seconds * 25) + 1


def test_a_sheet_shows_moments_and_turns(shot: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    assert run(shot, out, "--size", "24").exit_code == 0
    picture = cv2.imread(str(out))
    assert picture is not None
    assert picture.shape == (48, 24 * len(pictures.TURNS), 3)


def test_vrm_animations_name_the_characters_expressions(
    shot: Path, tmp_path: Path
) -> None:
    me, out = tmp_path / "me.vrm", tmp_path / "out.vrma"
    me.write_bytes(tiny(("jawOpen",), skinned=True, vrm1=vrm1()))
    done = run(shot, out, "--character", me)
    assert done.exit_code == 0, done.exception
    assert (
        "VRMC_vrm_animation" in json.loads(split(out.read_bytes()).text)["extensions"]
    )
    assert run(shot, tmp_path / "any.vrma").exit_code == 0
    document = json.loads(split((tmp_path / "any.vrma").read_bytes()).text)
    expressions = document["extensions"]["VRMC_vrm_animation"]["expressions"]
    assert {"jawOpen", "JawOpen"} <= set(expressions["custom"])
    assert "preset" not in expressions


def test_what_a_licence_forbids_is_said(shot: Path, tmp_path: Path) -> None:
    me = tmp_path / "me.vrm"
    extension = vrm1()
    extension["meta"] = {
        **extension.get("meta", {}),
        "name": "Mia",
        "licenseUrl": "https://vrm.dev/licenses/1.0/",
        "modification": "prohibited",
    }
    me.write_bytes(tiny(("jawOpen",), skinned=True, vrm1=extension))
    done = run(shot, tmp_path / "out.glb", "--character", me)
    assert done.exit_code == 0, done.exception
    told = done.output
    assert "Mia" in told and "forbids changing the character" in told
    assert told.index("forbids") < told.index("out.glb")
    assert "write a .vrma" in told


def test_files_are_replaced_only_if_asked_and_inputs_never(
    shot: Path, tmp_path: Path
) -> None:
    out, me = tmp_path / "out.glb", tmp_path / "me.glb"
    me.write_bytes(head())
    out.write_bytes(b"mine")
    assert "--force" in refused(ConfigError, shot, out)
    assert out.read_bytes() == b"mine"
    assert run(shot, out, "--force").exit_code == 0
    assert out.read_bytes()[:4] == b"glTF"
    told = refused(ConfigError, shot, me, "--character", me, "--force")
    assert "one of the inputs" in told and me.read_bytes() == head()
    told = refused(ConfigError, shot, shot, "--force")
    assert "one of the inputs" in told


def test_a_full_disk_leaves_no_half_file(
    shot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(DiskFile):
        def write(self, data: Any, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "DiskFile", Full)
    out = tmp_path / "out.glb"
    assert "No space left" in refused(TakeError, shot, out)
    assert not out.exists()
    out.write_bytes(b"mine")
    refused(TakeError, shot, out, "--force")
    assert out.read_bytes() == b"mine"


def test_stopping_leaves_no_half_file(
    shot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []

    def draw(*arguments: Any) -> Any:
        drawn.append(arguments)
        if len(drawn) > 3:
            raise KeyboardInterrupt
        return np.zeros((32, 32, 3), dtype=np.uint8)

    monkeypatch.setattr(pictures, "draw", draw)
    done = run(shot, tmp_path / "out.mp4", "--size", "32")
    assert done.exit_code == 130 and "nothing was written" in done.output
    assert files(tmp_path) == ["shot.mcap"]


@pytest.mark.parametrize(
    ("kind", "words", "told"),
    [
        (ConfigError, ("out.xyz",), "expected a name that ends in"),
        (ConfigError, ("nowhere/out.glb",), "existing folder"),
        (ConfigError, ("out.glb", "--style", "loud"), "--style loud"),
        (ConfigError, ("out.png", "--view", "feet"), "--view feet"),
        (ConfigError, ("out.glb", "--mapping", "x.toml"), "needs --character"),
        (ConfigError, ("out.glb", "--fps", "x"), "--fps x"),
        (ConfigError, ("out.glb", "--subject", "bob"), "no such face"),
        (CharacterError, ("out.glb", "--character", "shot.mcap"), "expected a file"),
        (CharacterError, ("out.vrma", "--character", "me.glb"), "is no VRM"),
    ],
)
def test_mistakes_are_one_sentence(
    shot: Path, tmp_path: Path, kind: type[BridgeError], words: list[str], told: str
) -> None:
    (tmp_path / "me.glb").write_bytes(head())
    out, *more = (
        str(tmp_path / word) if "." in word and "--" not in word else word
        for word in words
    )
    sentence = refused(kind, shot, Path(out), *more)
    assert told in sentence and "\n" not in sentence
    assert files(tmp_path) == ["me.glb", "shot.mcap"]


def test_a_folder_that_cannot_be_written_to_is_told_before_the_work(
    shot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def access(path: Path, mode: int) -> bool:
        asked.append((path, mode))
        return False

    monkeypatch.setattr("bridge.animate.job.os.access", access)
    told = refused(ConfigError, shot, tmp_path / "out.glb")
    assert "its folder cannot be written to" in told
    assert asked == [(tmp_path, os.W_OK)]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("camera:0", ConfigError),
        ("nothere.jpg", CaptureError),
        ("nothere.mcap", TakeError),
        ("nothere.mp4", ConfigError),
        ("face.heic", CaptureError),
    ],
)
def test_sources_that_cannot_be_read(
    tmp_path: Path, source: str, kind: type[BridgeError]
) -> None:
    refused(kind, source, tmp_path / "out.glb")
    assert files(tmp_path) == []
