"""What strangers, and pages that behave badly, can do to the server: nothing."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bridge.page.client import MOST_TEXTS
from bridge.page.door import MOST
from bridge.page.server import MOST_PAGES
from protocols.page import LONGEST, LONGEST_PART
from tests.bridge.fakes import until
from tests.bridge.page.served import (
    LIMIT_S,
    TOKEN,
    Served,
    ask,
    binary,
    page,
    served,
    text,
)


def closed_with(at: Served, *messages: str | bytes) -> tuple[int, str]:
    """Send messages, and return the code and reason that end the connection."""
    with page(at) as opened, pytest.raises(ConnectionClosed) as ended:
        for message in messages:
            opened.send(message)
        while True:
            opened.recv(LIMIT_S)
    assert ended.value.rcvd is not None
    return ended.value.rcvd.code, ended.value.rcvd.reason


@pytest.mark.parametrize(
    ("token", "origin"),
    [
        ("", "own"),
        ("wrong", "own"),
        (TOKEN[:-1], "own"),
        (TOKEN, None),
        (TOKEN, "http://evil.example"),
        (TOKEN, "null"),
    ],
)
def test_a_stream_without_token_or_with_another_origin_is_forbidden(
    token: str, origin: str | None
) -> None:
    with (
        served() as at,
        pytest.raises(InvalidStatus) as refused,
        page(at, token=token, origin=origin),
    ):
        pass
    assert refused.value.response.status_code == 403
    assert not at.tap.open


@pytest.mark.parametrize(
    ("message", "code", "told"),
    [
        ("", 1007, "it is empty"),
        ("hello", 1007, "it is not JSON"),
        ("[1, 2]", 1007, "a list, expected a table"),
        ("{}", 1007, "id, expected"),
        ('{"id": -1, "do": "watch"}', 1007, "id, expected"),
        ('{"id": true, "do": "watch"}', 1007, "id, expected"),
        ('{"id": 1e999, "do": "watch"}', 1007, "id, expected"),
        ('{"id": 1}', 1007, "do, expected 1 to 64"),
        ('{"id": 1, "do": ""}', 1007, "do, expected"),
        (json.dumps({"id": 1, "do": "x" * 65}), 1007, "do, expected"),
        ('{"id": 1, "do": "watch", "arguments": [0]}', 1007, "arguments, expected"),
        ("[" * 60_000, 1007, "nested too deep"),
        ('{"id": ' + "9" * 5000 + "}", 1007, "too long"),
        ("x" * 65_537, 1009, "65537 bytes, at most 65536"),
        (b"", 1003, "kind None"),
        (b"\x01\x01", 1003, "kind 1, expected 9 or 10"),
        (b"\xff" * 100, 1003, "kind 255"),
        (b"\x09", 1007, "page clock: 1 bytes"),
        (struct.pack("<Bd", 9, float("nan")), 1007, "expected a finite number"),
        (b"\x0a\x00", 1007, "page part: 2 bytes"),
        (b"\x0a\x01\x00\x00\x00\x00\x00\x00x", 1007, "second byte 1"),
        (b"\x0a\x00\x00\x00\xff\xff\xff\xffxx", 1007, "ends at byte"),
    ],
)
def test_a_malformed_message_ends_the_connection_with_a_reason(
    message: str | bytes, code: int, told: str
) -> None:
    with served() as at:
        found, reason = closed_with(at, message)
        assert (found, told in reason) == (code, True), reason
        # The next page is served as if nothing had happened.
        with page(at) as opened:
            assert ask(opened, "echo", a=1)["data"] == {"a": 1}


def test_a_message_beyond_the_limit_ends_the_connection() -> None:
    with served() as at:
        assert closed_with(at, bytes(LONGEST + 1))[0] == 1009
        assert closed_with(at, "x" * (LONGEST + 1))[0] == 1009
        assert not at.desk.parts


def test_the_longest_part_arrives_whole() -> None:
    with served() as at, page(at) as opened:
        opened.send(struct.pack("<BBHI", 10, 0, 3, 0) + b"x" * LONGEST_PART)
        until(lambda: len(at.desk.parts) == 1)
        assert at.desk.parts[0] == b"x" * LONGEST_PART


@pytest.mark.parametrize(
    ("do", "told"),
    [
        ("nonsense", "there is no request 'nonsense'"),
        ("refuse", "not now"),
        ("break", "it failed: a bug"),
    ],
)
def test_what_cannot_be_done_is_answered_and_the_page_goes_on(
    do: str, told: str
) -> None:
    with served() as at, page(at) as opened:
        answer = ask(opened, do)
        assert (answer["ok"], answer["sentence"]) == (False, told)
        assert ask(opened, "echo", 8)["ok"]


def test_a_flood_of_requests_is_slowed_and_none_is_lost_or_doubled() -> None:
    with served() as at, page(at) as opened, page(at) as other:
        for number in range(120):
            opened.send(json.dumps({"id": number, "do": "echo"}))
        # Another page is answered meanwhile.
        assert ask(other, "echo", 1)["ok"]
        ids = [text(opened, "answer")["id"] for _ in range(120)]
    assert ids == list(range(120))


def test_a_page_that_asks_and_never_reads_is_bounded() -> None:
    with served() as at, page(at, max_queue=1) as opened:
        for number in range(4 * MOST_TEXTS):
            opened.send(json.dumps({"id": number, "do": "echo", "arguments": {}}))
        with page(at) as other:
            assert ask(other, "echo", 1)["ok"]


def test_ten_pages_at_once_get_the_same_frames() -> None:
    with served() as at, ExitStack() as stack:
        pages = [stack.enter_context(page(at)) for _ in range(10)]
        for opened in pages:
            assert text(opened, "hello")["version"] == "test"
        until(lambda: at.tap.open)
        at.send(jawOpen=0.5)
        frames = {binary(opened, 1) for opened in pages}
    assert len(frames) == 1


def test_more_pages_than_there_is_room_for_are_told_so() -> None:
    with served() as at, ExitStack() as stack:
        for _ in range(MOST_PAGES):
            text(stack.enter_context(page(at)), "hello")
        code, reason = closed_with(at)
        assert (code, reason) == (1013, f"{MOST_PAGES} pages are open already")
        assert at.get("/")[0] == 200


def test_connections_that_say_nothing_do_not_use_up_the_server() -> None:
    with served() as at, ExitStack() as stack:
        with page(at) as opened:
            silent = [
                stack.enter_context(
                    socket.create_connection(("127.0.0.1", at.door.port), LIMIT_S)
                )
                for _ in range(MOST + 8)
            ]
            # The page that is open goes on, though no more connections are admitted.
            assert ask(opened, "echo")["ok"]
            # Those beyond the limit are closed at once.
            refused = silent[-1]
            refused.settimeout(LIMIT_S)
            assert refused.recv(1) == b""
        for one in silent:
            one.close()

        def admitted() -> bool:
            try:
                return at.get("/")[0] == 200
            except OSError:
                return False

        until(admitted)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"GET /" + b"a" * 100_000,
        b"\r\n" * 100,
        b"GET / HTTP/1.1\r\nHost: " + b"\xff" * 20 + b"\r\n\r\n",
    ],
)
def test_garbage_instead_of_a_request_ends_its_connection_alone(garbage: bytes) -> None:
    with served() as at:
        with socket.create_connection(("127.0.0.1", at.door.port), LIMIT_S) as line:
            line.sendall(garbage)
            line.shutdown(socket.SHUT_WR)
            line.settimeout(LIMIT_S)
            answer = b""
            try:
                while data := line.recv(4096):
                    answer += data
            except ConnectionResetError:
                answer = b""
        assert b" 200 " not in answer.partition(b"\r\n")[0]
        assert at.get("/")[0] == 200
