"""Tiny ONNX models, written byte by byte: these tests need neither torch nor onnx.

An ONNX file is a protobuf; the few fields used here are
    ModelProto   1 ir_version  7 graph  8 opset_import {2 version}
    GraphProto   1 node  2 name  5 initializer  11 input  12 output
    NodeProto    1 input  2 output  4 op_type  5 attribute
    ValueInfo    1 name  2 type {1 tensor {1 elem_type  2 shape {1 dim {1 value}}}}
"""

from __future__ import annotations

import struct


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _value(name: str, shape: tuple[int | str, ...], kind: int = 1) -> bytes:
    dims = b"".join(
        _bytes(1, _number(1, side) if isinstance(side, int) else _bytes(2, side))
        for side in shape
    )
    tensor = _number(1, kind) + _bytes(2, dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, tensor))


def _node(kind: str, inputs: tuple[str, ...], output: str, extra: bytes = b"") -> bytes:
    names = b"".join(_bytes(1, name) for name in inputs)
    return names + _bytes(2, output) + _bytes(4, kind) + extra


def softmax_of_eight(
    face: tuple[int | str, ...] = (1, 1, 64, 64),
    name: str = "face",
    out: tuple[int | str, ...] = (1, 8),
    out_kind: int = 1,
) -> bytes:
    """Return a model: the softmax of the first 8 numbers of the second row."""
    row = 64
    starts = struct.pack("<2q", 0, row)
    ends = struct.pack("<2q", 1, row + 8)
    flat = struct.pack("<2q", 1, -1)

    def constant(label: str, data: bytes) -> bytes:
        return _number(1, 2) + _number(2, 7) + _bytes(8, label) + _bytes(9, data)

    graph = (
        _bytes(1, _node("Reshape", (name, "flat"), "line"))
        + _bytes(1, _node("Slice", ("line", "starts", "ends"), "eight"))
        + _bytes(1, _node("Softmax", ("eight",), "probabilities"))
        + _bytes(2, "tiny")
        + _bytes(5, constant("flat", flat))
        + _bytes(5, constant("starts", starts))
        + _bytes(5, constant("ends", ends))
        + _bytes(11, _value(name, face))
        + _bytes(12, _value("probabilities", out, out_kind))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def solver_of_first_numbers(landmarks: tuple[int, ...] = (2, 478, 3)) -> bytes:
    """Return a model of the solver's shape: weights are the sigmoid of the first 52
    numbers of `landmarks`, sigma that of the first 52 of the mouth's patch."""

    def constant(label: str, *values: int) -> bytes:
        data = struct.pack(f"<{len(values)}q", *values)
        return (
            _number(1, len(values)) + _number(2, 7) + _bytes(8, label) + _bytes(9, data)
        )

    nodes = b""
    for name, out in (("landmarks", "weights"), ("mouth", "sigma")):
        line, few = f"{name}_line", f"{name}_few"
        nodes += _bytes(1, _node("Reshape", (name, "flat"), line))
        nodes += _bytes(1, _node("Slice", (line, "starts", "ends"), few))
        nodes += _bytes(1, _node("Sigmoid", (few,), out))
    inputs: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("landmarks", landmarks),
        ("moved", (2, 478, 3)),
        ("turn", (2, 3)),
        ("eyes", (2, 2, 48, 48)),
        ("mouth", (2, 2, 64, 64)),
    )
    graph = (
        nodes
        + _bytes(2, "tiny")
        + _bytes(5, constant("flat", 1, -1))
        + _bytes(5, constant("starts", 0, 0))
        + _bytes(5, constant("ends", 1, 52))
        + b"".join(_bytes(11, _value(name, shape)) for name, shape in inputs)
        + b"".join(_bytes(12, _value(name, (1, 52))) for name in ("weights", "sigma"))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))
