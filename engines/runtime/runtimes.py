"""The runtimes: names, requirements, and the command that installs each.

cpu            ONNX Runtime on the processor; always there
cuda           ONNX Runtime's CUDA provider
directml       ONNX Runtime's DirectML provider (Windows)
coreml         ONNX Runtime's Core ML provider (macOS)
openvino       OpenVINO itself: ONNX Runtime's build of it would overwrite ONNX Runtime
tensorrt       TensorRT 10.13 to 11, through PyCUDA
tensorrt_rtx   TensorRT-RTX, through PyCUDA

Wheels of ONNX Runtime with another provider overwrite the files of the plain wheel, so
the command uninstalls the plain one first.
"""

from __future__ import annotations

import importlib
import platform
from dataclasses import dataclass
from importlib import util
from typing import Any, Final, Literal

from engines.installing import here

Device = Literal[
    "auto", "cpu", "cuda", "directml", "coreml", "openvino", "tensorrt", "tensorrt_rtx"
]
"""The devices that settings may name; "auto" takes the best one that is ready."""


class DeviceError(Exception):
    """The device is not installed, has no hardware here, or does not support the
    graph."""


class PlanMissing(DeviceError):
    """There is a graphics card, but no plan is kept, and none may be built now."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """One line of the table above."""

    name: Device
    title: str
    """The name for users."""
    install: str
    """The exact command that installs it."""
    modules: tuple[str, ...] = ("onnxruntime",)
    """Modules that must be importable."""
    provider: str = ""
    """ONNX Runtime's name for it; empty if ONNX Runtime is not used."""
    system: str = ""
    """The only system that has it, as `platform.system()` names it; empty for all."""

    def missing(self, system: str = platform.system()) -> str:
        """Return one sentence with what is missing and what to run; empty if nothing
        is.

        Modules are looked up without importing them, except ONNX Runtime, which must be
        imported to list its providers.
        """
        if self.system and self.system != system:
            known = {"Darwin": "macOS"}.get(self.system, self.system)
            return f"{self.name}: exists on {known} only, this is {system}"
        absent = [name for name in self.modules if not _found(name)]
        if absent:
            lacks = " and ".join(filter(None, (", ".join(absent[:-1]), absent[-1])))
            is_ = "is" if len(absent) == 1 else "are"
            return f"{self.name}: {lacks} {is_} not installed; run: {self.install}"
        if self.provider:
            onnxruntime = importlib.import_module("onnxruntime")
            if self.provider not in onnxruntime.get_available_providers():
                return (
                    f"{self.name}: the installed ONNX Runtime "
                    f"{onnxruntime.__version__} has no {self.provider}; "
                    f"run: {self.install}"
                )
        return ""


_HERE: Final = here()


def _over(package: str) -> str:
    out = _HERE.pip("uninstall", "-y", "onnxruntime")
    # These are two commands, because shells join commands in different ways.
    return f"{out}, then {_HERE.install(package)}"


RUNTIMES: Final[dict[str, Runtime]] = {
    runtime.name: runtime
    for runtime in (
        Runtime(
            "cpu", "ONNX Runtime, CPU", _HERE.install("onnxruntime"),
            provider="CPUExecutionProvider",
        ),
        Runtime(
            "cuda", "ONNX Runtime, CUDA", _over("onnxruntime-gpu[cuda,cudnn]"),
            provider="CUDAExecutionProvider",
        ),
        Runtime(
            "directml", "ONNX Runtime, DirectML", _over("onnxruntime-directml"),
            provider="DmlExecutionProvider", system="Windows",
        ),
        Runtime(
            "coreml", "ONNX Runtime, Core ML",
            _HERE.install("--upgrade", "onnxruntime"),
            provider="CoreMLExecutionProvider", system="Darwin",
        ),
        Runtime(
            "openvino", "OpenVINO", _HERE.install_extra("openvino"), ("openvino",)
        ),
        Runtime(
            "tensorrt", "TensorRT", _HERE.install_extra("tensorrt"),
            ("tensorrt", "pycuda", "cuda.bindings"),
        ),
        Runtime(
            "tensorrt_rtx", "TensorRT-RTX", _HERE.install_extra("tensorrt-rtx"),
            ("tensorrt_rtx", "pycuda", "cuda.bindings"),
        ),
    )
}  # fmt: skip
"""By name, as listed above."""


def need(name: str) -> Runtime:
    """Return a runtime that is installed; else DeviceError with the install command."""
    runtime = RUNTIMES.get(name)
    if runtime is None:
        raise DeviceError(f"{name}: no such device; choose {', '.join(RUNTIMES)}")
    lacks = runtime.missing()
    if lacks:
        raise DeviceError(lacks)
    return runtime


def load(module: str, runtime: Runtime) -> Any:
    """Import a module that `runtime` needs; DeviceError if its libraries are missing.

    Bindings load shared libraries. A missing driver therefore only shows here, as
    ImportError or OSError.
    """
    try:
        return importlib.import_module(module)
    except (ImportError, OSError) as error:
        raise DeviceError(
            f"{runtime.name}: {module} cannot be loaded ({error}); "
            f"run: {runtime.install}"
        ) from error


def _found(module: str) -> bool:
    try:
        return util.find_spec(module) is not None
    except (ImportError, ValueError):  # the parent of "cuda.bindings" is absent
        return False
