"""What a running daemon tells of itself in every take."""

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
    *("numpy", "opencv-contrib-python"),
)
"""Whose version may change what a face looks like; those that are installed."""


def about_run(config: Config, source: str, solver: str, motion: str) -> About:
    """Return what is known of a recording that begins now, but for its name.

    Logins and keys in addresses are left out: takes travel.

    Args:
        config: what runs.
        source: as a person would say it.
        solver: name of the solver that is at work.
        motion: name of what moves the faces.
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
    except metadata.PackageNotFoundError:  # of ONNX Runtime's wheels only one is
        return ""


def config_text(config: Config) -> str:
    """Return the settings as the TOML that `load_config` reads back, masked."""
    tree = config.model_dump(mode="json", exclude_none=True)
    return "\n".join(_table("", tree)).strip() + "\n"


def _table(name: str, table: Mapping[str, Any]) -> list[str]:
    """Return a table's lines: values first, as TOML has it, then the tables in it."""
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
    # JSON's texts, numbers, bools and lists are TOML's, but for DEL in texts.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _text(path: Path) -> str:
    try:
        return masked_in(decode_text(path.read_bytes()))
    except (OSError, DecodeError):
        # It was there at the start; a take must not fail for what was done since.
        return ""
