import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.ifacialmocap import MAX_TEXT
from protocols.ifacialmocap_requests import Request, request_of
from protocols.ifacialmocap_stream import Frames

KEY = "sahuasouryya9218sauhuiayeta91555dy3719"

TEXTS = [
    (f"iFacialMocap_{KEY}", Request("ifacialmocap")),
    (f"iFacialMocap_{KEY}|sendDataVersion=v2", Request("ifacialmocap", 2)),
    (f"iFacialMocap_UDPTCP_{KEY}", Request("ifacialmocap", tcp=True)),
    (
        f"iFacialMocap_UDPTCP_{KEY}|sendDataVersion=v2",
        Request("ifacialmocap", 2, tcp=True),
    ),
    (f"iFacialMocap_UDPTCPSTOP_{KEY}", Request("ifacialmocap", stop=True)),
    ("FACEMOTION3D_OtherStreaming", Request("facemotion3d")),
    ("FACEMOTION3D_OtherStreaming|protocol=tcp", Request("facemotion3d", tcp=True)),
    ("StopStreaming_FACEMOTION3D", Request("facemotion3d", stop=True)),
]


@pytest.mark.parametrize(("text", "request_"), TEXTS, ids=range(len(TEXTS)))
def test_every_request_is_written_and_read(text: str, request_: Request) -> None:
    assert request_.encode() == text.encode()
    assert request_of(text.encode()) == request_


def test_unknown_options_and_a_line_end_are_ignored() -> None:
    text = f"iFacialMocap_{KEY}|colour=red|sendDataVersion=v2\n"
    assert request_of(text.encode()) == Request("ifacialmocap", 2)


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_no_truncation_asks_for_anything_else(text: str) -> None:
    whole = request_of(text.encode())
    assert whole is not None
    for cut in range(len(text)):
        found = request_of(text[:cut].encode())
        assert found is None or (found.app, found.stop) == (whole.app, whole.stop)


@given(st.binary(max_size=400))
def test_garbage_asks_for_nothing(data: bytes) -> None:
    assert request_of(data) is None


def cut(data: bytes, size: int) -> tuple[list[bytes], Frames]:
    frames = Frames()
    found: list[bytes] = []
    for at in range(0, len(data), size):
        found += frames.feed(data[at : at + size])
    return found, frames


@pytest.mark.parametrize("size", [1, 2, 7, 64, 4096])
def test_a_stream_is_cut_wherever_its_packets_end(size: int) -> None:
    data = b"jawOpen-1|___iFacialMocapjawOpen&2|___FACEMOTION3Drest"
    assert cut(data, size)[0] == [b"jawOpen-1|", b"jawOpen&2|"]


@pytest.mark.parametrize("size", [1, 1000, 100_000])
def test_a_frame_that_is_too_long_is_dropped_and_the_next_one_read(size: int) -> None:
    long = b"x" * (MAX_TEXT + 1)
    data = long + b"___iFacialMocapjawOpen-1|___iFacialMocap"
    found, frames = cut(data, size)
    assert (found, frames.dropped) == ([b"jawOpen-1|"], 1)


def test_an_endless_frame_keeps_the_memory_small() -> None:
    frames = Frames()
    for _ in range(1000):
        assert frames.feed(b"_" * 4096) == []
    assert len(frames._text) <= MAX_TEXT + 4096
    assert frames.feed(b"_iFacialMocapjawOpen-1|___iFacialMocap") == [b"jawOpen-1|"]
