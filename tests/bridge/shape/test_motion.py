import hashlib
from pathlib import Path

import numpy as np
import pytest

from bridge.config import Config
from bridge.config_file import load_config
from bridge.errors import ConfigError
from bridge.shape.motion import Motion, learned_motion, open_motion
from bridge.shape.profile import CurveRange, Profile
from protocols.channels import INDEX
from protocols.frame import FaceFrame
from tests.bridge.faces import FRAME_NS, face, vector
from tests.engines.motion.faces import engine
from tests.engines.motion.graph import TRIGGER, mean_of, not_a_number

JAW = INDEX["jawOpen"]


def shipped(folder: Path, content: bytes, damage: bytes = b"") -> Path:
    """Write a folder of weights with a manifest."""
    (folder / "motion.onnx").write_bytes(content + damage)
    (folder / "manifest.toml").write_text(
        f'[motion]\nfile = "motion.onnx"\nsha256 = "'
        f'{hashlib.sha256(content).hexdigest()}"\nlicence = "any"\ndata = "none"\n'
    )
    return folder


def lstm(*settings: str) -> Config:
    return load_config(settings=["shape.motion=lstm", *settings])


def performed(graph: bytes, *settings: str) -> Motion:
    return learned_motion(lstm(*settings), engine(graph), "a tiny one")


def test_the_network_moves_the_face_where_its_weights_are(tmp_path: Path) -> None:
    opened = open_motion(lstm(), folder=shipped(tmp_path, mean_of()))
    assert (opened.name, opened.fallback) == ("lstm", False)
    assert opened.reason.startswith("motion.onnx on ONNX Runtime")
    shaper = opened.shaper("anna", Profile())
    assert shaper.keep(face(0, jawOpen=0.5)).vector[JAW] == np.float32(0.5)
    opened.close()
    opened.close()


@pytest.mark.parametrize("damage", [None, b"x", b"graph"])
def test_without_good_weights_one_euro_runs_and_says_so(
    tmp_path: Path, damage: bytes | None
) -> None:
    if damage == b"graph":
        shipped(tmp_path, b"no graph at all")
    elif damage is not None:
        shipped(tmp_path, mean_of(), damage)
    opened = open_motion(lstm(), folder=tmp_path)
    assert (opened.name, opened.fallback) == ("one_euro", True)
    assert opened.reason.endswith("; One-Euro is used instead")
    assert "\n" not in opened.reason
    shaper = opened.shaper("anna", Profile())
    shaper.keep(face(0))
    assert 0.0 < shaper.keep(face(1, jawOpen=1.0)).vector[JAW] < 1.0


def test_one_euro_and_off_need_no_network(tmp_path: Path) -> None:
    for settings, name in (
        (["shape.motion=one_euro"], "one_euro"),
        (["shape.motion=off"], "off"),
        (["shape.smooth.enabled=false"], "off"),
    ):
        opened = open_motion(load_config(settings=settings), folder=tmp_path)
        assert (opened.name, opened.fallback) == (name, False)
        shaper = opened.shaper("anna", Profile())
        shaper.keep(face(0))
        through = float(shaper.keep(face(1, jawOpen=1.0)).vector[JAW]) == 1.0
        assert through is (name == "off") and shaper.guarded == 0


def test_two_words_for_the_filter_that_differ_are_one_sentence() -> None:
    settings = ["shape.smooth.enabled=false", "shape.motion=lstm"]
    with pytest.raises(ConfigError) as caught:
        load_config(settings=settings)
    assert str(caught.value) == (
        'settings: shape: smooth.enabled = false means motion = "off", but motion is '
        '"lstm"; delete one of the two'
    )
    agreed = load_config(settings=["shape.smooth.enabled=false", "shape.motion=off"])
    assert agreed.shape.mover == "off"


@pytest.mark.parametrize(
    "text",
    [
        *("motion=gru", "steadiness=1.5", "lead_ms=121", "lead_ms=-1"),
        *("style=sad", "rate=75", "idle=7"),
    ],
)
def test_a_wrong_setting_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match=f"settings: shape.{text.split('=')[0]}: "):
        load_config(settings=[f"shape.{text}"])


def test_the_settings_reach_the_performer() -> None:
    shaper = performed(
        mean_of(mean=0, trend=1.0),
        *("shape.lead_ms=100", "shape.style=calm", "shape.steadiness=0.25"),
    ).shaper("anna", Profile())
    assert shaper.performer is not None
    assert shaper.performer.generator.steadiness == 0.25
    jaw = float(shaper.keep(face(0, jawOpen=0.5)).vector[JAW])
    assert jaw == pytest.approx(0.85 * 0.6, abs=1e-5)


def test_ranges_and_mirror_come_after_the_performance() -> None:
    profile = Profile(curves={"mouthLeft": CurveRange(gain=0.5)})
    shaper = performed(mean_of(mean=0), "shape.mirror=true").shaper("anna", profile)
    out = shaper.keep(face(0, mouthLeft=0.8)).vector
    assert out[INDEX["mouthRight"]] == np.float32(0.4) and out[INDEX["mouthLeft"]] == 0


def test_an_untracked_frame_and_nan_are_frames_without_a_face() -> None:
    shaper = performed(mean_of(mean=0)).shaper("anna", Profile())
    assert shaper.keep(face(0, jawOpen=0.5)).tracked
    held = FaceFrame(1, FRAME_NS, "anna", vector(jawOpen=0.9), tracked=False)
    broken = FaceFrame(2, 2 * FRAME_NS, "anna", vector(jawOpen=float("nan")))
    for frame in (held, broken):
        out = shaper.keep(frame)
        assert not out.tracked
        assert float(out.vector[JAW]) == pytest.approx(0.5, abs=1e-5)
    assert shaper.keep(face(3, jawOpen=0.5)).tracked


def test_a_network_that_breaks_is_counted_by_its_face() -> None:
    motion = performed(not_a_number())
    anna, ben = (motion.shaper(name, Profile()) for name in ("anna", "ben"))

    def wild(index: int) -> FaceFrame:
        frame = vector(jawOpen=0.5)
        frame[INDEX[TRIGGER]] = 0.9
        return FaceFrame(index, index * FRAME_NS, "anna", frame)

    for i in range(5):
        out = anna.keep(wild(i))
        assert np.isfinite(out.vector).all()
        assert float(out.vector[JAW]) == pytest.approx(0.5, abs=1e-5)
        ben.keep(face(i))
    assert (anna.guarded, ben.guarded) == (1, 0)


def test_every_name_has_its_own_breath() -> None:
    motion = performed(mean_of())
    breaths = {
        float(
            motion.shaper(name, Profile()).keep(face(0)).vector[INDEX["leftShoulder.z"]]
        )
        for name in ("anna", "ben", "carl")
    }
    assert len(breaths) == 3


def test_frames_say_how_far_ahead_they_are_performed() -> None:
    shaper = performed(mean_of(), "shape.lead_ms=50").shaper("anna", Profile())
    frame = shaper.keep(face(3))
    assert frame.lead_ns == 50_000_000
    assert frame.display_ns == frame.captured_ns + 50_000_000
    assert shaper.performer is not None
    shaper.performer.lead_s = 0.0
    assert shaper.keep(face(4)).lead_ns == 0
