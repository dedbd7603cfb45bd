import pytest

from protocols import plain_osc, vmc
from protocols.curve_rows import ARKIT_ROWS, Rows, sources
from protocols.osc_reader import read

from .faces import NOON, face, ramp
from .golden import golden

OTHER: Rows = (("Fcl_MTH_A", "jawOpen"), ("mouth", "jawOpen"), ("wink", "eyeBlinkLeft"))


def sent(packets: list[bytes], address: str) -> dict[object, object]:
    """Return name and value of every message whose address begins so."""
    messages = [message for data in packets for message in read(data).messages]
    found = [m for m in messages if m.address.startswith(address)]
    return {m.args[0] if len(m.args) == 2 else m.address: m.args[-1] for m in found}


def test_vmc_sends_other_names_and_no_others() -> None:
    encoder = vmc.Encoder(vmc.VmcStyle(presets="vrm1"), OTHER)
    values = sent(encoder.encode(ramp()), vmc.VALUE)
    assert list(values)[:3] == ["Fcl_MTH_A", "mouth", "wink"]
    assert values["Fcl_MTH_A"] == values["mouth"] == 17 / 128
    assert values["wink"] == 0.0 and len(values) == 3 + 5
    assert values["happy"] == 1 / 32


def test_plain_osc_sends_other_names_and_no_others() -> None:
    values = sent(
        plain_osc.Encoder("anna", rows=OTHER).encode(ramp(), NOON), "/facewire"
    )
    assert (
        values["/facewire/anna/Fcl_MTH_A"] == values["/facewire/anna/mouth"] == 17 / 128
    )
    assert "/facewire/anna/jawOpen" not in values
    assert values["/facewire/anna/confidence"] == 0.75


def test_by_default_the_packets_are_what_they_were() -> None:
    encoder = plain_osc.Encoder("face", rows=ARKIT_ROWS)
    encoder.encode(face(), NOON)
    assert encoder.encode(ramp(), NOON) == [golden("osc_ramp.bin")]
    character = vmc.Encoder(vmc.VmcStyle(), vmc.rows_of("pascal"))
    character.encode(face())
    datagrams = [golden(f"vmc_ramp_{i}.bin") for i in range(3)]
    assert list(map(bytes, character.encode(ramp()))) == datagrams


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("", "jawOpen")], "is no name"),
        ([("a", "jaw")], "expected one of the 52"),
        ([("a", "head.x")], "expected one of the 52"),
        ([("a", "jawOpen"), ("a", "jawLeft")], "comes twice"),
    ],
)
def test_rows_that_make_no_sense_are_refused(rows: Rows, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        sources(rows)


def test_a_name_that_may_not_stand_in_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot stand in an address"):
        plain_osc.Encoder("anna", rows=[("mouth open", "jawOpen")])
