"""Eight-bit weights and activations for a graph that stays float32 outside.

A frame apart, a graph's weights have left the processor's nearest memory: a quarter of
the bytes is most of what makes it quicker. Paced at 60 Hz on one core: 1.9 ms as
float32, 0.8 ms like this.

Weights are signed and symmetric, by channel. The two forms differ in the rest:

               biases               activations in eight bits
ONNX Runtime   32 bits, as it adds  unsigned, before and after every layer, which it
                                    then fuses. What is not negative needs no ReLU
TensorRT       float32; its parser  signed, symmetric; what a convolution reads, and no
               refuses 32 bits      more: its builder fuses convolution, bias and ReLU
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import onnx

For = Literal["onnxruntime", "nvidia"]

# The last layer and the softmax stay float32: steps of 1/127 would show in the
# probabilities, and they would not sum to one. The first convolution does, too: a face
# with few very bright or dark pixels has few steps left for the others. It has the
# fewest weights, and takes as long either way.
LAYERS: Final[dict[For, list[str]]] = {
    "onnxruntime": ["Conv", "Relu", "MaxPool"],
    "nvidia": ["Conv"],
}

OPTIONS: Final[dict[For, dict[str, Any]]] = {
    "onnxruntime": {"ActivationSymmetric": False, "WeightSymmetric": True},
    "nvidia": {
        "ActivationSymmetric": True,
        "WeightSymmetric": True,
        "QuantizeBias": False,
        "OpTypesToExcludeOutputQuantization": ["Conv"],
    },
}


def quantise(
    content: bytes,
    name: str,
    inputs: npt.NDArray[np.float32],
    seed: int = 0,
    runtime: For = "onnxruntime",
) -> bytes:
    """Return an ONNX model with pairs of QuantizeLinear and DequantizeLinear.

    Args:
        content: an ONNX model of one input.
        name: of that input.
        inputs: (n, ...) typical inputs; a few hundred are drawn from them to see how
            large activations get.
        seed: of the draw.
        runtime: what is to run it.
    """
    from onnxruntime import quantization
    from onnxruntime.quantization.shape_inference import quant_pre_process

    signed, unsigned = quantization.QuantType.QInt8, quantization.QuantType.QUInt8
    rng = np.random.default_rng(seed)
    chosen = inputs[rng.permutation(len(inputs))[:384]]

    class Reader(quantization.CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left = iter(chosen)

        def get_next(self) -> dict[str, Any] | None:
            face = next(self._left, None)
            return None if face is None else {name: face[None]}

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        root = logging.getLogger()
        # The quantizer advises, on the root logger, what was done before it.
        stack.callback(root.setLevel, root.level)
        root.setLevel(logging.ERROR)
        plain, ready, small = (Path(folder) / n for n in ("a.onnx", "b.onnx", "c.onnx"))
        plain.write_bytes(content)
        quant_pre_process(str(plain), str(ready))
        quantization.quantize_static(
            str(ready),
            str(small),
            Reader(),
            quant_format=quantization.QuantFormat.QDQ,
            activation_type=unsigned if runtime == "onnxruntime" else signed,
            weight_type=signed,
            per_channel=True,
            op_types_to_quantize=LAYERS[runtime],
            nodes_to_exclude=[_first_convolution(ready)],
            extra_options=OPTIONS[runtime],
        )
        return small.read_bytes()


def _first_convolution(path: Path) -> str:
    nodes = onnx.load(str(path)).graph.node
    return str(next(node.name for node in nodes if node.op_type == "Conv"))
