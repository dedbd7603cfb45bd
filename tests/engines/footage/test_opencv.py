import os
import subprocess
import sys
from pathlib import Path

import cv2
import pytest

from engines.footage.opencv import open_capture


@pytest.mark.skipif(os.name != "posix", reason="only there a name may be any bytes")
def test_a_name_that_is_no_text_ends_no_process(tmp_path: Path) -> None:
    # In a process of its own: OpenCV left to itself dies of it.
    code = (
        "import os, sys, cv2; from engines.footage.opencv import open_capture; "
        r"print(open_capture(sys.argv[1] + '/a\udcff.mp4', cv2.CAP_FFMPEG))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, timeout=60
    )
    assert done.stdout.strip() == b"None", done.stderr


def test_what_is_not_there_does_not_open(tmp_path: Path) -> None:
    assert open_capture(str(tmp_path / "absent.mp4"), cv2.CAP_FFMPEG) is None
