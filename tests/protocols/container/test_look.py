import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.container.contents import UNKNOWN, Contents, Turn
from protocols.container.look import look

from . import built


def seen(data: bytes) -> Contents:
    return look(lambda offset, count: data[offset : offset + count], len(data))


WHOLE = (
    built.mp4(
        built.mvhd(),
        built.trak(
            edits=built.elst((334, 0)), runs=((4, 512), (6, 512)), delays=((10, 0),)
        ),
        built.trak(b"soun"),
    ),
    built.matroska(
        built.track(1, b"V_AV1", (0x7673, 180.0), (0x7675, 90.0)),
        built.track(2, b"A_OPUS"),
        ticks=2400.0,
    ),
    built.avi((b"vids", b"MJPG"), (b"auds", bytes(4))),
)


def test_an_mp4() -> None:
    assert seen(WHOLE[0]) == Contents(
        "MP4", True, True, "avc1", pictures=10, turn=Turn(0)
    )


def test_a_mov() -> None:
    data = built.mp4(built.mvhd(), built.trak(codec=b"apcn"), brand=b"qt  ")
    assert seen(data) == Contents("MOV", True, False, "apcn", pictures=10, turn=Turn(0))
    # Without ftyp, as old cameras write it.
    assert seen(data[16:]) == seen(data)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        ((1, 0, 0, 1), Turn(0)),
        ((0, 1, -1, 0), Turn(90)),
        ((-1, 0, 0, -1), Turn(180)),
        ((0, -1, 1, 0), Turn(270)),
        ((-1, 0, 0, 1), Turn(0, True)),
        ((1, 0, 0, -1), Turn(180, True)),
        ((0, 1, 1, 0), Turn(270, True)),
        ((1.7778, 0, 0, 1), Turn(0)),  # pixels that are not square
        ((0.7071, 0.7071, -0.7071, 0.7071), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_the_matrix_of_a_track(
    turn: tuple[float, float, float, float], expected: Turn | None
) -> None:
    data = built.mp4(built.mvhd(), built.trak(turn=built.matrix(*turn)))
    assert seen(data).turn == expected
    # That of the whole movie does the same.
    data = built.mp4(built.mvhd(turn=built.matrix(*turn)), built.trak())
    assert seen(data).turn == expected


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize(
    ("edits", "pictures"),
    [
        ((), 10),
        (((334, 0),), 10),
        (((167, 0),), 6),  # 5.01 of them
        (((10_000, 1536),), 7),  # the first three are cut off
        (((100, 1536),), 3),
        (((500, -1), (334, 0)), 10),  # half a second late
        (((0, 0),), 10),
        (((500, -1),), None),
    ],
)
def test_the_edit_list_says_what_is_shown(
    version: int, edits: tuple[tuple[int, int], ...], pictures: int | None
) -> None:
    elst = built.elst(*edits, version=version) if edits else b""
    data = built.mp4(built.mvhd(), built.trak(edits=elst))
    assert seen(data).pictures == pictures


def test_pictures_out_of_order_are_shown_at_their_own_times() -> None:
    # Coded 0 2 1 4 3, shown one step later; what is cut off is the first shown.
    delays = ((1, 512), (1, 1024), (1, 0), (1, 1024), (1, 0))
    track = built.trak(edits=built.elst((1000, 1024)), runs=((5, 512),), delays=delays)
    assert seen(built.mp4(built.mvhd(), track)).pictures == 4


@pytest.mark.parametrize("runs", [((1 << 31, 512),), ((1 << 31, 1), (1 << 31, 1))])
def test_a_table_that_claims_too_much_is_not_counted(
    runs: tuple[tuple[int, int], ...],
) -> None:
    data = built.mp4(built.mvhd(), built.trak(runs=((10, 512),)))
    table = struct.pack(">II", 10, 512)
    for run in runs:
        assert seen(data.replace(table, struct.pack(">II", *run))).pictures is None


def test_fragments_are_not_counted() -> None:
    data = built.mp4(built.mvhd(), built.box(b"mvex"), built.trak(runs=()))
    assert seen(data).pictures is None


def test_an_mp4_without_its_index() -> None:
    assert seen(built.mp4()) == Contents("MP4", indexed=False)
    # Its media is still open: the size is not known yet, or 0.
    unfinished = built.box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4s", 0, b"mdat")
    assert seen(unfinished + bytes(range(256))) == Contents("MP4", indexed=False)
    unfinished = built.box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4s", 8, b"mdat")
    assert seen(unfinished + bytes(range(256))) == Contents("MP4", indexed=False)


def test_an_mp4_that_is_cut() -> None:
    head = built.box(b"ftyp", b"isom", bytes(4))
    head += built.box(b"moov", built.mvhd(), built.trak())
    whole = head + built.box(b"mdat", bytes(1000))
    assert seen(whole).missing_bytes == 0
    assert seen(whole[:-300]) == Contents(
        "MP4", True, False, "avc1", 10, turn=Turn(0), missing_bytes=300
    )


def test_a_matroska_file() -> None:
    assert seen(WHOLE[1]) == Contents(
        "Matroska", True, True, "V_AV1", length_s=2.4, turn=Turn(270, True)
    )


@pytest.mark.parametrize(
    ("angles", "expected"),
    [
        ((), None),
        (((0x7675, 90.0),), Turn(270)),
        (((0x7675, -90.0),), Turn(90)),
        (((0x7675, 180.0),), Turn(180)),
        (((0x7673, 180.0),), Turn(0, True)),
        (((0x7675, 45.0),), None),
        (((0x7674, 90.0),), None),
        (((0x7673, 90.0),), None),
        (((0x7675, float("nan")),), Turn(0)),
        (((0x7675, 1e300),), None),
    ],
)
def test_the_projection_of_a_track(
    angles: tuple[tuple[int, float], ...], expected: Turn | None
) -> None:
    assert seen(built.matroska(built.track(1, b"V_VP9", *angles))).turn == expected


def test_a_webm_that_was_streamed() -> None:
    data = built.matroska(built.track(1, b"V_VP8"), kind=b"webm", unknown=True)
    assert seen(data) == Contents("WebM", True, False, "V_VP8")
    assert seen(data[:-20]) == seen(data)


def test_a_matroska_file_that_is_cut() -> None:
    data = built.matroska(built.track(1, b"V_VP8"))
    assert seen(data[:-20]).missing_bytes == 20
    assert seen(data[:60]).indexed is False


def test_sound_alone() -> None:
    assert seen(built.matroska(built.track(2, b"A_OPUS"))).video is False
    assert seen(built.mp4(built.mvhd(), built.trak(b"soun"))) == Contents(
        "MP4", False, True
    )
    assert seen(built.avi((b"auds", bytes(4)))) == Contents("AVI", False, True)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "WAV"),
        (b"ID3\x04\x00", "MP3"),
        (b"\xff\xfb\x90\x00", "MP3"),
        (b"\xff\xf1\x50\x80", "AAC"),
        (b"fLaC\x00\x00", "FLAC"),
        (b"FORM\x00\x00\x00\x00AIFF", "AIFF"),
        (b"OggS\x00\x02" + bytes(22) + b"OpusHead", "Ogg"),
    ],
)
def test_files_of_sound(data: bytes, kind: str) -> None:
    assert seen(data) == Contents(kind, video=False, sound=True)


def test_an_ogg_with_pictures() -> None:
    assert seen(b"OggS\x00\x02" + bytes(22) + b"\x80theora").video is True


def test_an_avi() -> None:
    assert seen(WHOLE[2]) == Contents("AVI", True, True, "MJPG")
    assert seen(WHOLE[2][:-40]).missing_bytes == 40
    assert seen(WHOLE[2][:20]).indexed is False


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"a shopping list\n" * 1000, "text"),
        ("été\n".encode() * 2000, "text"),
        (b"\xef\xbb\xbfnotes", "text"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"\n <html>", "web page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
            "Git LFS pointer",
        ),
        (bytes(10_000), "zeros"),
        (b"", ""),
        (b"\x89PNG\r\n\x1a\n", ""),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", ""),
        (b"\x00\x01\x02\x03", ""),
    ],
)
def test_what_is_no_video(data: bytes, kind: str) -> None:
    assert seen(data) == Contents(kind)


@pytest.mark.parametrize("data", WHOLE)
def test_every_truncation_is_something(data: bytes) -> None:
    for end in range(len(data)):
        assert isinstance(seen(data[:end]), Contents)


@given(st.sampled_from(WHOLE), st.data())
def test_damage_anywhere_is_never_an_error(data: bytes, draw: st.DataObject) -> None:
    broken = bytearray(data)
    for at in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=8)):
        broken[at] = draw.draw(st.integers(0, 255))
    assert isinstance(seen(bytes(broken)), Contents)


@given(
    st.sampled_from([b"", b"\0\0\0\x08moov", b"\x1a\x45\xdf\xa3", b"RIFF\0\0\0\0AVI "]),
    st.binary(max_size=200),
)
def test_garbage_is_never_an_error(head: bytes, data: bytes) -> None:
    assert isinstance(seen(head + data), Contents)


def test_nothing_is_nothing() -> None:
    assert seen(b"") == UNKNOWN
