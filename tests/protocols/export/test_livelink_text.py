"""Encodings, separators and what people and programs write beside the data."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from protocols.errors import DecodeError
from protocols.export.livelink_csv import Sheet, decode

from .sheets import HEADER, label, labels, row, sheet, take

PLAIN = take(labels(30))
READ = decode(PLAIN.encode())
LINES = PLAIN.splitlines()


def same(read: Sheet) -> None:
    """Assert that all of the plain take was read."""
    np.testing.assert_array_equal(read.values, READ.values)
    np.testing.assert_array_equal(read.elapsed_ns, READ.elapsed_ns)
    assert read.times == READ.times


@pytest.mark.parametrize(
    "encoding",
    ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "ascii"],
)
def test_every_encoding_is_read(encoding: str) -> None:
    read = decode(PLAIN.encode(encoding))
    same(read)
    assert read.notes == ()


@pytest.mark.parametrize("between", [";", "\t", "|", ", ", " , ", " ;\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_separator_is_read(between: str, end: str) -> None:
    read = decode(take(labels(30), between=between, end=end).encode())
    same(read)
    assert read.notes == ()


@pytest.mark.parametrize("between", [";", "\t"])
def test_decimal_commas_are_read(between: str) -> None:
    text = take(labels(30), between=between).replace(".", ",")
    same(decode(("\ufeff" + text).encode()))


def test_decimal_commas_between_quotes_are_read() -> None:
    rows = (",".join(f'"{field}"' for field in line.split(",")) for line in LINES)
    same(decode("\n".join(rows).replace(".", ",").encode()))


def test_decimal_commas_among_commas_are_named() -> None:
    with pytest.raises(
        DecodeError,
        match=r"line 2: 125 fields, .* decimal commas cannot be told from those",
    ):
        decode(PLAIN.replace(".", ",").encode())


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.upper(),
        PLAIN.replace("EyeBlinkLeft", "eyeBlinkLeft").replace("Timecode", " TimeCode"),
        PLAIN.replace("BlendshapeCount", "Blend_Shape Count"),
        PLAIN.replace("\n", ",\n"),
        PLAIN.replace("\n", ",,;\n", 1).replace(";", ","),
        "\n".join([LINES[0], *(line + ",,," for line in LINES[1:])]),
        PLAIN.replace("\n", "\n\n"),
        "\n , ,\n\t\n" + PLAIN.replace("\n", "\n" + "," * 62 + "\n"),
        "sep=,\n" + PLAIN,
        "# exported for Ann\n\n" + PLAIN,
        '"' + PLAIN,
        PLAIN.replace("0.3000", '"0.3000'),
        PLAIN.rstrip("\n"),
    ],
)
def test_marks_of_other_programs_are_nothing_to_tell_of(text: str) -> None:
    read = decode(text.encode())
    same(read)
    assert read.notes == ()


def test_a_header_that_stands_again_is_told() -> None:
    again = [*LINES[:11], LINES[0], *LINES[11:], LINES[0]]
    read = decode("\n".join(again).encode())
    same(read)
    assert read.notes == ("the header is repeated 2 times, the first in line 12",)


def test_columns_that_stand_elsewhere_after_a_second_header_are_found() -> None:
    turned = [",".join(reversed(line.split(","))) for line in LINES]
    mixed = [*LINES[:11], turned[0], *turned[11:]]
    read = decode("\n".join(mixed).encode())
    same(read)
    assert read.notes == ("the header is repeated once, in line 12",)


def test_comments_and_titles_are_told() -> None:
    text = "\n".join(["A title", *LINES[:11], "# the second half", *LINES[11:]])
    read = decode(text.encode())
    same(read)
    assert read.notes == (
        "skipped the text above the header, from line 1: 'A title'",
        "skipped 1 comment, in line 13",
    )


def test_a_header_far_below_is_none() -> None:
    same(decode(("x\n" * 49 + PLAIN).encode()))
    with pytest.raises(DecodeError, match="no header"):
        decode(("x\n" * 50 + PLAIN).encode())


@pytest.mark.parametrize("count", ["Timecode", "NumProperties", "Num Properties"])
def test_a_file_may_call_the_count_otherwise_or_have_none(count: str) -> None:
    # The time stands twice where there shall be no count; that column is not needed.
    header = ["Timecode", count, *HEADER[2:]]
    rows = [line.split(",") for line in LINES[1:]]
    if count == "Timecode":
        header, rows = header[:1] + header[2:], [r[:1] + r[2:] for r in rows]
    read = decode(sheet(*rows, header=header))
    same(read)
    assert read.notes == ()


def test_a_semicolon_in_a_timecode_is_told_from_those_between_fields() -> None:
    times = [label(k, 30, mark=";") for k in range(45)]
    plain = decode(take(times).encode())
    for shown in (times, [f'"{time}"' for time in times]):
        read = decode(take(shown, between=";").replace(".", ",").encode())
        np.testing.assert_array_equal(read.values, plain.values)
        assert read.times == plain.times and read.notes == plain.notes


def test_a_quoted_field_may_hold_the_separator() -> None:
    notes = ['"a, b"', '"c"', 'd"', '"e']
    header = [*HEADER, "Remark"]
    rows = [[*line.split(","), notes[k % 4]] for k, line in enumerate(LINES[1:])]
    read = decode(sheet(*rows, header=header))
    same(read)
    assert read.notes == ("left out 1 other column: 'Remark'",)


def test_bytes_that_are_no_text_cost_their_row_only() -> None:
    data = PLAIN.encode().replace(
        b"\n10:00:00:04.000,61,0.", b"\n10:00:00:04.000,61,\xe9."
    )
    read = decode(data)
    assert len(read.times) == 29
    (note,) = read.notes
    assert note.startswith(
        "left out 1 row with a value that is not a number, in line 6: "
    )


def test_a_line_without_end_costs_itself_only() -> None:
    lines = [LINES[0], "x" * 400_000, *LINES[1:]]
    read = decode("\n".join(lines).encode())
    same(read)
    assert "in line 2: timecode 'xxx" in read.notes[0]


def test_a_stray_quote_swallows_nothing() -> None:
    rows = [row(label(k)) for k in range(20)]
    rows[3][-1] = '"0.0'
    rows[7][1] = '6"1"'
    rows[9][5] = '"'
    read = decode("\n".join(chain(",".join(r) for r in (HEADER, *rows))).encode())
    assert len(read.times) == 18
    assert [note.partition(":")[0] for note in read.notes] == [
        "left out 2 rows with a value that is not a number, the first in line 9"
    ]
