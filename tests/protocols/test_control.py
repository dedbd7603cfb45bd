import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.control import (
    DO,
    LONGEST,
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
)
from protocols.errors import DecodeError

REQUEST = Request("secret", "start", {"slate": "12A"})
REPLY = Reply(True, "recording 12A 001 0:00", {"recording": "yes"})

WORDS = st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5)


def test_a_request_is_a_plain_map_with_the_version_first() -> None:
    told = msgpack.unpackb(encode_request(REQUEST))
    assert list(told.items()) == [
        ("v", 1),
        ("token", "secret"),
        ("do", "start"),
        ("arguments", {"slate": "12A"}),
    ]


@given(st.text(min_size=1, max_size=128), st.sampled_from(DO), WORDS)
def test_requests_come_back(token: str, do: str, arguments: dict[str, str]) -> None:
    request = Request(token, do, arguments)
    assert decode_request(encode_request(request)) == request


@given(st.booleans(), st.text(min_size=1, max_size=LONGEST // 8), WORDS)
def test_replies_come_back(ok: bool, told: str, state: dict[str, str]) -> None:
    reply = Reply(ok, told, state)
    assert decode_reply(encode_reply(reply)) == reply


def test_a_long_sentence_is_cut() -> None:
    assert len(decode_reply(encode_reply(Reply(False, "x" * 9999))).told) < LONGEST


def test_what_is_cut_short_is_an_error() -> None:
    for whole, decode in (
        (encode_request(REQUEST), decode_request),
        (encode_reply(REPLY), decode_reply),
    ):
        for size in range(len(whole)):
            with pytest.raises(DecodeError):
                decode(whole[:size])


@given(st.binary(max_size=200))
def test_garbage_is_an_error(data: bytes) -> None:
    for decode in (decode_request, decode_reply):
        with pytest.raises(DecodeError):
            decode(data)


def test_other_commands_versions_and_sizes_are_refused() -> None:
    def changed(**fields: object) -> bytes:
        packed: bytes = msgpack.packb(
            {**msgpack.unpackb(encode_request(REQUEST)), **fields}
        )
        return packed

    for part, data in (
        ("'format'", changed(do="format")),
        ("version 2", changed(v=2)),
        ("token", changed(token="")),
        ("arguments", changed(arguments={"slate": 3})),
        ("at most", changed(arguments={"slate": "x" * 4 * LONGEST})),
    ):
        with pytest.raises(DecodeError, match=part):
            decode_request(data)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(REQUEST)
