"""Orders from text: the limits of the settings, one sentence for each mistake."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import ConfigError
from bridge.orders.order import (
    Calibrate,
    Order,
    ResetNeutral,
    SetGain,
    SetIdle,
    SetLead,
    SetMirror,
    SetPause,
    SetProfile,
    SetSteadiness,
    SetStyle,
    StartTake,
    StopTake,
)
from bridge.orders.reading import read_order
from bridge.shape.profile import Profile
from protocols.control import ORDERS


@pytest.mark.parametrize(
    ("verb", "arguments", "order"),
    [
        ("calibrate", {}, Calibrate(2.0)),
        ("calibrate", {"seconds": "0.5"}, Calibrate(0.5)),
        ("reset", {"subject": "anna"}, ResetNeutral("anna")),
        ("steadiness", {"value": "0"}, SetSteadiness(0.0)),
        ("lead", {"value": "120", "subject": "a b"}, SetLead(120.0, "a b")),
        ("style", {"value": "held"}, SetStyle("held")),
        ("mirror", {"value": "on"}, SetMirror(True)),
        ("mirror", {"value": "off"}, SetMirror(False)),
        ("idle", {"value": "off", "subject": "a"}, SetIdle(False, "a")),
        ("pause", {"value": "on"}, SetPause(True)),
        ("gain", {"curve": "jawOpen", "value": "1.5"}, SetGain("jawOpen", 1.5)),
        ("profile", {"file": ""}, SetProfile(Profile())),
        ("take start", {}, StartTake()),
        ("take start", {"slate": "12A", "number": "4"}, StartTake("12A", 4)),
        ("take stop", {}, StopTake()),
    ],
)
def test_text_becomes_an_order(
    verb: str, arguments: dict[str, str], order: Order
) -> None:
    assert read_order(verb, arguments) == order


def test_a_profile_is_read(tmp_path: Path) -> None:
    path = tmp_path / "anna.toml"
    path.write_text('name = "Anna"')
    order = read_order("profile", {"file": str(path), "subject": "anna"})
    assert order == SetProfile(Profile(name="Anna"), str(path), "anna")
    path.write_text("gain = 2")
    with pytest.raises(ConfigError, match=r"anna\.toml: gain: is unknown here"):
        read_order("profile", {"file": str(path)})


@pytest.mark.parametrize(
    ("verb", "arguments", "sentence"),
    [
        ("steadiness", {"value": "1.5"}, r"steadiness: got .1\.5., expected 1 or less"),
        ("steadiness", {"value": "nan"}, "steadiness: got"),
        ("steadiness", {}, "steadiness: value is missing"),
        ("lead", {"value": "-5"}, "lead: got .-5., expected"),
        ("lead", {"value": "soon"}, "lead: got .soon., expected"),
        ("style", {"value": "loud"}, "style: got .loud., expected .*natural"),
        ("mirror", {"value": "maybe"}, "mirror: got .maybe., expected true or false"),
        ("idle", {"value": "maybe"}, "idle: got .maybe., expected true or false"),
        ("pause", {}, "pause: value is missing"),
        ("pause", {"value": "maybe"}, "pause: got .maybe., expected true or false"),
        ("gain", {"value": "1"}, "gain: curve is missing"),
        ("gain", {"curve": "jawOpen", "value": "11"}, "gain: got .11., expected 10 or"),
        ("gain", {"curve": "jawOpen", "value": "nan"}, "gain: got"),
        ("gain", {"curve": "jaw", "value": "1"}, "gain: 'jaw' is no curve; expected"),
        ("calibrate", {"seconds": "0"}, "calibrate: got 0, expected seconds above 0"),
        ("calibrate", {"seconds": "1e9"}, "calibrate: got .1e9., expected .*3600"),
        ("calibrate", {"value": "3"}, "calibrate: unknown argument value"),
        (
            "profile",
            {"file": "here.toml"},
            "file 'here.toml', expected a full path",
        ),
        ("profile", {"file": "/a\0b"}, "expected a full path"),
        ("profile", {"file": "/no/such.toml"}, "no such profile"),
        ("take stop", {"slate": "x"}, "take stop: unknown argument slate"),
        ("take start", {"subject": "x"}, "take start: unknown argument subject"),
        ("dance", {}, "'dance' is not an order; expected calibrate"),
    ],
)
def test_a_mistake_is_one_sentence(
    verb: str, arguments: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        read_order(verb, arguments)
    assert "\n" not in str(caught.value)


@given(
    st.sampled_from(ORDERS),
    st.dictionaries(
        st.sampled_from(
            ["value", "seconds", "subject", "slate", "number", "folder", "curve"]
        ),
        st.text(max_size=12),
        max_size=3,
    ),
)
def test_whatever_comes_is_an_order_or_a_sentence(
    verb: str, arguments: dict[str, str]
) -> None:
    try:
        read_order(verb, arguments)
    except ConfigError as error:
        assert str(error)
