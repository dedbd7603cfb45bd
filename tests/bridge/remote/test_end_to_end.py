"""A controller records a real facewire, streams it, and fetches the take."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import numpy as np
import pytest

from bridge.takes.read import read_recording
from protocols import livelink
from protocols.channels import WEIGHTS_SLICE
from protocols.export import livelink_csv
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from tests.bridge.feeds.test_end_to_end import bound, facewire, number

from .stage import PATIENCE_S, Controller


def packet(index: int) -> bytes:
    vector = np.zeros(85, dtype=np.float32)
    vector[WEIGHTS_SLICE] = 0.5
    frame = FaceFrame(index, 0, "phone", vector)
    return livelink.Encoder("DPYX", "phone").encode(
        frame, Timecode(90_000 + index, 0.0, 60)
    )


def fetched(listener: socket.socket) -> bytes:
    peer, _ = listener.accept()
    with peer:
        peer.settimeout(PATIENCE_S)
        data = b""
        while block := peer.recv(65_536):
            data += block
    (size,) = struct.unpack_from(">i", data)
    assert size == len(data) - 4
    return data[4:]


def test_a_controller_drives_a_running_facewire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACEWIRE_HOME", str(tmp_path))
    with bound() as probe, bound() as other, bound() as sink:
        source, port, spare = number(probe), number(other), number(sink)
    controller = Controller(port)
    with (
        facewire(
            *("run", "--source", f"livelink:{source}", "--quiet"),
            *("--sink", f"livelink=127.0.0.1:{spare}"),
            *("--set", "remote.enabled=true", "--set", f"remote.port={port}"),
            *("--set", f"remote.target='127.0.0.1:{controller.port}'"),
            *("--set", f"record.folder='{(tmp_path / 'takes').as_posix()}'"),
        ),
        bound() as stream,
        socket.create_server(("127.0.0.1", 0)) as files,
    ):
        files.settimeout(PATIENCE_S)
        controller.hear("/AppActivated")
        controller.say("/OSCSetSendTarget", "127.0.0.1", controller.port)
        controller.hear("/OSCSetSendTargetConfirm")
        controller.say("/LiveLinkSubject", "hero")
        controller.say("/AddLiveLinkAddress", "127.0.0.1", number(stream))
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        streamed: list[livelink.Packet] = []

        def play(count: int) -> None:
            for _ in range(count):
                sender.sendto(packet(len(streamed)), ("127.0.0.1", source))
                streamed.append(livelink.decode(stream.recv(2048)))

        play(3)
        controller.say("/RecordStart", "12B", 3)
        controller.hear("/RecordStartConfirm")
        play(10)
        controller.say("/RecordStop")
        _, csv, video = controller.hear("/RecordStopConfirm").args
        assert streamed[-1].subject == "hero"
        assert isinstance(csv, str) and video == ""
        address = f"127.0.0.1:{files.getsockname()[1]}"
        controller.say("/Transport", address, csv)
        sheet = livelink_csv.decode(fetched(files))
        (take,) = (tmp_path / "takes").glob("*.mcap")
        sender.close()
    controller.close()
    recording = read_recording(take)
    assert take.name == "12B_003.mcap"
    assert (recording.about.slate, recording.about.number) == ("12B", 3)
    assert len(sheet.values) >= 1
    assert recording.takes[0].timecodes[0].frame >= 90_000
