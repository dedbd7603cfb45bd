"""The command itself, on the bundled clip; and what it refuses."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from bridge.cli import app
from bridge.commands.calibrate import parse_window
from bridge.errors import BridgeError, ConfigError
from bridge.shape.profile import load_profile
from tests.footage import footage_dir, pictures


def facewire(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bridge", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_clip_makes_a_profile_that_run_loads(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    made = facewire(
        *("calibrate", "--source", "demo", "--out", str(path), "--name", "The demo"),
        *("--set", "solve.solver=geometric"),
    )
    assert made.returncode == 0, made.stdout + made.stderr
    for part in ("at rest", "maximum", "unchanged, ", "curves moved", "wrote "):
        assert part in made.stdout
    profile = load_profile(path)
    assert profile.name == "The demo" and profile.neutral_points() is not None
    assert 5 < len(profile.curves) <= 52
    text = path.read_text("utf-8")
    assert "geometric solver" in text and len(text) < 8000
    assert list(tomllib.loads(text)) == ["name", "curves", "neutral"]

    again = tmp_path / "again.toml"
    facewire(
        *("calibrate", "--source", "demo", "--out", str(again), "--name", "The demo"),
        *("--set", "solve.solver=geometric"),
    )
    assert again.read_text("utf-8") == text

    stats = tmp_path / "stats.json"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        sink = f"livelink=127.0.0.1:{listener.getsockname()[1]}"
        ran = facewire(
            *("run", "--source", "demo", "--profile", str(path), "--sink", sink),
            *("--quiet", "--duration", "0.5", "--stats", str(stats)),
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(stats.read_text())["frames"] > 3


@pytest.mark.slow
def test_a_profile_outlives_the_console_it_was_to_be_shown_on(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    read, write = os.pipe()
    os.close(read)
    try:
        subprocess.run(
            [
                *(sys.executable, "-m", "bridge", "calibrate", "--source", "demo"),
                *("--out", str(path), "--set", "solve.solver=geometric"),
            ],
            stdout=write,
            stderr=subprocess.DEVNULL,
            timeout=120,
        )
    finally:
        os.close(write)
    assert load_profile(path).neutral_points() is not None


def test_run_says_where_a_profile_is_missing() -> None:
    ran = facewire("run", "--source", "demo", "--profile", "1.5")
    assert ran.returncode == 2 and "1.5: no such profile" in ran.stderr


def refused(*arguments: str) -> BridgeError:
    result = CliRunner().invoke(app, ["calibrate", "--source", "demo", *arguments])
    assert isinstance(result.exception, BridgeError), result.output
    return result.exception


def test_what_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text("mine")
    error = refused("--out", str(path))
    assert isinstance(error, ConfigError)
    assert str(error).endswith("me.toml: exists already; --force replaces it")
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--out", "absent/me.toml"), "the folder absent does not exist"),
        (("--out", "."), "is a folder"),
        (("--out", "new.toml", "--name", "a\nb"), "printable"),
        (("--out", "new.toml", "--neutral", "3"), "expected START:END"),
        (("--out", "new.toml", "--set", "capture.fps=-1"), "capture.fps"),
    ],
)
def test_a_mistake_is_told_before_anybody_makes_faces(
    arguments: tuple[str, ...], told: str
) -> None:
    error = refused(*arguments)
    assert isinstance(error, ConfigError) and told in str(error)
    assert not Path("new.toml").exists()


@pytest.mark.parametrize(
    ("text", "window"), [("0:3", (0.0, 3.0)), (":2.5", (0.0, 2.5)), ("1:2", (1.0, 2.0))]
)
def test_a_window_is_two_numbers(text: str, window: tuple[float, float]) -> None:
    assert parse_window(text) == window


@pytest.mark.parametrize("text", ["", ":", "3", "3:1", "2:2", "a:b", "1:inf", "nan:2"])
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(ConfigError, match="START:END"):
        parse_window(text)


def test_pictures_without_a_face_are_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "grey"
    folder.mkdir()
    for i in range(3):
        cv2.imwrite(str(folder / f"{i}.png"), np.full((64, 64, 3), 99, np.uint8))
    done = facewire(
        *("calibrate", "--source", f"images:{folder}"),
        *("--out", str(tmp_path / "me.toml")),
    )
    lines = [x for x in done.stderr.splitlines() if x.startswith("facewire: ")]
    assert done.returncode == 1 and len(lines) == 1, done.stderr
    assert "no face in 3 pictures" in lines[0]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "me.toml").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("clip", "told"),
    [
        ("no_face.mp4", "no face in 95 pictures"),
        # He is calm for half a second, she is not at all.
        ("single_face.mp4", "0.6 s of a calm face"),
        ("WolfgangLanger_Pexels.mp4", "0.0 s of a calm face"),
    ],
)
def test_footage_that_shows_no_neutral_face_is_refused(
    tmp_path: Path, clip: str, told: str
) -> None:
    source = f"video:{footage_dir() / clip}"
    out = tmp_path / "me.toml"
    done = facewire("calibrate", "--source", source, "--out", str(out))
    assert done.returncode == 1 and told in done.stderr, done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_a_real_face_there_and_back_is_calibrated(tmp_path: Path) -> None:
    frames = [p for _, _, p in pictures(footage_dir() / "single_face.mp4")]
    clip = tmp_path / "there_and_back.avi"
    height, width = frames[0].shape[:2]
    writer = cv2.VideoWriter(
        str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (width, height)
    )
    for frame in (*frames, *frames[::-1], *frames):
        writer.write(frame)
    writer.release()
    out = tmp_path / "me.toml"
    done = facewire(
        *("calibrate", "--source", f"video:{clip}", "--out", str(out)),
        *("--set", "solve.solver=geometric"),
    )
    assert done.returncode == 0, done.stderr
    # He smiles with his teeth and blinks, and does nothing else.
    left_alone = done.stdout[done.stdout.index("unchanged, ") :]
    for curve in ("cheekPuff", "tongueOut", "mouthFunnel", "browInnerUp"):
        assert curve in left_alone
    gains = {name: row.gain for name, row in load_profile(out).curves.items()}
    assert gains["mouthUpperUpLeft"] > 1.2 and gains["mouthUpperUpRight"] > 1.2
    assert all(0.6 <= gain <= 2.5 for gain in gains.values())
