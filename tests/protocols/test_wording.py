import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.wording import LONGEST, REPLACEMENT, counted, shown

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Every character that turns or marks the reading direction."""


@pytest.mark.parametrize(
    ("number", "told"),
    [(0, "0 frames"), (1, "1 frame"), (2, "2 frames"), (-1, "-1 frames")],
)
def test_one_has_no_plural(number: int, told: str) -> None:
    assert counted(number, "frame") == told


def test_a_noun_in_s_has_a_plural_in_es() -> None:
    assert (counted(1, "process"), counted(2, "process")) == (
        "1 process",
        "2 processes",
    )


def test_large_numbers_may_be_grouped() -> None:
    assert counted(1200, "frame", ",") == "1,200 frames"
    assert counted(1, "frame", ",") == "1 frame"


@pytest.mark.parametrize("name", ["facewire", "Ann Lee", "演员", "Zoë 👋", "  ", ""])
def test_a_healthy_name_stays(name: str) -> None:
    assert shown(name) == name


@pytest.mark.parametrize(
    "letter",
    [
        *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))),
        *(*BIDI, "\u2028", "\u2029", "\ud800", "\udcff", "\ufeff", "\U000e0001"),
    ],
    ids=ascii,
)
def test_what_does_not_print_is_replaced(letter: str) -> None:
    assert shown(f"a{letter}b") == f"a{REPLACEMENT}b"


def test_a_window_title_and_a_cleared_screen() -> None:
    told = shown("\x1b]0;owned\x07\x1b[2J")
    assert told == f"{REPLACEMENT}]0;owned{REPLACEMENT}{REPLACEMENT}[2J"


def test_wide_and_narrow_spaces_become_plain_ones() -> None:
    assert shown("山田\u3000太郎\u00a0\u2009x") == "山田 太郎  x"


def test_the_length_is_bounded() -> None:
    assert shown("x" * LONGEST) == "x" * LONGEST
    assert shown("x" * (LONGEST + 1)) == "x" * (LONGEST - 1) + "…"
    assert shown("x" * 1000, 3) == "xx…"
    assert shown("x" * 1000, None) == "x" * 1000


@given(st.text(st.characters()), st.integers(1, 50))
def test_nothing_that_acts_is_ever_left(text: str, longest: int) -> None:
    told = shown(text, longest)
    assert len(told) <= longest
    assert told.isprintable()
    assert not {unicodedata.category(letter) for letter in told} & {"Cc", "Cf", "Cs"}
    told.encode()
