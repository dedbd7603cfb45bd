"""Turns TFLite's standard operators into ONNX's.

TFLite's feature maps are (1, height, width, channels), ONNX's (1, channels, height,
width). A tensor of four dimensions is in ONNX's order here; it is turned back where an
operator counts its values one after another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import tflite

from .branches import SELECT
from .onnx_builder import Array, Builder
from .tflite_file import Model, Operator


@dataclass(slots=True, eq=False)
class Conversion:
    """A model that is being converted: what each of its tensors is called in ONNX."""

    model: Model
    builder: Builder
    names: dict[int, str] = field(default_factory=dict)
    """By tensor; feature maps are (1, channels, height, width)."""

    def value(self, tensor: int) -> str:
        """Return the name of a computed tensor, or add a constant one as it is."""
        if tensor not in self.names:
            self.names[tensor] = self.builder.weights(self.model.constants[tensor])
        return self.names[tensor]

    def flat(self, tensor: int) -> str:
        """Return a tensor whose values are in TFLite's order."""
        shape = self.model.shapes[tensor]
        name = self.value(tensor)
        if tensor in self.model.constants or len(shape) != 4 or shape[1:3] == (1, 1):
            return name
        return self.builder.node("Transpose", name, perm=[0, 2, 3, 1])


def convert(
    conversion: Conversion, operators: Iterable[Operator] | None = None
) -> None:
    """Convert operators of a model, in order.

    Args:
        conversion: with names for the inputs.
        operators: unset, all of the model.

    Raises:
        ValueError: an operator is not known.
    """
    for operator in conversion.model.operators if operators is None else operators:
        if operator.name not in _LAYERS:
            raise ValueError(
                f"operator {operator.name} is not known; known are "
                f"{', '.join(sorted(_LAYERS))}"
            )
        result = _LAYERS[operator.name](conversion, operator)
        conversion.names[operator.outputs[0]] = _activated(
            conversion.builder, result, operator.options
        )


def _activated(builder: Builder, name: str, options: Mapping[str, Any]) -> str:
    kind = options.get("FusedActivationFunction", tflite.ActivationFunctionType.NONE)
    if kind == tflite.ActivationFunctionType.NONE:
        return name
    if kind == tflite.ActivationFunctionType.RELU:
        return builder.node("Relu", name)
    if kind == tflite.ActivationFunctionType.RELU6:
        return builder.node("Clip", name, builder.constant(0.0), builder.constant(6.0))
    raise ValueError(f"activation {kind} is not known")


def _pads(
    options: Mapping[str, Any], size: tuple[int, int], kernel: tuple[int, int]
) -> list[int]:
    """Return ONNX's pads (top, left, bottom, right) of TFLite's SAME or VALID.

    SAME pads so that each output covers one stride; an odd pixel goes to the end.
    """
    if options["Padding"] == tflite.Padding.VALID:
        return [0, 0, 0, 0]
    first, last = [], []
    for side, wide, stride in zip(
        size, kernel, (options["StrideH"], options["StrideW"]), strict=True
    ):
        need = max((-(-side // stride) - 1) * stride + wide - side, 0)
        first.append(need // 2)
        last.append(need - need // 2)
    return first + last


def _conv(c: Conversion, o: Operator) -> str:
    """(out, h, w, in) filters become (out, in, h, w).

    Filters for fewer channels than there are make a grouped convolution.
    """
    weights = c.model.constants[o.inputs[1]]
    group = c.model.shapes[o.inputs[0]][3] // weights.shape[3]
    return _convolved(c, o, np.transpose(weights, (0, 3, 1, 2)), group)


def _depthwise(c: Conversion, o: Operator) -> str:
    """(1, h, w, channels) filters become (channels, 1, h, w)."""
    if o.options["DepthMultiplier"] != 1:
        raise ValueError("DEPTHWISE_CONV_2D with a depth multiplier is not known")
    weights = np.transpose(c.model.constants[o.inputs[1]], (3, 0, 1, 2))
    return _convolved(c, o, weights, group=len(weights))


def _convolved(c: Conversion, o: Operator, weights: Array, group: int) -> str:
    height, width = weights.shape[2:]
    size = c.model.shapes[o.inputs[0]][1:3]
    inputs = [c.value(o.inputs[0]), c.builder.weights(weights)]
    if len(o.inputs) > 2:
        inputs.append(c.builder.weights(c.model.constants[o.inputs[2]]))
    return c.builder.node(
        "Conv",
        *inputs,
        kernel_shape=[height, width],
        strides=[o.options["StrideH"], o.options["StrideW"]],
        pads=_pads(o.options, (size[0], size[1]), (height, width)),
        group=group,
    )


def _pool(c: Conversion, o: Operator) -> str:
    kernel = (o.options["FilterHeight"], o.options["FilterWidth"])
    size = c.model.shapes[o.inputs[0]][1:3]
    return c.builder.node(
        "MaxPool",
        c.value(o.inputs[0]),
        kernel_shape=list(kernel),
        strides=[o.options["StrideH"], o.options["StrideW"]],
        pads=_pads(o.options, (size[0], size[1]), kernel),
    )


def _prelu(c: Conversion, o: Operator) -> str:
    """PReLU as x + (1 - slope) * ReLU(-x), with 1 x 1 convolutions.

    ONNX Runtime's own PRelu takes 2.7 ms of the mesh on one core, and the feature maps
    must leave the layout of its convolutions for it. This form takes two operators,
    because the runtime makes one of a convolution and the ReLU or the sum behind it.
    """
    rest = 1.0 - c.model.constants[o.inputs[1]].reshape(-1, 1, 1, 1)
    x = c.value(o.inputs[0])

    def scaled(what: str, factors: Array) -> str:
        return c.builder.node(
            "Conv",
            what,
            c.builder.constant(factors),
            group=len(factors),
            kernel_shape=[1, 1],
        )

    if rest.min() >= 0.0:
        return c.builder.node("Add", x, c.builder.node("Relu", scaled(x, -rest)))
    negative = c.builder.node("Relu", scaled(x, -np.ones_like(rest)))
    return c.builder.node("Add", x, scaled(negative, rest))


def _pair(kind: str) -> Callable[[Conversion, Operator], str]:
    def both(c: Conversion, o: Operator) -> str:
        return c.builder.node(kind, *(c.value(tensor) for tensor in o.inputs))

    return both


def _relu(c: Conversion, o: Operator) -> str:
    return c.builder.node("Relu", c.value(o.inputs[0]))


def _pad(c: Conversion, o: Operator) -> str:
    """(4, 2) pads of (batch, height, width, channel), zeros.

    Channels behind the last one are added by a 1 x 1 convolution: the runtime would
    take the feature map out of the layout of its convolutions for a padding.
    """
    pads = c.model.constants[o.inputs[1]]
    x = c.value(o.inputs[0])
    more = int(pads[3, 1])
    if pads.sum() != more:
        order = pads[[0, 3, 1, 2]].T.ravel()
        return c.builder.node("Pad", x, c.builder.indices(order))
    # Each of joined branches is padded by `more` channels.
    before, after = (c.model.shapes[t][3] for t in (o.inputs[0], o.outputs[0]))
    branches = (after - before) // more
    each = before // branches
    same = np.tile(np.eye(each + more, each, dtype=np.float32), (branches, 1))
    return c.builder.node(
        "Conv",
        x,
        c.builder.weights(same[:, :, np.newaxis, np.newaxis]),
        group=branches,
        kernel_shape=[1, 1],
    )


def _reshape(c: Conversion, o: Operator) -> str:
    shape = c.model.shapes[o.outputs[0]]
    if len(shape) == 4 and shape[1:3] != (1, 1):
        raise ValueError(f"RESHAPE to {shape} is not known")
    if len(shape) == 4:
        shape = (shape[0], shape[3], 1, 1)
    return c.builder.node("Reshape", c.flat(o.inputs[0]), c.builder.indices(shape))


def _concatenation(c: Conversion, o: Operator) -> str:
    axis = o.options["Axis"]
    if len(c.model.shapes[o.outputs[0]]) == 4:
        axis = (0, 2, 3, 1)[axis]
    return c.builder.node("Concat", *(c.value(t) for t in o.inputs), axis=axis)


def _resize(c: Conversion, o: Operator) -> str:
    if o.options["AlignCorners"]:
        raise ValueError("RESIZE_BILINEAR with aligned corners is not known")
    half = o.options["HalfPixelCenters"]
    _, height, width, channels = c.model.shapes[o.outputs[0]]
    return c.builder.node(
        "Resize",
        c.value(o.inputs[0]),
        "",
        "",
        c.builder.indices((1, channels, height, width)),
        mode="linear",
        coordinate_transformation_mode="half_pixel" if half else "asymmetric",
    )


def _depth_to_space(c: Conversion, o: Operator) -> str:
    return c.builder.node(
        "DepthToSpace", c.value(o.inputs[0]), blocksize=o.options["BlockSize"]
    )


def _select(c: Conversion, o: Operator) -> str:
    channels = o.options["channels"]
    places = c.builder.indices(channels)
    chosen = c.builder.node("Gather", c.value(o.inputs[0]), places, axis=1)
    return as_convolved(c.builder, chosen, len(channels))


def as_convolved(builder: Builder, name: str, channels: int) -> str:
    """Return the same feature map, as the result of a convolution.

    The runtime then keeps the sums behind it in the layout of its convolutions.
    """
    ones = builder.constant(np.ones((channels, 1, 1, 1)))
    return builder.node("Conv", name, ones, group=channels, kernel_shape=[1, 1])


def _same(c: Conversion, o: Operator) -> str:
    """A slice of everything: the models use it to name an output."""
    if c.model.shapes[o.inputs[0]] != c.model.shapes[o.outputs[0]]:
        raise ValueError("STRIDED_SLICE of a part is not known")
    return c.value(o.inputs[0])


_LAYERS: Final[dict[str, Callable[[Conversion, Operator], str]]] = {
    "CONV_2D": _conv,
    "DEPTHWISE_CONV_2D": _depthwise,
    "MAX_POOL_2D": _pool,
    "PRELU": _prelu,
    "RELU": _relu,
    "ADD": _pair("Add"),
    "MUL": _pair("Mul"),
    "PAD": _pad,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenation,
    "RESIZE_BILINEAR": _resize,
    "DEPTH_TO_SPACE": _depth_to_space,
    "STRIDED_SLICE": _same,
    SELECT: _select,
}
