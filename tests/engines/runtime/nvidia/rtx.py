"""TensorRT-RTX's real parser and builder, which need no graphics card."""

import importlib.util

import pytest

from engines.runtime.nvidia.bindings import Bindings, load_bindings

needs_rtx = pytest.mark.skipif(
    importlib.util.find_spec("tensorrt_rtx") is None,
    reason="tensorrt_rtx is not installed; pip install tensorrt_rtx_cu13",
)


def rtx() -> Bindings:
    return load_bindings("tensorrt_rtx")
