import logging
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcap.reader import make_reader

from bridge.errors import TakeError
from bridge.takes.about import about_of, about_texts
from bridge.takes.read import read_contents, read_recording
from bridge.takes.store import new_file
from bridge.takes.take import About, Recording
from bridge.takes.write import TakeWriter, write_recording
from protocols import native
from protocols.channels import CHANNELS
from protocols.take import ABOUT as ABOUT_NAME
from protocols.take import FACE_SCHEMA, MAGIC, Picture

from .made import ABOUT, FRAME_NS, doubting, frame_of, recording, same, take


def test_what_is_written_is_read_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "12A_003.mcap"
    whole = recording(take("anna", 40), take("ben", 30, seed=1))
    write_recording(path, whole)
    contents = read_contents(path)
    assert contents.recording.about == ABOUT
    assert contents.whole and contents.damage == () and contents.pictures == ()
    for one, other in zip(contents.recording.takes, whole.takes, strict=True):
        same(one, other)
    # And once more: what a refiner leaves alone stays as it is.
    again = tmp_path / "again.mcap"
    write_recording(again, contents.recording)
    assert again.read_bytes() == path.read_bytes()


def test_a_doubt_is_kept_where_it_is_known(tmp_path: Path) -> None:
    path, plain, again = (tmp_path / f"{name}.mcap" for name in "abc")
    whole = recording(doubting("anna", 300), take("ben", 30, seed=1))
    write_recording(path, whole)
    contents = read_contents(path)
    assert contents.whole and contents.damage == ()
    for one, other in zip(contents.recording.takes, whole.takes, strict=True):
        same(one, other)
    write_recording(again, contents.recording)
    assert again.read_bytes() == path.read_bytes()
    # It costs at most its 104 bytes, its key and its length in each frame.
    without = replace(whole.takes[0], doubts=None)
    write_recording(plain, recording(without, whole.takes[1]))
    assert 0 < path.stat().st_size - plain.stat().st_size <= 300 * 112


def test_a_take_with_doubts_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"doubts is \(3, 85\), expected \(3, 52\)"):
        replace(take(), doubts=np.zeros((3, 85), np.float32))


def test_somebody_elses_reader_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    made = take("anna", 30)
    write_recording(path, recording(made))
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None and summary.statistics is not None
        assert summary.statistics.message_count == 30
        rows = list(reader.iter_messages())
        (about,) = [m for m in reader.iter_metadata() if m.name == ABOUT_NAME]
    assert [message.log_time for _, _, message in rows] == list(made.captured_ns)
    schema, channel, message = rows[7]
    assert schema is not None and schema.name == FACE_SCHEMA
    assert native.decode_schema(schema.data).channels == CHANNELS
    assert (channel.topic, channel.message_encoding) == ("face.anna", "msgpack")
    packet = native.decode(message.data)
    assert message.sequence == packet.seq == 7
    np.testing.assert_array_equal(packet.frame.vector, made.vectors[7])
    assert about.metadata["slate"] == "12A" and about.metadata["number"] == "3"


def test_nothing_is_overwritten_and_nothing_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(b"mine")
    with pytest.raises(TakeError, match=r"a.mcap: exists already"):
        write_recording(path, recording())
    assert path.read_bytes() == b"mine"
    with pytest.raises(TakeError, match="cannot be written"):
        write_recording(tmp_path / "absent" / "b.mcap", recording())
    with pytest.raises(TakeError, match=r"c.mcap.*subject ''"):
        write_recording(tmp_path / "c.mcap", recording(replace(take(), subject="")))
    assert [found.name for found in tmp_path.iterdir()] == ["a.mcap"]


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with pytest.raises(TakeError, match="exists already"), new_file(path) as part:
        part.write(b"ours")
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert [found.name for found in tmp_path.iterdir()] == ["a.mcap"]


def test_every_way_to_cut_a_file_opens_or_says_why(tmp_path: Path) -> None:
    made, cut, opened = take(), tmp_path / "cut.mcap", 0
    write_recording(cut, recording(made, about=About()))
    for size in reversed(range(cut.stat().st_size)):
        os.truncate(cut, size)
        try:
            contents = read_contents(cut)
        except TakeError:
            continue
        opened += 1
        same(contents.recording.takes[0], made)
        assert contents.whole or contents.damage
    # From the end of the only chunk on.
    assert opened > 200


def chunked(path: Path, count: int, each: int) -> list[int]:
    """Write a file with a chunk after every so many frames; return their ends."""
    made, ends = take(count=count), []
    whole = recording(made)
    with new_file(path) as part:
        writer = TakeWriter(part, whole.about)
        for i in range(count):
            writer.add(frame_of(made, i), made.timecodes[i], sent_ns=i)
            if i % each == each - 1:
                writer.flush()
                ends.append(part.tell())
        writer.close()
    return ends


def test_a_broken_chunk_costs_its_own_frames_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.mcap"
    ends = chunked(path, 40, 10)
    data = bytearray(path.read_bytes())
    data[ends[0] + 200] ^= 0xFF
    path.write_bytes(data)
    contents = read_contents(path)
    captured = contents.recording.takes[0].captured_ns
    expected = np.delete(take(count=40).captured_ns, range(10, 20))
    np.testing.assert_array_equal(captured, expected)
    assert contents.whole
    assert len(contents.damage) == 1 and "a damaged chunk" in contents.damage[0]
    with caplog.at_level(logging.WARNING):
        read_recording(path)
    assert "a.mcap: a damaged chunk" in caplog.text


def test_the_first_chunk_names_the_channels_and_may_be_lost_too(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.mcap"
    ends = chunked(path, 40, 10)
    data = bytearray(path.read_bytes())
    data[ends[0] - 300] ^= 0xFF
    path.write_bytes(data)
    assert len(read_recording(path).takes[0].captured_ns) >= 30


@given(data=st.data())
def test_no_damage_makes_anything_but_a_take_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    whole = folder / "whole.mcap"
    write_recording(whole, recording(take(count=8)))
    raw = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=9))
    path = folder / "broken.mcap"
    path.write_bytes(raw)
    try:
        found = read_recording(path)
    except TakeError as error:
        assert "broken.mcap" in str(error)
    else:
        assert 1 <= len(found.takes[0].captured_ns) <= 8


@given(st.binary(max_size=300), st.booleans())
def test_garbage_is_no_take(
    tmp_path_factory: pytest.TempPathFactory, garbage: bytes, magic: bool
) -> None:
    path = tmp_path_factory.mktemp("garbage") / "a.mcap"
    path.write_bytes(MAGIC * magic + garbage)
    with pytest.raises(TakeError, match=r"a\.mcap"):
        read_recording(path)


def test_frames_out_of_order_are_left_out_and_told(tmp_path: Path) -> None:
    path, made = tmp_path / "a.mcap", take(count=6)
    with new_file(path) as part:
        writer = TakeWriter(part, About())
        for i in (0, 1, 4, 2, 3, 5):
            writer.add(frame_of(made, i), made.timecodes[i], sent_ns=0)
        writer.picture(Picture(0, 5 * FRAME_NS, 3))
        writer.close()
    contents = read_contents(path)
    assert list(contents.recording.takes[0].index) == list(made.index[[0, 1, 4, 5]])
    assert contents.damage == ("frames out of time order, left out: 2",)
    assert contents.pictures == (Picture(0, 5 * FRAME_NS, 3),)


def test_a_file_without_a_frame_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write_recording(path, Recording(About(), ()))
    with pytest.raises(TakeError, match="no frames of a face"):
        read_recording(path)
    with pytest.raises(TakeError, match="cannot be read"):
        read_recording(tmp_path / "absent.mcap")


def test_about_survives_as_texts() -> None:
    assert about_of(about_texts(ABOUT)) == ABOUT
    assert about_of(about_texts(About())) == About()
    assert about_of({"number": "x", "odd": "1", "slate": "s"}) == About(slate="s")
