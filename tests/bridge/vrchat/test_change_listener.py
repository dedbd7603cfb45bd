"""Receiving which avatar is put on, from bytes of anybody on this machine."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.errors import SinkError
from bridge.vrchat.change_listener import ChangeListener, changed_avatar
from protocols.osc import Message, bundle, encode
from protocols.oscquery import is_id

CHANGE = encode(Message("/avatar/change", ("avtr_9d58037b-23c7-4c9c",)))


def test_a_port_in_use_is_a_sentence() -> None:
    listener = ChangeListener(0)
    with pytest.raises(SinkError, match="is in use by another program for VRChat"):
        ChangeListener(listener.port)
    listener.close()
    listener.close()


@pytest.mark.parametrize(
    ("message", "heard"),
    [
        (Message("/avatar/change", ("avtr_a",)), "avtr_a"),
        (Message("/avatar/change", ("a/b",)), None),
        (Message("/avatar/change", (5,)), None),
        (Message("/avatar/change"), None),
        (Message("/avatar/changed", ("avtr_a",)), None),
        (Message("/x", ("/avatar/change",)), None),
    ],
)
def test_only_a_change_of_the_avatar_is_heard(
    message: Message, heard: str | None
) -> None:
    assert changed_avatar(encode(message)) == heard


def test_the_last_of_several_counts_and_bundles_are_read() -> None:
    two = [encode(Message("/avatar/change", (name,))) for name in ("avtr_a", "avtr_b")]
    assert changed_avatar(bundle(two)) == "avtr_b"


@pytest.mark.parametrize("cut", range(len(CHANGE)))
def test_every_truncation_names_nobody(cut: int) -> None:
    assert changed_avatar(CHANGE[:cut]) is None


@given(st.binary(max_size=100))
def test_garbage_names_nobody(data: bytes) -> None:
    found = changed_avatar(data + b"/avatar/change" + data)
    assert found is None or is_id(found)


@pytest.mark.slow
def test_a_million_damaged_datagrams() -> None:
    rng = random.Random(9001)
    seeds = [CHANGE, bundle([CHANGE, encode(Message("/x", (0.5, True, 7)))])]
    for _ in range(1_000_000):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randrange(1, 4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        found = changed_avatar(bytes(data))
        assert found is None or is_id(found)
