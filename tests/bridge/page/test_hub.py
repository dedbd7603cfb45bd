"""What open pages are sent, over a real connection."""

from __future__ import annotations

import socket
import struct
from contextlib import ExitStack

import cv2
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed

from bridge.page import client, door
from protocols.page import CLOCK, FRAME, PICTURE
from protocols.page_posture import KIND as POSTURE
from protocols.page_posture import decode_posture
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


def head(data: bytes) -> tuple[int, int, int, int, int, float, float]:
    found: tuple[int, int, int, int, int, float, float] = struct.unpack_from(
        "<BBBBIdd", data
    )
    return found


def opened_at(at: Served) -> None:
    until(lambda: at.tap.open)


def test_a_page_is_greeted_with_what_it_needs_first() -> None:
    with served() as at, page(at) as opened:
        hello = text(opened, "hello")
        assert hello["allowed"] == {"picture": True, "control": True}
        assert text(opened, "character")["number"] == 1
        assert text(opened, "status")["pages"] == 1


def test_a_sent_face_becomes_a_frame_a_posture_and_a_picture() -> None:
    with served() as at, page(at) as opened:
        opened_at(at)
        at.send(jawOpen=0.5, eyeBlinkLeft=0.25)
        kinds: dict[int, bytes] = {}
        while len(kinds) < 3:
            message = opened.recv(LIMIT_S)
            if isinstance(message, bytes):
                kinds[message[0]] = message
    frame, picture = kinds[FRAME], kinds[PICTURE]
    kind, version, place, flags, seq, captured_ms, sent_ms = head(frame)
    assert (kind, version, place, flags, seq) == (1, 1, 0, 5, 1)
    assert 0.0 <= sent_ms - captured_ms < 60_000.0
    numbers = np.frombuffer(frame, "<f4", offset=24)
    assert (numbers[17], numbers[145 + 17]) == (0.5, 0.5)
    posture = decode_posture(kinds[POSTURE])
    assert posture.weights[0] == 0.25
    assert posture.captured_ms == captured_ms
    faces = picture[2]
    width, height, length = struct.unpack_from("<HHI", picture, 16)
    assert (faces, width, height) == (1, 4, 4)
    jpeg = np.frombuffer(picture[-length:], np.uint8)
    decoded = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    assert decoded is not None and decoded.shape == (4, 4, 3)


def test_numbers_of_frames_rise_so_that_losses_can_be_counted() -> None:
    with served() as at, page(at) as opened:
        opened_at(at)
        seen = []
        for _ in range(5):
            at.send()
            seen.append(head(binary(opened, FRAME))[4])
    assert seen == [1, 2, 3, 4, 5]


def test_a_page_watches_one_face() -> None:
    with served() as at, page(at) as opened:
        opened_at(at)
        assert ask(opened, "watch", face=1)["ok"]
        at.send(0, jawOpen=0.5)
        at.send(1, jawOpen=0.75)
        frame = binary(opened, FRAME)
    assert head(frame)[2] == 1
    assert np.frombuffer(frame, "<f4", offset=24)[17] == 0.75


def test_a_page_that_plays_a_take_gets_no_live_frames() -> None:
    with served() as at, ExitStack() as stack:
        opened = stack.enter_context(page(at))
        until(lambda: len(at.hub.clients) == 1)
        other = stack.enter_context(page(at))
        until(lambda: len(at.hub.clients) == 2)
        playing = at.hub.clients[0]
        playing.held = True
        at.send()
        # Whoever is not held has it, so the hub is done with it.
        assert head(binary(other, FRAME))[4] == 1
        playing.held = False
        at.send()
        assert head(binary(opened, FRAME))[4] == 2


def test_pages_without_pictures_get_none() -> None:
    with served() as at, page(at, query="&picture=0") as opened:
        assert text(opened, "hello")["allowed"]["picture"] is False
        opened_at(at)
        for _ in range(3):
            at.send()
            message = binary(opened, FRAME)
        kinds = {message[0]}
        at.stage.number = 2
        at.send()
        while True:
            got = opened.recv(LIMIT_S)
            if isinstance(got, str):
                if '"character"' in got and '"number": 2' in got:
                    break
            else:
                kinds.add(got[0])
    assert PICTURE not in kinds


@pytest.mark.parametrize("picture", ["off", "everywhere", "local"])
def test_who_sees_pictures_is_a_setting(picture: str) -> None:
    with served(picture=picture) as at, page(at) as opened:
        allowed = text(opened, "hello")["allowed"]["picture"]
    assert allowed is (picture != "off")


def test_another_character_is_told_to_pages_that_are_open() -> None:
    with served() as at, page(at) as opened:
        assert text(opened, "character")["number"] == 1
        at.stage.number = 2
        while text(opened, "character")["number"] != 2:
            pass
        assert at.get("/character/2.glb", Authorization=f"Bearer {TOKEN}")[0] == 200


def test_the_clock_comes_back_with_the_daemons_time() -> None:
    with served() as at, page(at) as opened:
        opened.send(struct.pack("<Bd", CLOCK, 123.5))
        first = struct.unpack("<Bdd", binary(opened, CLOCK))
        opened.send(struct.pack("<Bd", CLOCK, 124.5))
        second = struct.unpack("<Bdd", binary(opened, CLOCK))
    assert first[:2] == (CLOCK, 123.5) and second[:2] == (CLOCK, 124.5)
    assert second[2] > first[2]


def test_a_page_that_was_closed_and_opened_again_works() -> None:
    with served() as at:
        for _ in range(3):
            with page(at) as opened:
                opened_at(at)
                at.send(jawOpen=0.5)
                assert np.frombuffer(binary(opened, FRAME), "<f4", offset=24)[17] == 0.5
            until(lambda: not at.tap.open)
    assert len(at.desk.gone) == 3


def test_closing_the_server_tells_pages_and_frees_the_port() -> None:
    with served() as at:
        with page(at) as opened, pytest.raises(ConnectionClosed) as ended:
            text(opened, "hello")
            at.server.close()
            while True:
                opened.recv(LIMIT_S)
        assert ended.value.rcvd is not None
        assert (ended.value.rcvd.code, ended.value.rcvd.reason) == (
            1001,
            "facewire has ended",
        )
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", at.port), LIMIT_S).close()


def stalled(at: Served, stack: ExitStack, token: str = TOKEN) -> socket.socket:
    """Open a page by hand, and never read."""
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    line.settimeout(LIMIT_S)
    line.connect(("127.0.0.1", at.port))
    line.sendall(
        (
            f"GET /ws?token={token} HTTP/1.1\r\nHost: {at.host}\r\n"
            f"Origin: {at.origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
        ).encode()
    )
    assert line.recv(12) == b"HTTP/1.1 101"
    return line


def test_four_stalled_pages_neither_slow_a_fifth_nor_pile_up_messages() -> None:
    with served() as at, ExitStack() as stack:
        for _ in range(4):
            stalled(at, stack)
        opened = stack.enter_context(page(at))
        until(lambda: len(at.hub.clients) == 5)
        for number in range(400):
            at.send(jawOpen=0.5)
            at.hub.tell({"type": "progress", "text": "x" * 2000})
            # Every frame arrives at the page that reads.
            assert head(binary(opened, FRAME))[4] == number + 1
        for visitor in at.hub.clients:
            assert visitor.waiting <= client.MOST_TEXTS + 4


def test_a_page_that_accepts_nothing_for_long_is_disconnected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with served() as at, ExitStack() as stack:
        line = stalled(at, stack)
        until(lambda: len(at.hub.clients) == 1)
        monkeypatch.setattr(client, "STALL_S", 0.0)

        def gone() -> bool:
            at.hub.tell({"type": "progress", "text": "x" * 60_000})
            return not at.hub.clients

        until(gone, LIMIT_S)
        line.close()
        assert at.get("/")[0] == 200


def test_a_reader_of_files_that_never_reads_is_disconnected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "FILE_S", 0.0)
    with served() as at, socket.socket() as line:
        line.settimeout(LIMIT_S)
        line.connect(("127.0.0.1", at.port))
        # It asks for nothing; the hub's beat ends it.
        assert line.recv(1) == b""
        monkeypatch.setattr(door, "FILE_S", 60.0)
        with page(at) as opened:
            assert ask(opened, "echo")["ok"]


def test_a_frame_that_cannot_be_encoded_does_not_end_the_pages(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with served() as at, page(at) as opened:
        opened_at(at)
        at.stage.number = "two"  # type: ignore[assignment]
        at.send()
        until(lambda: "a frame was not sent" in caplog.text)
        at.stage.number = 3
        at.send(jawOpen=0.5)
        assert head(binary(opened, FRAME))[4] >= 1
