"""Films for browsers: what is encoded, and what happens where that cannot be done."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest

from bridge.animate import webm as webm_module
from bridge.animate.webm import WebmFile, check_encoder, webm
from bridge.errors import BridgeError, TakeError
from bridge.takes.disk import DiskFile
from engines.footage.opencv import Pixels


class Nowhere(BytesIO):
    """A file on a full disk."""

    def write(self, data: object, /) -> int:
        return 0

    def sync(self) -> None:
        pass


def picture(at: int, width: int = 96, height: int = 64) -> Pixels:
    """Return a smooth picture with a bright disc that moves."""
    across = np.linspace(40, 200, width, dtype=np.float32)
    flat = np.broadcast_to(across[None, :, None], (height, width, 3))
    painted = np.ascontiguousarray(flat.astype(np.uint8))
    cv2.circle(painted, (20 + 3 * at, height // 2), 12, (40, 90, 230), -1)
    return painted


def encoded(path: Path, pictures: list[Pixels], fps: float = 30.0) -> Path:
    height, width = pictures[0].shape[:2]
    with DiskFile(path) as file, webm(width, height, fps) as film:
        for each in pictures:
            film.add(each)
        film.finish(file)
    return path


def decoded(path: Path) -> tuple[list[Pixels], float]:
    clip, found = cv2.VideoCapture(str(path)), []
    while (read := clip.read())[0]:
        found.append(read[1].astype(np.uint8))
    fps = clip.get(cv2.CAP_PROP_FPS)
    clip.release()
    return found, fps


def test_every_picture_comes_back_nearly_as_it_was(tmp_path: Path) -> None:
    drawn = [picture(at) for at in range(20)]
    found, fps = decoded(encoded(tmp_path / "a.webm", drawn, 30000 / 1001))
    assert len(found) == 20 and fps == pytest.approx(29.97, abs=0.01)
    # VP8 keeps a quarter of the colours, so edges of the disc differ most.
    assert min(cv2.PSNR(a, b) for a, b in zip(drawn, found, strict=True)) > 30.0


def test_it_is_a_webm_with_vp8(tmp_path: Path) -> None:
    data = encoded(tmp_path / "a.webm", [picture(0)]).read_bytes()
    assert data[:4] == b"\x1a\x45\xdf\xa3"  # EBML
    assert b"\x42\x82\x84webm" in data[:64]  # DocType
    assert b"\x86\x85V_VP8" in data[:4096]  # CodecID


def test_odd_sides_lose_their_last_row_and_column(tmp_path: Path) -> None:
    found, _ = decoded(encoded(tmp_path / "a.webm", [picture(0, 65, 33)]))
    assert found[0].shape == (32, 64, 3)


def test_nothing_is_printed_and_no_temporary_file_stays(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    check_encoder()
    with pytest.raises(KeyboardInterrupt), webm(32, 32, 30.0) as film:
        film.add(picture(0, 32, 32))
        raise KeyboardInterrupt
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_an_opencv_without_the_encoder_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webm_module, "CODEC", "H264")
    with pytest.raises(BridgeError, match=r"cannot write \.webm; write an \.mp4"):
        check_encoder()


def test_a_machine_without_a_temporary_folder_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(BridgeError, match="needs a temporary folder"):
        check_encoder()


def test_pictures_that_were_lost_are_told(tmp_path: Path) -> None:
    path = tmp_path / "film.webm"
    film = WebmFile(path, 96, 64, 30.0)
    for at in range(20):
        film.add(picture(at))
    film.close()
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(TakeError, match="is that disk full"):
        film.finish(Nowhere())


def test_a_full_disk_is_an_error(tmp_path: Path) -> None:
    with webm(96, 64, 30.0) as film:
        film.add(picture(0))
        with pytest.raises(OSError, match="nothing was written"):
            film.finish(Nowhere())
