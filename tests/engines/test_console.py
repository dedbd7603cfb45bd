from __future__ import annotations

import io
import sys

import pytest

from engines.console import STAND_INS, accept_any_text


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "cp932"])
def test_every_letter_is_printed_somehow(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = io.BytesIO()
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(printed, encoding))
    accept_any_text()
    for stream in (sys.stdout, sys.stderr):
        # The last one is a byte of a file's name that is no text.
        stream.write("a✓✗█·→…━─\u20dd\U0001f600\udcffz")
        stream.flush()
    data = printed.getvalue()
    assert data.startswith(b"a") and data.endswith(b"z") and data.count(b"z") == 2


def test_what_we_draw_with_stays_legible(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, "ascii"))
    accept_any_text()
    sys.stdout.write("✓ done, ██·· 0.5 → 0.9\ud800")
    sys.stdout.flush()
    assert printed.getvalue() == b"+ done, ##.. 0.5 -> 0.9?"
    assert all(stand_in.isascii() for stand_in in STAND_INS.values())


def test_without_a_console_there_is_nothing_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    accept_any_text()
