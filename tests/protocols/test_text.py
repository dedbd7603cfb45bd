from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.errors import DecodeError
from protocols.text import decode_json, decode_text, decode_toml

TEXT = 'name = "Zoë, 東京"\r\n'

AS_WRITTEN = [
    TEXT.encode(),
    TEXT.encode("utf-8-sig"),
    TEXT.encode("utf-16"),
    b"\xff\xfe" + TEXT.encode("utf-16-le"),
    b"\xfe\xff" + TEXT.encode("utf-16-be"),
]
"""By hand, by Notepad, by PowerShell's `>`, and the same of another byte order."""


@pytest.mark.parametrize("data", AS_WRITTEN)
def test_what_windows_programs_write_is_read(data: bytes) -> None:
    assert decode_text(data) == TEXT
    assert decode_toml(data) == {"name": "Zoë, 東京"}
    assert decode_json(data.replace(data, '{"a": 1}'.encode("utf-8-sig"))) == {"a": 1}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("a = 1\nb = 'ë'\n".encode("latin-1"), "line 2 cannot be read as text"),
        (b"a = 1\n\n\0", "line 3 cannot be read as text"),
        (b"\xff\xfe", "contains only a byte order mark"),
        (b"\xff\xfea", "line 1 cannot be read as text"),
        ("a = 1\n".encode("utf-16-le"), "line 1 cannot be read as text"),
    ],
)
def test_what_is_no_text_is_told_with_its_line(data: bytes, told: str) -> None:
    with pytest.raises(DecodeError, match=told):
        decode_text(data)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\n[capture\n", "line 2, column 9: expected a [table] or a line such as"),
        ("a = 1\nfps\n", "line 2, column 4: expected a [table]"),
        ("a = [1,", "at its end: expected a [table]"),
        ("a = 1\na = 2\n", "line 2, column 6: this key or table is set a second time"),
        ("[a]\n[a]\n", "line 2, column 3: this key or table is set a second time"),
        ('p = "C:\\Users\\me.toml"\n', "in double quotes a backslash must be doubled"),
        ('p = "C:\\me.toml"\n', "in single quotes, as in 'C:\\me.toml'"),
        ("a = " + "9" * 5000, "a number in it has too many digits"),
        ("a = " + "[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(DecodeError, match=re.escape(told)):
        decode_toml(text.encode())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is empty"),
        ('{"a": 1,\n b}', "it is not JSON, from line 2, column 2 on"),
        ("[" * 100_000, "nested too deep"),
        ("9" * 5000, "nested too deep"),
    ],
)
def test_what_is_no_json_is_told_with_its_line(text: str, told: str) -> None:
    with pytest.raises(DecodeError, match=re.escape(told)):
        decode_json(text.encode())


@given(st.one_of(st.binary(max_size=64), st.text(max_size=64).map(str.encode)))
def test_garbage_is_read_or_refused(data: bytes) -> None:
    for decode in (decode_text, decode_toml, decode_json):
        try:
            decode(data)
        except DecodeError as error:
            assert str(error) and "codec" not in str(error)


@pytest.mark.parametrize("data", AS_WRITTEN)
def test_every_beginning_is_read_or_refused(data: bytes) -> None:
    for end in range(len(data)):
        try:
            decode_toml(data[:end])
        except DecodeError as error:
            assert "line 1" in str(error) or "its end" in str(error) or end == 2
