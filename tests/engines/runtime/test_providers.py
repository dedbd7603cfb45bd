"""ONNX Runtime's providers, with the two that every wheel for Linux has."""

import onnxruntime
import pytest

from engines.runtime import runtimes
from engines.runtime.engine import GraphError
from engines.runtime.graphs import EXPRESSION
from engines.runtime.providers import ProviderEngine
from engines.runtime.runtimes import DeviceError, Runtime

from .tiny_onnx import softmax_of_eight

AZURE = "AzureExecutionProvider"
"""Takes nothing but its own remote nodes: a provider that does not take a graph."""


def stand_in(monkeypatch: pytest.MonkeyPatch, provider: str) -> None:
    if provider not in onnxruntime.get_available_providers():
        pytest.skip(f"this ONNX Runtime has no {provider}")
    runtime = Runtime("cuda", "Stand-in", "pip install it", provider=provider)
    monkeypatch.setitem(runtimes.RUNTIMES, "cuda", runtime)


def test_a_provider_that_takes_nothing_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, AZURE)
    with pytest.raises(DeviceError) as raised:
        ProviderEngine(EXPRESSION, softmax_of_eight(), "cuda", "tiny.onnx")
    assert str(raised.value).startswith(
        f"cuda: tiny.onnx: {AZURE} does not support the graph ([ONNXRuntimeError]"
    )
    assert str(raised.value).endswith("use device cpu")


def test_onnx_runtime_by_itself_would_have_said_nothing() -> None:
    """The reason for `providers.py`; if this fails, that file can be simpler."""
    if AZURE not in onnxruntime.get_available_providers():
        pytest.skip(f"this ONNX Runtime has no {AZURE}")
    session = onnxruntime.InferenceSession(softmax_of_eight(), providers=[AZURE])
    assert session.get_providers() == [AZURE, "CPUExecutionProvider"]


def test_a_file_that_is_none_is_the_files_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, AZURE)
    with pytest.raises(GraphError, match="ONNX Runtime refuses it"):
        ProviderEngine(EXPRESSION, b"garbage", "cuda", "tiny.onnx")


def test_a_provider_that_is_not_installed_is_said_with_the_command() -> None:
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("ONNX Runtime has CUDA here")
    with pytest.raises(DeviceError, match=r'run: .*"onnxruntime-gpu\[cuda,cudnn\]"'):
        ProviderEngine(EXPRESSION, softmax_of_eight(), "cuda")
