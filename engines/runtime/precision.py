"""Convert a graph to the precision that a runtime needs.

The shipped files are what the processor runs best: the expression network in eight
bits, the others in fp32. TensorRT always gets strong types, so the file alone defines
the precision. Its parser refuses ONNX Runtime's 8-bit form, which has biases in 32
bits. So two forms are made from the shipped file, and one ships beside it:

fp32   8-bit weights converted back to floats, activations not rounded
fp16   weights and arithmetic in half; inputs, outputs and so recurrent state in fp32
int8   for NVIDIA's runtimes a separate file: signed, symmetric, biases in fp32
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engines.installing import here

from .engine import GraphError
from .runtimes import DeviceError

Precision = Literal["auto", "fp32", "fp16", "int8"]

Spare = Callable[[], bytes | None]
"""Reads a network's 8-bit file for NVIDIA; None if there is none. Raises GraphError."""


@dataclass(frozen=True, slots=True)
class Form:
    """A graph's bytes in one precision."""

    content: bytes
    precision: Literal["fp32", "fp16", "int8"]
    """The actual precision, never "auto"."""


def no_spare() -> None:
    """Return None: there is no 8-bit file for NVIDIA."""


def form(
    content: bytes,
    wanted: Precision,
    *,
    nvidia: bool,
    source: str,
    int8: Spare = no_spare,
) -> Form:
    """Return a shipped graph in the precision wanted.

    "auto" means the file as it ships, or fp32 for NVIDIA's runtimes: no faster form has
    been measured to be as accurate.

    Args:
        content: an ONNX model, fp32 or in ONNX Runtime's 8-bit form.
        wanted: the precision from the settings.
        nvidia: True if TensorRT's parser must accept the result.
        source: where the bytes are from, for messages.
        int8: reads the same network in eight bits, in the form that TensorRT's parser
            accepts; called only if that is wanted.

    Raises:
        DeviceError: a package that is needed for the conversion is missing.
        GraphError: the bytes are not an ONNX model, or there is no such form of it.
    """
    eight = is_eight_bit(content)
    shipped: Literal["int8", "fp32"] = "int8" if eight else "fp32"
    if wanted == "auto":
        wanted = "fp32" if nvidia else shipped
    if wanted == "int8":
        spare = int8() if nvidia else None
        if spare is not None:
            return Form(spare, "int8")
        if nvidia or not eight:
            where = "TensorRT" if nvidia else "any runtime"
            raise GraphError(
                f"{source}: there is no int8 form of it for {where}; "
                "choose precision auto, fp32 or fp16"
            )
        return Form(content, "int8")
    if wanted == "fp16":
        return Form(as_half(content, source), "fp16")
    return Form(as_float(content, source) if eight else content, "fp32")


def is_eight_bit(content: bytes) -> bool:
    """Return True if a model quantises. It needs no package: names of ops are plain
    text."""
    return b"QuantizeLinear" in content


def as_float(content: bytes, source: str) -> bytes:
    """Return an 8-bit model in fp32, without the rounding of activations.

    An activation whose zero is its least number cannot be negative: there, the 8-bit
    model needs no ReLU, and the result has one.

    Raises:
        DeviceError: `onnx` is not installed.
        GraphError: the bytes are not an ONNX model.
    """
    onnx = _package("onnx")
    model = _parsed(onnx, content, source)
    graph = model.graph
    stored = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    same: dict[str, str] = {}
    widened: dict[str, Any] = {}
    kept = []
    for node in graph.node:
        if node.op_type == "QuantizeLinear":
            before = node.input[0]
            same[node.output[0]] = before
            if _positive(stored[node.input[2]]):
                same[node.output[0]] = after = f"{before}__positive"
                kept.append(onnx.helper.make_node("Relu", [before], [after]))
        elif node.op_type == "DequantizeLinear" and node.input[0] in stored:
            numbers, scale, *zero = (stored[name] for name in node.input)
            axis = next((a.i for a in node.attribute if a.name == "axis"), 1)
            widened[node.output[0]] = _widen(numbers, scale, zero, axis)
        elif node.op_type == "DequantizeLinear":
            same[node.output[0]] = node.input[0]
        else:
            kept.append(node)
    for node in kept:
        node.input[:] = [_origin(name, same) for name in node.input]
    # If an output was rounded last, the node before takes over its name.
    made = {_origin(one.name, same): one.name for one in graph.output}
    for node in kept:
        node.output[:] = [made.get(name, name) for name in node.output]
        node.input[:] = [made.get(name, name) for name in node.input]
    used = {name for node in kept for name in node.input}
    floats = [
        onnx.numpy_helper.from_array(array, name) for name, array in widened.items()
    ]
    left = [one for one in (*graph.initializer, *floats) if one.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(kept)
    graph.initializer.extend(left)
    del graph.value_info[:]
    plain = [one for one in model.opset_import if one.domain == ""]
    del model.opset_import[:]
    model.opset_import.extend(plain)
    return bytes(model.SerializeToString())


def _positive(zero: Any) -> bool:
    """Return True if a quantised number, with this zero point, is never below 0."""
    return bool(np.all(zero == np.iinfo(zero.dtype).min))


def as_half(content: bytes, source: str) -> bytes:
    """Return a model that computes in fp16 between fp32 inputs and outputs.

    All floats become fp16 except the scales of a Resize, which are fp32 in any
    precision. This fits graphs, like ours, in which every other float takes part in
    arithmetic.

    Raises:
        DeviceError: `onnx` is not installed.
        GraphError: the bytes are not an ONNX model, or the result is not valid in fp16.
    """
    onnx = _package("onnx")
    if is_eight_bit(content):
        content = as_float(content, source)
    model = _parsed(onnx, content, source)
    graph = model.graph
    single, half = onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16
    scales = {
        name
        for node in graph.node
        if node.op_type == "Resize"
        for name in node.input[2:3]
    }
    for one in graph.initializer:
        if one.data_type == single and one.name not in scales:
            one.CopyFrom(_narrow(onnx, one))
    for node in graph.node:
        stays = not scales.isdisjoint(node.output)
        for attribute in node.attribute:
            if attribute.t.data_type == single and not stays:
                attribute.t.CopyFrom(_narrow(onnx, attribute.t))
            if node.op_type == "Cast" and attribute.name == "to":
                attribute.i = half if attribute.i == single else attribute.i
    ends = {one.name: f"{one.name}__half" for one in (*graph.input, *graph.output)}
    for node in graph.node:
        node.input[:] = [ends.get(name, name) for name in node.input]
        node.output[:] = [ends.get(name, name) for name in node.output]
    cast = onnx.helper.make_node
    first = [cast("Cast", [one.name], [ends[one.name]], to=half) for one in graph.input]
    last = [
        cast("Cast", [ends[one.name]], [one.name], to=single) for one in graph.output
    ]
    middle = list(graph.node)
    del graph.node[:], graph.value_info[:]
    graph.node.extend([*first, *middle, *last])
    try:
        onnx.checker.check_model(model, full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        told = str(error).splitlines()[0]
        raise GraphError(f"{source}: cannot be converted to fp16: {told}") from error
    return bytes(model.SerializeToString())


def _narrow(onnx: Any, tensor: Any) -> Any:
    return onnx.numpy_helper.from_array(
        onnx.numpy_helper.to_array(tensor).astype(np.float16), tensor.name
    )


def _origin(name: str, same: dict[str, str]) -> str:
    while name in same:
        name = same[name]
    return name


def _widen(
    numbers: np.ndarray[Any, Any],
    scale: np.ndarray[Any, Any],
    zero: list[np.ndarray[Any, Any]],
    axis: int,
) -> np.ndarray[Any, np.dtype[np.float32]]:
    if scale.ndim:
        shape = [1] * numbers.ndim
        shape[axis] = -1
        scale = scale.reshape(shape)
        zero = [one.reshape(shape) for one in zero]
    plain = numbers.astype(np.float64)
    for one in zero:
        plain -= one
    return np.asarray(plain * scale, np.float32)


def _parsed(onnx: Any, content: bytes, source: str) -> Any:
    try:
        model = onnx.load_from_string(content)
        onnx.checker.check_model(model)
    # The errors of protobuf and of the checker have no common base class.
    except Exception as error:
        why = type(error).__name__
        raise GraphError(f"{source}: is not an ONNX model ({why})") from error
    return model


def _package(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise DeviceError(
            f"{module.partition('.')[0]} is not installed, and this precision needs "
            f"it; run: {here().install('onnx')}"
        ) from error
