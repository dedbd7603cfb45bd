from dataclasses import replace

import msgpack
import pytest

from protocols.channels import EXPRESSIONS
from protocols.errors import DecodeError
from protocols.native import decode, encode

from .faces import NOON, ramp
from .native_packets import WHOLE, fields


def packed(mood: object) -> bytes:
    data: bytes = msgpack.packb({**fields(), "mood": mood})
    return data


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_a_mood_is_one_key_more_and_is_read_again(name: str) -> None:
    sent = encode(replace(ramp(), mood=name), NOON, seq=7, sent_ns=1_000_250_000)
    new = fields(sent)
    assert new.pop("mood") == name
    assert new == fields()
    assert decode(sent).frame.mood == name


def test_an_unknown_mood_is_left_out_and_read_as_unknown() -> None:
    assert decode(WHOLE).frame.mood == ""
    assert decode(packed("boredom")).frame.mood == ""


@pytest.mark.parametrize("mood", [3, "", None, b"anger", "x" * 300])
def test_a_mood_that_is_no_short_text_is_refused(mood: object) -> None:
    with pytest.raises(DecodeError, match="mood is "):
        decode(packed(mood))
