from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.address import masked, masked_in
from bridge.capture.open import parse_spec
from bridge.errors import ConfigError


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://ann:hunter2@cam:554/live", "rtsp://***@cam:554/live"),
        ("url:rtsp://ann:p@hunter2@cam/x", "url:rtsp://***@cam/x"),
        ("http://ann:a/hunter2@cam/x", "http://***@cam/x"),
        ("http://ann:a?hunter2#@cam/x", "http://***@cam/x"),
        ("http://hunter2@cam/x", "http://***@cam/x"),
        ("http://cam/x?password=hunter2&fps=5", "http://cam/x?password=***&fps=***"),
        ("http://cam/x?hunter2", "http://cam/x?***"),
        ("http://cam/x?a;hunter2", "http://cam/x?***;***"),
        ("http://cam/x#token=hunter2", "http://cam/x#token=***"),
        ("http://cam/x?a=b==hunter2", "http://cam/x?a=***"),
        (
            "rtsp://cam:554/user=hunter2&password=hunter2&channel=1",
            "rtsp://cam:554/user=***&password=***&channel=***",
        ),
        ("rtsp://cam/user=a_password=hunter2_x?real", "rtsp://cam/user=***?***"),
        ("video:rtsp://ann:hunter2@cam/x", "video:rtsp://***@cam/x"),
        # Mistyped, but typed all the same.
        ("url:rtsp:/ann:hunter2@cam/x", "url:***@cam/x"),
        ("rtsp:ann:hunter2@cam/x", "rtsp:***@cam/x"),
        ("ann:hunter2@cam:554/x", "***@cam:554/x"),
        ("url:cam?key=hunter2", "url:cam?key=***"),
    ],
)
def test_nothing_secret_is_left(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert masked(shown) == shown
    assert "hunter2" not in masked_in(f'see "{address}" now') or "://" not in address


@pytest.mark.parametrize(
    "text",
    [
        *("demo", "camera:0", "camera:/dev/v4l/by-id/usb-A@B", ""),
        *("video:me@home.mp4", "images:a@b", r"C:\Users\me@home.mp4", "C:/me@home"),
        *("rtsp://10.0.0.7:554/live", "udp://@239.0.0.1:5000", "http://[::1]:80/x"),
        *("tcp://127.0.0.1:5560", "Anna: take 2"),
    ],
)
def test_what_has_no_secret_is_as_it_was(text: str) -> None:
    assert masked(text) == text


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    # With a search of quadratic time this takes hours.
    text = "x" * 5_000_000 + "https://ann:hunter2@cam/x"
    assert masked_in(text) == "x" * 5_000_000 + "https://***@cam/x"


LETTERS = st.text(st.characters(exclude_categories=["C"]), min_size=4, max_size=12)


@given(LETTERS, LETTERS)
def test_no_password_is_seen_whatever_it_is(user: str, word: str) -> None:
    user, word = f"u<{user}>", f"p<{word}>"
    shown = masked(f"url:rtsp://{user}:{word}@cam.local:554/live?key={word}")
    assert shown.startswith("url:rtsp://***@")
    assert "p<" not in masked(f"rtsp://{user}:{word}@cam.local/live")


def test_addresses_within_a_text_are_masked() -> None:
    text = "# from url:rtsp://ann:p@ss@cam/x?k=1\n[curves]\n# http://a/b\n"
    shown = "# from url:rtsp://***@cam/x?k=***\n[curves]\n# http://a/b\n"
    assert masked_in(text) == shown


@pytest.mark.parametrize(
    "spec",
    [
        *("ann:hunter2@cam:554/x", "demo:http://ann:hunter2@cam", "video:http://a:b@c"),
        *("images:rtsp://ann:hunter2@cam/x", "rtsp:/ann:hunter2@cam/x"),
    ],
)
def test_a_source_that_is_none_is_not_repeated_with_its_password(spec: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_spec(spec)
    assert "***@c" in str(caught.value) and "hunter2" not in str(caught.value)
    assert ("url:ADDRESS" in str(caught.value)) or "the demo" in str(caught.value)
