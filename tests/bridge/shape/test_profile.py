from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ConfigError
from bridge.shape.profile import CurveRange, Profile, Ranges, load_profile
from protocols.channels import CHANNELS, INDEX, WEIGHTS_SLICE
from tests.bridge.faces import vector


def jaw(profile: Profile, value: float) -> float:
    return float(Ranges(profile)(vector(jawOpen=value))[INDEX["jawOpen"]])


def test_a_dead_zone_swallows_the_bottom_and_stretches_the_rest() -> None:
    profile = Profile(curves={"jawOpen": CurveRange(dead_zone=0.2)})
    assert jaw(profile, 0.1) == 0.0
    assert jaw(profile, 0.6) == pytest.approx(0.5)
    assert jaw(profile, 1.0) == pytest.approx(1.0)


def test_gain_offset_and_limits() -> None:
    profile = Profile(
        curves={"jawOpen": CurveRange(gain=2.0, offset=-0.1, low=0.05, high=0.9)}
    )
    assert jaw(profile, 0.3) == pytest.approx(0.4)
    assert jaw(profile, 0.0) == pytest.approx(0.05)
    assert jaw(profile, 1.0) == pytest.approx(0.9)


def test_a_pattern_reaches_both_sides_and_a_later_row_wins(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text(
        'name = "me"\n'
        '[curves."eyeBlink*"]\ngain = 0.5\n'
        "[curves.eyeBlinkLeft]\ngain = 0.0\n"
        "[bones.head]\ngain = 2.0\n"
    )
    out = Ranges(load_profile(path))(
        vector(eyeBlinkLeft=1.0, eyeBlinkRight=1.0, head__y=0.2, neck__y=0.2)
    )
    assert out[INDEX["eyeBlinkLeft"]] == 0.0
    assert out[INDEX["eyeBlinkRight"]] == pytest.approx(0.5)
    assert out[INDEX["head.y"]] == pytest.approx(0.4)
    assert out[INDEX["neck.y"]] == pytest.approx(0.2)


def test_every_mistake_is_named_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("[curves.jawOpen]\ngain = -1\nhihg = 1.0\nlow = 2\n")
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    for part in ("gain", "hihg", "low"):
        assert f"bad.toml: curves.jawOpen.{part}: " in str(caught.value)


@pytest.mark.parametrize(
    "text", ["[curves.jawOpne]\ngain = 1\n", "[bones.haed]\ngain = 1\n"]
)
def test_a_misspelt_curve_is_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"'jawOpne'|'haed'"):
        load_profile(path)


@pytest.mark.parametrize("content", [b"[curves", b"\xff\xfe"])
def test_an_unreadable_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"broken.toml: cannot be read as TOML"):
        load_profile(path)
    with pytest.raises(ConfigError, match="no such profile"):
        load_profile(tmp_path / "absent.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_notepad_and_powershell_save_is_read(
    encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "me.toml"
    path.write_text('name = "Zoë"\n[curves]\njawOpen = { gain = 1.5 }\n', encoding)
    profile = load_profile(path)
    assert profile.name == "Zoë" and profile.curves["jawOpen"].gain == 1.5


def test_mistakes_are_told_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "me.toml"
    path.write_text(
        'name = 3\nfoo = 1\n[curves.jawOpen]\ngain = "much"\nhigh = 2\n'
        "[bones]\nhead = 3\n[neutral]\npoints = 5\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    assert str(caught.value).splitlines() == [
        f"{path}: name: got 3, expected a text in quotes",
        f"{path}: curves.jawOpen.gain: got 'much', expected a number",
        f"{path}: curves.jawOpen.high: got 2, expected 1 or less",
        f"{path}: bones.head: got 3, expected a table",
        f"{path}: neutral.points: got 5, expected a text in quotes",
        f"{path}: foo: is unknown here; check its spelling and its [table]",
    ]


@given(
    st.lists(st.floats(0, 1, width=32), min_size=85, max_size=85),
    st.floats(0, 10),
    st.floats(-1, 1),
    st.floats(0, 0.99),
)
def test_weights_stay_weights(
    values: list[float], gain: float, offset: float, dead: float
) -> None:
    profile = Profile(
        curves={"*": CurveRange(gain=gain, offset=offset, dead_zone=dead)}
    )
    out = Ranges(profile)(np.array(values, dtype=np.float32))
    assert out.shape == (len(CHANNELS),) and out.dtype == np.float32
    weights = out[WEIGHTS_SLICE]
    assert np.isfinite(weights).all()
    assert weights.min() >= 0.0 and weights.max() <= 1.0
