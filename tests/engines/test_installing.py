from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from engines.installing import Installation, here
from engines.runtime.runtimes import RUNTIMES

REQUIRES = (
    "numpy<2,>=1.26",
    "openvino>=2025.4; extra == 'openvino'",
    'numba>=0.60; extra == "models"',
    'facewire[models]; extra == "train"',
    'torch==2.13.0; extra == "train"',
)

LINUX = Installation(
    python=PurePosixPath("/home/anna/facewire/.venv/bin/python"),
    folder=PurePosixPath("/home/anna/facewire"),
    checkout=PurePosixPath("/home/anna/facewire"),
    requires=REQUIRES,
    windows=False,
)

WINDOWS = Installation(
    python=PureWindowsPath(r"C:\facewire\.venv\Scripts\python.exe"),
    folder=PureWindowsPath(r"C:\facewire"),
    checkout=PureWindowsPath(r"C:\facewire"),
    requires=REQUIRES,
    windows=True,
)


def test_in_a_checkout_it_is_the_readmes_line() -> None:
    assert LINUX.install_extra("openvino") == (
        '.venv/bin/python -m pip install --editable ".[openvino]"'
    )
    assert WINDOWS.install_extra("openvino") == (
        r'.venv\Scripts\python.exe -m pip install --editable ".[openvino]"'
    )


def test_from_another_folder_it_has_whole_paths() -> None:
    away = replace(LINUX, folder=PurePosixPath("/tmp"))
    assert away.install_extra("openvino") == (
        "/home/anna/facewire/.venv/bin/python -m pip install --editable "
        '"/home/anna/facewire[openvino]"'
    )


def test_from_the_folder_above_it_is_a_path_and_no_name() -> None:
    above = replace(LINUX, folder=PurePosixPath("/home/anna"))
    assert above.install_extra("models").endswith(' --editable "./facewire[models]"')
    above = replace(WINDOWS, folder=PureWindowsPath("C:\\"))
    assert above.install_extra("models").endswith(r' --editable ".\facewire[models]"')


def test_from_a_wheel_the_packages_are_named() -> None:
    linux, windows = replace(LINUX, checkout=None), replace(WINDOWS, checkout=None)
    assert linux.install_extra("openvino") == (
        '.venv/bin/python -m pip install "openvino>=2025.4"'
    )
    assert windows.install_extra("train") == (
        r'.venv\Scripts\python.exe -m pip install "numba>=0.60" torch==2.13.0'
    )


def test_a_space_in_a_path_is_no_hindrance() -> None:
    spaced = PurePosixPath("/opt/my programs/python")
    assert replace(LINUX, python=spaced).install("onnx") == (
        "'/opt/my programs/python' -m pip install onnx"
    )
    # PowerShell calls a quoted path only behind an ampersand.
    spaced_too = PureWindowsPath(r"C:\Program Files\python.exe")
    assert replace(WINDOWS, python=spaced_too).install("onnx") == (
        r'& "C:\Program Files\python.exe" -m pip install onnx'
    )


def test_here_is_a_checkout_with_this_python() -> None:
    found = here()
    assert found.checkout == Path(__file__).resolve().parents[2]
    assert "-m pip install --editable" in found.install_extra("openvino")
    extras = replace(found, checkout=None)
    assert "openvino" in extras.install_extra("openvino")
    assert "torch" in extras.install_extra("train")


@pytest.mark.parametrize("name", RUNTIMES)
def test_no_runtime_names_a_package_that_no_index_has(name: str) -> None:
    install = RUNTIMES[name].install
    assert " -m pip " in install and '"facewire[' not in install
