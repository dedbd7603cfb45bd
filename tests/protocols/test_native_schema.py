import msgpack
import pytest

from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from protocols.errors import DecodeError
from protocols.native import (
    COORDINATES,
    UNITS,
    Schema,
    decode_schema,
    split,
)

from .golden import golden
from .native_golden import written
from .native_packets import fields

SCHEMA = split(written("schema_1_3.bin"))[1]
SECOND_SCHEMA = golden("native_schema_1_1.bin")
FIRST_SCHEMA = golden("native_schema.bin")


def test_the_schema_tells_late_joiners_everything() -> None:
    schema = decode_schema(SCHEMA)
    assert schema == Schema("facewire 0.1.0")
    assert schema.channels == CHANNELS
    assert schema.expressions == EXPRESSIONS
    assert schema.units == UNITS
    assert schema.coordinates == COORDINATES
    assert schema.minor == 3 and schema.doubts == ARKIT and "doubt" in schema.units


def test_the_schema_of_version_1_0_has_no_doubt() -> None:
    schema = decode_schema(FIRST_SCHEMA)
    assert (schema.minor, schema.doubts) == (0, ())
    assert schema.channels == CHANNELS and "doubt" not in schema.units


def test_the_schema_of_version_1_1_differs_by_its_number_alone() -> None:
    schema = decode_schema(SECOND_SCHEMA)
    assert schema == Schema("facewire", minor=1)


def test_a_reader_of_version_1_0_finds_all_that_it_knows() -> None:
    old, new = fields(FIRST_SCHEMA), fields(SCHEMA)
    assert new["v"] == old["v"] == 1
    for name in ("channels", "expressions", "coordinates"):
        assert new[name] == old[name]


@pytest.mark.parametrize(
    ("name", "value", "fact"),
    [
        ("v", 2, "version 2"),
        ("minor", -1, "minor is -1, expected an int from 0"),
        ("doubts", 52, "doubts is 52, expected strings"),
        ("software", 1, "software is 1"),
        ("channels", "jawOpen", "channels is 'jawOpen', expected strings"),
        ("channels", ["jawOpen", 1], "channels is a list, expected strings"),
        ("units", {"weights": 1}, "units is a dict, expected a map of strings"),
        ("units", [], "units is a list, expected a map of strings"),
        ("coordinates", None, "coordinates is None"),
    ],
)
def test_a_wrong_schema_is_said(name: str, value: object, fact: str) -> None:
    data: bytes = msgpack.packb({**fields(SCHEMA), name: value})
    with pytest.raises(DecodeError) as raised:
        decode_schema(data)
    assert fact in str(raised.value)
    assert str(raised.value).startswith("native schema: ")
