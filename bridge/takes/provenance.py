"""Describes the running daemon, its settings and versions, for every take."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from bridge.address import masked, masked_in
from bridge.config import Config
from protocols.errors import DecodeError
from protocols.text import decode_text

from .take import About
from .write import software

PACKAGES: Final = (
    "mediapipe",
    *("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml"),
    "numpy",
    *("opencv-python-headless", "opencv-python", "opencv-contrib-python"),
)
"""Packages whose version may change the curves; only installed ones are listed."""


def about_run(config: Config, source: str, solver: str, motion: str) -> About:
    """Return the description of a recording that starts now, without its name.

    Logins and keys in addresses are masked, because takes are given to others.

    Args:
        config: the settings in use.
        source: display name of the source.
        solver: name of the solver in use.
        motion: name of the motion stage in use.
    """
    versions = ", ".join(filter(None, map(_version, PACKAGES)))
    profile = config.shape.profile
    return About(
        software=f"{software()}; solver {solver}; motion {motion}; {versions}, "
        f"Python {platform.python_version()}, {platform.platform(terse=True)}",
        source=masked(source),
        settings=config_text(config),
        profile="" if profile is None else _text(profile),
    )


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:  # only one ONNX Runtime wheel is installed
        return ""


def config_text(config: Config) -> str:
    """Return the settings as the TOML that `load_config` reads back, masked."""
    tree = config.model_dump(mode="json", exclude_none=True)
    return "\n".join(_table("", tree)).strip() + "\n"


def _table(name: str, table: Mapping[str, Any]) -> list[str]:
    """Return a table's lines: its values first, as TOML requires, then its tables."""
    plain, inner = [], []
    for key, value in table.items():
        path = f"{name}.{key}" if name else key
        if isinstance(value, dict):
            inner += ["", f"[{path}]", *_table(path, value)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for row in value:
                inner += ["", f"[[{path}]]", *_table(path, row)]
        else:
            plain.append(f"{key} = {_value(value)}")
    return plain + inner


def _value(value: Any) -> str:
    if isinstance(value, str):
        value = masked(value)
    # JSON and TOML write strings, numbers, booleans and lists alike, except for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(path: Path) -> str:
    try:
        return masked_in(decode_text(path.read_bytes()))
    except (OSError, DecodeError):
        # The file was readable at the start. Recording must not fail if it is gone.
        return ""
