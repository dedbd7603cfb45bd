"""Builds small GLB files: a ball for a head, two balls for eyes, and its shapes."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np

from protocols.arrays import Numbers
from protocols.channels import ARKIT

Table = dict[str, Any]


class GlbWriter:
    """Collects accessors; `content` returns the file."""

    def __init__(self) -> None:
        self.binary = bytearray()
        self.document: Table = {
            "asset": {"version": "2.0"},
            "accessors": [],
            "bufferViews": [],
        }

    def view(self, content: bytes, **more: Any) -> int:
        """Append bytes and return their buffer view."""
        self.binary += bytes(-len(self.binary) % 4)
        views = self.document["bufferViews"]
        at = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(content)}
        views.append({**at, **more})
        self.binary += content
        return len(views) - 1

    def accessor(self, rows: Any, code: str, component: int, **more: Any) -> int:
        """Append an array of (n,) or (n, k) and return its accessor."""
        array = np.ascontiguousarray(rows, dtype=code)
        kinds = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
        width = 1 if array.ndim == 1 else array.shape[1]
        accessors = self.document["accessors"]
        accessors.append(
            {
                "bufferView": self.view(array.tobytes()),
                "componentType": component,
                "count": len(array),
                "type": kinds[width],
                **more,
            }
        )
        return len(accessors) - 1

    def floats(self, rows: Any, **more: Any) -> int:
        """Append float32."""
        return self.accessor(rows, "<f4", 5126, **more)

    def sparse(self, count: int, at: Any, rows: Any, **more: Any) -> int:
        """Append (count, 3) zeros with some other rows."""
        places = self.view(np.asarray(at, dtype="<u2").tobytes())
        values = self.view(np.asarray(rows, dtype="<f4").tobytes())
        self.document["accessors"].append(
            {
                "componentType": 5126,
                "count": count,
                "type": "VEC3",
                "sparse": {
                    "count": len(at),
                    "indices": {"bufferView": places, "componentType": 5123},
                    "values": {"bufferView": values},
                },
                **more,
            }
        )
        return len(self.document["accessors"]) - 1

    def content(self) -> bytes:
        """Return the file."""
        document = {**self.document, "buffers": [{"byteLength": len(self.binary)}]}
        text = json.dumps(document).encode()
        return container(text + b" " * (-len(text) % 4), bytes(self.binary))


def container(text: bytes, binary: bytes) -> bytes:
    """Return a GLB file with these two chunks."""
    binary += bytes(-len(binary) % 4)
    parts = struct.pack("<I4s", len(text), b"JSON") + text
    parts += struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return b"glTF" + struct.pack("<II", 2, 12 + len(parts)) + parts


def ball(radius: float, middle: tuple[float, float, float]) -> tuple[Numbers, Numbers]:
    """Return vertices (V, 3) and triangles (T, 3), anticlockwise from outside."""
    rows, columns = 13, 24
    down = np.linspace(0, np.pi, rows)[:, None]
    round_ = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None]
    x, z = np.sin(down) * np.sin(round_), np.sin(down) * np.cos(round_)
    y = np.cos(down) * np.ones_like(round_)
    vertices = radius * np.stack([x, y, z], axis=-1).reshape(-1, 3) + middle
    triangles = []
    for i in range(rows - 1):
        for j in range(columns):
            a, b = i * columns + j, i * columns + (j + 1) % columns
            c, d = a + columns, b + columns
            triangles += [(a, c, b), (b, c, d)]
    return vertices, np.array(triangles)


LID = 0.004
"""Metres that a lid moves at eyeBlink 1."""


def head(
    style: str = "{}", *, crossed: bool = False, on_accessors: bool = False
) -> bytes:
    """Return a head of 0.1 m with 52 shapes, one bump each, that faces +Z.

    Args:
        style: of the names, with one place for the curve's.
        crossed: the nodes of the eyes carry each other's names.
        on_accessors: the names stand there alone, and the shapes are sparse.
    """
    out = GlbWriter()
    vertices, triangles = ball(0.1, (0.0, 0.0, 0.0))
    targets, names = [], [style.format(name) for name in ARKIT]
    for at, name in enumerate(ARKIT):
        moved = bump(vertices, name, at)
        if on_accessors:
            rows = np.flatnonzero(np.abs(moved).max(axis=1) > 0)
            found = out.sparse(len(vertices), rows, moved[rows], name=names[at])
        else:
            found = out.floats(moved)
        targets.append({"POSITION": found})
    skin = {
        "attributes": {"POSITION": out.floats(vertices)},
        "indices": out.accessor(triangles.reshape(-1), "<u2", 5123),
        "targets": targets,
        "material": 0,
    }
    vertices, triangles = ball(0.012, (0.0, 0.0, 0.0))
    eye = {
        "attributes": {"POSITION": out.floats(vertices)},
        "indices": out.accessor(triangles.reshape(-1), "<u2", 5123),
        "material": 1,
    }
    sides = ("Right", "Left") if crossed else ("Left", "Right")
    out.document |= {
        "meshes": [
            {
                "primitives": [skin],
                **({} if on_accessors else {"extras": {"targetNames": names}}),
            },
            {"primitives": [eye]},
        ],
        "materials": [
            {"pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.5, 0.4, 1.0]}},
            {"pbrMetallicRoughness": {"baseColorFactor": [0.0, 0.0, 1.0, 1.0]}},
        ],
        "nodes": [
            {"name": "head", "mesh": 0},
            {"name": f"eye{sides[0]}", "mesh": 1, "translation": [0.03, 0.02, 0.095]},
            {"name": f"eye{sides[1]}", "mesh": 1, "translation": [-0.03, 0.02, 0.095]},
        ],
    }
    return out.content()


def bump(vertices: Numbers, name: str, at: int) -> Numbers:
    """Return (V, 3): how a curve moves the ball; lids move about the eyes."""
    side = 1 if name.endswith("Left") else -1
    place = np.array([0.03 * side, 0.02, 0.095])
    if not name.startswith("eyeBlink"):
        angle = 2 * np.pi * at / len(ARKIT)
        place = np.array([0.05 * np.sin(angle), 0.05 * np.cos(angle), 0.085])
    near = np.exp(-((np.linalg.norm(vertices - place, axis=1) / 0.02) ** 2))
    near = np.where(near > 1e-3, near, 0.0)
    moved: Numbers = near[:, None] * np.array([0.0, -LID, 0.0])
    return moved
