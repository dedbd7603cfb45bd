"""What the readers of phones make of packets, and what they say to the phone."""

from __future__ import annotations

import json
import logging
from itertools import pairwise

import pytest

from bridge.feeds.fmv3 import Fmv3
from bridge.feeds.ifacialmocap import PhoneText
from bridge.feeds.report import Setup, Talker
from bridge.feeds.sender import NS
from bridge.feeds.vts_phone import VtsPhone, timecode_of
from bridge.nonces import number
from protocols.fmv3 import Kind, Message, encode
from protocols.fmv3_phone import Phone
from protocols.ifacialmocap_requests import App, Request, request_of
from protocols.vts_phone import request_of as vts_request_of
from tests.bridge.faces import face
from tests.protocols.golden import golden

V1 = golden("phones/ifacialmocap_v1.txt")
VTS = golden("phones/vts_phone.json")
ASKED = Setup("10.0.0.7", place="10.0.0.7")
LISTENS = Setup("10.0.0.7", place="49983")


def asks(talker: Talker, seconds: float, start_ns: int = 0) -> list[int]:
    """The times, in tenths of a second, at which it says something."""
    return [
        tenth
        for tenth in range(round(10 * seconds))
        if talker.due(start_ns + tenth * NS // 10)
    ]


def test_a_phone_is_asked_every_second_until_it_sends_and_when_it_stops() -> None:
    talker = PhoneText(ASKED, "ifacialmocap")
    assert asks(talker, 3.0) == [0, 10, 20]
    (report,) = talker(V1, 3 * NS)
    assert report.key == ("10.0.0.7", "iFacialMocap") and report.vector is not None
    assert asks(talker, 4.0, 3 * NS) == [20, 30]


@pytest.mark.parametrize(
    ("app", "options", "request_"),
    [
        ("ifacialmocap", {}, Request("ifacialmocap", 2)),
        ("ifacialmocap", {"version": "1"}, Request("ifacialmocap", 1)),
        ("ifacialmocap", {"tcp": "true"}, Request("ifacialmocap", 2, tcp=True)),
        ("facemotion3d", {}, Request("facemotion3d")),
        ("facemotion3d", {"tcp": "true"}, Request("facemotion3d", tcp=True)),
    ],
)
def test_what_it_asks_and_how_it_ends(
    app: App, options: dict[str, str], request_: Request
) -> None:
    talker = PhoneText(Setup("10.0.0.7", 0.35, options, "10.0.0.7"), app)
    (said,) = talker.due(0)
    assert request_of(said) == request_
    stops = [request_of(each) for each in talker.bye()]
    ended = app == "facemotion3d" or request_.tcp
    assert stops == ([Request(app, stop=True)] if ended else [])


def test_a_phone_that_comes_by_itself_is_not_asked() -> None:
    for talker in (PhoneText(LISTENS, "facemotion3d"), VtsPhone(LISTENS)):
        assert asks(talker, 5.0) == [] and not talker.bye()


def test_equal_frames_of_an_old_app_mean_no_face() -> None:
    talker = PhoneText(LISTENS, "ifacialmocap")
    told = [
        bool(talker(V1, tenth * NS // 10)[0].vector is not None) for tenth in range(8)
    ]
    assert told == [True] * 5 + [False] * 3
    moved = V1.replace(b"jawOpen-12", b"jawOpen-13")
    assert talker(moved, NS)[0].vector is not None
    # A newer app says it itself.
    says = b"trackingStatus-1|" + V1
    assert all(talker(says, t * NS)[0].vector is not None for t in range(5))
    assert talker(b"trackingStatus-0|" + V1, 9 * NS)[0].vector is None


def test_vtube_studio_is_asked_every_second_for_our_port() -> None:
    talker = VtsPhone(Setup("10.0.0.7", 0.35, {"listen": "0.0.0.0:5007"}, "10.0.0.7"))
    assert asks(talker, 2.5) == [0, 10, 20]
    (said,) = talker.due(10 * NS)
    assert vts_request_of(said) == (5.0, (5007,))
    (said,) = VtsPhone(ASKED).due(0)
    assert vts_request_of(said) == (5.0, (11125,))


def test_vtube_studios_time_is_kept() -> None:
    talker = VtsPhone(ASKED)
    (report,) = talker(VTS, 0)
    assert report.time is not None and report.time.rate_num == 60
    later = json.loads(VTS) | {"Timestamp": 1664817520079 + 1500}
    (next_report,) = talker(json.dumps(later).encode(), 0)
    assert next_report.time is not None
    passed = next_report.time.frame - report.time.frame
    passed_exactly = passed + next_report.time.subframe - report.time.subframe
    assert passed_exactly == pytest.approx(90.0)


@pytest.mark.parametrize("stamp", [0, -5])
def test_a_time_that_is_no_date_is_left_out(stamp: int) -> None:
    assert timecode_of(stamp) is None


def test_every_millisecond_is_a_valid_timecode_and_they_rise() -> None:
    codes = [timecode_of(1664755199_000 + ms) for ms in range(0, 5000, 7)]
    for before, after in pairwise(codes):
        assert before is not None and after is not None
        assert 0 <= before.frame < 86_400 * 60 and 0.0 <= before.subframe < 1.0


def exchange(talker: Fmv3, phone: Phone, seconds: float, start_s: float = 0.0) -> int:
    """Let a phone and a reader talk; return how many faces were read."""
    count = 0
    for tenth in range(round(10 * seconds)):
        now_ns = round((start_s + tenth / 10) * NS)
        for data in talker.due(now_ns):
            phone.hear(data, "pc", now_ns / NS)
        phone.tick(now_ns / NS)
        phone.show(face(jawOpen=0.5), now_ns / NS)
        for _, data in phone.outbox:
            count += len(talker(data, now_ns))
        phone.outbox.clear()
    return count


def test_face_motion_v3_is_asked_read_and_stopped() -> None:
    talker, phone = Fmv3(ASKED), Phone(number)
    assert exchange(talker, phone, 20.0) > 150
    (said,) = talker.bye()
    assert said[4] == Kind.STOP
    phone.hear(said, "pc", 20.0)
    assert not phone.served


def test_a_phone_may_start_by_itself() -> None:
    talker, phone = Fmv3(LISTENS), Phone(number)
    assert exchange(talker, phone, 2.0) == 0
    phone.offer("pc", 2.0)
    assert exchange(talker, phone, 2.0, 2.0) > 10


def test_refusals_are_logged_without_filling_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    talker = Fmv3(ASKED)
    for attempt in range(200):
        now_ns = attempt * 31 * NS
        (said,) = talker.due(now_ns)
        session = int.from_bytes(said[8:16], "little")
        refusal = Message(Kind.ERROR, session, b"BUSY\x1b[2J")
        assert talker(encode(refusal)[0], now_ns) == ()
        with caplog.at_level(logging.WARNING):
            talker.due(now_ns)
    lines = [record.getMessage() for record in caplog.records]
    assert lines[0].startswith("- fmv3: 10.0.0.7: the phone refuses: BUSY")
    assert "\x1b" not in lines[0] and len(lines) == 64


def test_numbers_are_never_zero() -> None:
    assert all(0 < number() < 2**64 for _ in range(100))
