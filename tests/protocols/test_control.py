from dataclasses import replace

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.control import (
    LONGEST,
    NAMES_1,
    VERBS,
    VERBS_1,
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_reply,
    encode_request,
)
from protocols.errors import DecodeError

REQUEST = Request("secret", "take start", {"slate": "12A"})
OLD = Request("secret", "take start", {"slate": "12A"}, version=1)
REPLY = Reply(True, "recording 12A 001 0:00", {"recording": "yes"}, '{"frames": 1}')

WORDS = st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=5)


def test_a_request_is_a_plain_map_with_the_version_first() -> None:
    for request, version, verb in ((REQUEST, 2, "take start"), (OLD, 1, "start")):
        told = msgpack.unpackb(encode_request(request))
        assert list(told.items()) == [
            ("v", version),
            ("token", "secret"),
            ("do", verb),
            ("arguments", {"slate": "12A"}),
        ]


def test_what_an_older_client_sends_means_what_it_meant() -> None:
    for verb, now in VERBS_1.items():
        data = msgpack.packb({"v": 1, "token": "t", "do": verb, "arguments": {}})
        assert decode_request(data) == Request("t", now, version=1)
    told = msgpack.unpackb(encode_reply(REPLY, 1))
    assert told == {"v": 1, "ok": True, "told": REPLY.told, "state": REPLY.state}
    assert decode_reply(encode_reply(REPLY, 1)) == replace(REPLY, report="{}")


def test_an_older_daemon_is_not_sent_verbs_that_it_does_not_know() -> None:
    with pytest.raises(ValueError, match=r"version 1 .* no 'calibrate'"):
        encode_request(Request("secret", "calibrate", version=1))


@given(st.text(min_size=1, max_size=128), st.sampled_from(VERBS), WORDS)
def test_requests_come_back(token: str, do: str, arguments: dict[str, str]) -> None:
    for version in (1, 2) if do in NAMES_1 else (2,):
        request = Request(token, do, arguments, version)
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
        (encode_request(OLD), decode_request),
        (encode_reply(REPLY), decode_reply),
        (encode_reply(REPLY, 1), decode_reply),
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
        ("version 3, expected 1 or 2", changed(v=3)),
        ("version 0, expected 1 or 2", changed(v=0)),
        ("'take start', expected start, stop, status", changed(v=1)),
        ("'calibrate', expected start", changed(v=1, do="calibrate")),
        ("'start', expected calibrate", changed(do="start")),
        ("token", changed(token="")),
        ("arguments", changed(arguments={"slate": 3})),
        ("at most", changed(arguments={"slate": "x" * 4 * LONGEST})),
    ):
        with pytest.raises(DecodeError, match=part):
            decode_request(data)


def test_a_token_is_not_shown() -> None:
    assert "secret" not in repr(REQUEST)


def test_a_reply_of_version_2_has_a_report() -> None:
    told = msgpack.unpackb(encode_reply(REPLY))
    del told["report"]
    with pytest.raises(DecodeError, match="report is missing"):
        decode_reply(msgpack.packb(told))
