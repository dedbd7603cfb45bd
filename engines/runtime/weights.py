"""The shipped weights and their manifest.

`engines/weights/manifest.toml` has one table per graph:

    [expression]
    file = "expression.onnx"
    sha256 = "64 hex digits"
    licence = "who may use it for what"
    data = "what it learned from"
    nvidia_file = "..."         optional, with nvidia_sha256: the same network in eight
    nvidia_sha256 = "..."       bits, as TensorRT's parser accepts it
    [expression.metrics]        numbers by name, as measured when it was exported

A file is read once, its hash is checked, and the same bytes go to the engine. So the
bytes that were checked are the bytes that run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from protocols.errors import DecodeError
from protocols.text import decode_toml

from .engine import GraphError

FOLDER: Final = Path(__file__).resolve().parents[1] / "weights"
"""The networks that ship, and their manifest."""

LARGEST: Final = 64 << 20
"""Largest file in bytes; our graphs are much smaller."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One table of the manifest."""

    path: Path
    sha256: str
    licence: str
    data: str
    metrics: dict[str, float] = field(default_factory=dict)
    nvidia_path: Path | None = None
    """The same network in eight bits for NVIDIA's runtimes; None if none ships."""
    nvidia_sha256: str = ""

    def read(self) -> bytes:
        """Return the file's bytes; GraphError if it is missing or its hash differs."""
        return _checked(self.path, self.sha256)

    def read_nvidia_int8(self) -> bytes | None:
        """Return the bytes of the file for NVIDIA's runtimes; None if none ships.

        Raises:
            GraphError: the file is missing, or its hash differs.
        """
        if self.nvidia_path is None:
            return None
        return _checked(self.nvidia_path, self.nvidia_sha256)


def _checked(path: Path, sha256: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise GraphError(f"{path}: {size} bytes, expected under {LARGEST}")
        content = path.read_bytes()
    except OSError as error:
        raise GraphError(
            f"{path}: cannot be read ({error.strerror}); "
            "install facewire again, or export the weights"
        ) from error
    if content.startswith(b"version https://git-lfs"):
        raise GraphError(f"{path}: a Git LFS pointer; run `git lfs pull`")
    if hashlib.sha256(content).hexdigest() != sha256:
        raise GraphError(
            f"{path}: sha256 differs from manifest.toml; the file was changed "
            "or only half copied; install facewire again, or export the weights"
        )
    return content


def find_weights(name: str, folder: Path = FOLDER) -> Weights:
    """Return the manifest's entry for a graph; GraphError if there is none."""
    manifest = folder / "manifest.toml"
    try:
        tables = decode_toml(manifest.read_bytes())
    except OSError as error:
        raise GraphError(f"{manifest}: cannot be read ({error.strerror})") from error
    except DecodeError as error:
        raise GraphError(f"{manifest}: {error}") from error
    table = tables.get(name)
    if not isinstance(table, dict):
        raise GraphError(f"{manifest}: no table [{name}]")
    nvidia: dict[str, Any] = {}
    if "nvidia_file" in table:
        nvidia = {
            "nvidia_path": folder / _text(manifest, name, table, "nvidia_file"),
            "nvidia_sha256": _text(manifest, name, table, "nvidia_sha256"),
        }
    return Weights(
        path=folder / _text(manifest, name, table, "file"),
        sha256=_text(manifest, name, table, "sha256"),
        licence=_text(manifest, name, table, "licence"),
        data=_text(manifest, name, table, "data"),
        metrics=_numbers(manifest, name, table),
        **nvidia,
    )


def _text(manifest: Path, name: str, table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        raise GraphError(f"{manifest}: [{name}] {key} is {value!r}, expected text")
    return value


def _numbers(manifest: Path, name: str, table: dict[str, Any]) -> dict[str, float]:
    metrics = table.get("metrics", {})
    if not isinstance(metrics, dict) or not all(
        isinstance(value, int | float) for value in metrics.values()
    ):
        raise GraphError(f"{manifest}: [{name}.metrics] must hold numbers only")
    return {key: float(value) for key, value in metrics.items()}
