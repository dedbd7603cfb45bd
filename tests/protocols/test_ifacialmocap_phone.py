import pytest

from protocols.errors import DecodeError
from protocols.ifacialmocap import decode
from protocols.ifacialmocap_phone import MOST, Peer, TextPhone
from protocols.ifacialmocap_requests import Request

from .faces import face

FIXED: Peer = ("10.0.0.1", 49983)
ASK = Request("ifacialmocap").encode()
ASK_2 = Request("ifacialmocap", 2).encode()
STOP = Request("ifacialmocap", stop=True).encode()


def shown(phone: TextPhone) -> dict[Peer, bytes]:
    phone.show(face(jawOpen=0.5))
    sent = dict(phone.outbox)
    phone.outbox.clear()
    return sent


def test_the_fixed_address_gets_frames_without_asking() -> None:
    sent = shown(TextPhone(FIXED))
    assert list(sent) == [FIXED]
    assert b"jawOpen-50|" in sent[FIXED] and decode(sent[FIXED]).given.all()
    assert shown(TextPhone()) == {}


def test_who_asks_gets_its_version_at_the_fixed_port() -> None:
    phone = TextPhone(FIXED)
    phone.hear(ASK_2, ("10.0.0.2", 60_123))
    sent = shown(phone)
    assert list(sent) == [("10.0.0.2", 49983), FIXED]
    assert b"jawOpen&50|" in sent["10.0.0.2", 49983]
    assert b"jawOpen-50|" in sent[FIXED]


def test_the_fixed_address_may_ask_for_its_version() -> None:
    phone = TextPhone(FIXED)
    phone.hear(ASK_2, ("10.0.0.1", 1))
    assert b"jawOpen&50|" in shown(phone)[FIXED]


def test_the_computers_that_asked_last_are_served() -> None:
    phone = TextPhone()
    for i in range(100):
        phone.hear(ASK, (f"10.0.1.{i}", 7))
    assert [host for host, *_ in phone.asked] == [f"10.0.1.{i}" for i in range(96, 100)]
    assert len(phone.asked) == MOST


def test_over_tcp_frames_have_an_end_and_another_port() -> None:
    phone = TextPhone(FIXED)
    phone.hear(ASK, ("10.0.0.2", 7))
    phone.hear(Request("ifacialmocap", 2, tcp=True).encode(), ("10.0.0.2", 8))
    assert list(shown(phone)) == [FIXED]
    ((peer, text),) = phone.stream_box
    assert peer == ("10.0.0.2", 49986)
    assert text.startswith(b"trackingStatus&1|") and text.endswith(b"|___iFacialMocap")
    phone.hear(STOP, ("10.0.0.2", 9))
    assert phone.asked == {}


def test_a_computer_that_stops_or_cannot_be_reached_is_forgotten() -> None:
    phone = TextPhone(FIXED)
    phone.hear(ASK, ("10.0.0.2", 7))
    phone.hear(STOP, ("10.0.0.2", 7))
    assert list(shown(phone)) == [FIXED] and phone.answered() is None
    phone.hear(ASK, ("10.0.0.2", 7))
    assert phone.answered() is True
    phone.gone(("10.0.0.2", 49983))
    phone.gone(FIXED)
    assert list(shown(phone)) == [FIXED]


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (b"hello", "no request of a computer"),
        (b"", "no request of a computer"),
        (Request("facemotion3d").encode(), "no request of a computer"),
    ],
)
def test_other_texts_are_refused(data: bytes, fact: str) -> None:
    with pytest.raises(DecodeError, match=fact):
        TextPhone().hear(data, ("10.0.0.2", 7))
