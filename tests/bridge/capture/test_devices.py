from pathlib import Path

import pytest

from bridge.capture.devices import CAPABILITY, CameraInfo, captures, list_cameras, query


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    nodes = [
        ("video10", "0", "Capture Card"),
        ("video0", "0", "Integrated Camera: Integrated C"),
        ("video1", "1", "Integrated Camera: Integrated C"),
        ("video2", "0", "Codec: encoder"),
    ]
    for folder, index, name in nodes:
        node = tmp_path / folder
        node.mkdir()
        (node / "index").write_text(f"{index}\n")
        (node / "name").write_text(f"{name}\n")
    (tmp_path / "vbi0").mkdir()
    (tmp_path / "videology").mkdir()
    return tmp_path


def test_by_number_with_names(sysfs: Path) -> None:
    found = list_cameras(sysfs, lambda path: path in ("/dev/video0", "/dev/video10"))
    assert found == (
        CameraInfo(0, "/dev/video0", "Integrated Camera: Integrated C"),
        CameraInfo(10, "/dev/video10", "Capture Card"),
    )


def test_first_nodes_where_the_kernel_cannot_be_asked(sysfs: Path) -> None:
    found = list_cameras(sysfs, lambda path: None)
    assert [camera.index for camera in found] == [0, 2, 10]


def test_a_camera_without_a_name(sysfs: Path) -> None:
    (sysfs / "video0" / "name").unlink()
    assert list_cameras(sysfs, lambda path: True)[0].name == "camera 0"


def test_no_camera(tmp_path: Path) -> None:
    assert list_cameras(tmp_path) == ()


@pytest.mark.parametrize(
    ("whole", "own", "expected"),
    [
        (0x84A0_0001, 0x0420_0001, True),  # a USB camera's pictures
        (0x84A0_0001, 0x04A0_0000, False),  # their metadata, same camera
        (0x8420_1000, 0x0420_1000, True),  # several planes, as on a phone's chip
        (0x0400_0001, 0, True),  # a driver older than device_caps
        (0x8420_8000, 0x0420_8000, False),  # an encoder
    ],
)
def test_capabilities_tell_pictures_from_the_rest(
    whole: int, own: int, expected: bool
) -> None:
    answer = CAPABILITY.pack(b"uvcvideo", b"Camera", b"usb-1", 6, whole, own)
    assert len(answer) == 104
    assert captures(answer) is expected


def test_what_is_no_video_node_cannot_be_asked(tmp_path: Path) -> None:
    (tmp_path / "video0").touch()
    assert query(str(tmp_path / "video0")) is None
    assert query(str(tmp_path / "gone")) is None
