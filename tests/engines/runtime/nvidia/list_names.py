"""Write the allow-list of one version of NVIDIA's bindings: what exists by which name.

    python list_names.py tensorrt_rtx               installed, as it is
    python list_names.py tensorrt WHEEL STUBS       unpacked bindings, no libraries

TensorRT's bindings import without TensorRT if libraries of its names stand in, which
define the ten functions that the bindings link to. `write_stubs` makes them with the
system's C compiler. Run by hand when a version is added; the lists are committed.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

NAMES = Path(__file__).parent / "names"

CLASSES = (
    "Builder", "BuilderFlag", "DataType", "EngineInspector",
    "ExecutionContextAllocationStrategy", "IBuilderConfig", "ICudaEngine",
    "IExecutionContext", "IHostMemory", "ILayer", "ILogger", "INetworkDefinition",
    "IProgressMonitor", "ITensor", "ITimingCache", "LayerType", "MemoryPoolType",
    "NetworkDefinitionCreationFlag", "OnnxParser", "ParserError",
    "ProfilingVerbosity", "Runtime", "TensorIOMode",
)  # fmt: skip
"""Everything that the code may touch."""

FUNCTIONS = (
    "createInferBuilder_INTERNAL", "createInferRuntime_INTERNAL",
    "createInferRefitter_INTERNAL", "createNvOnnxParser_INTERNAL",
    "createNvOnnxParserRefitter_INTERNAL", "getBuilderPluginRegistry",
    "getPluginRegistry", "getNvOnnxParserVersion", "initLibNvInferPlugins",
    "getLogger",
)  # fmt: skip


def write_stubs(folder: Path, major: int) -> list[Path]:
    """Compile libraries that stand in for TensorRT's; every function returns 0."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "stub.c"
    lines = [f"void *{name}(void) {{ return 0; }}" for name in FUNCTIONS]
    source.write_text("\n".join(lines))
    made = []
    for library in ("nvinfer", "nvonnxparser", "nvinfer_plugin"):
        file = f"lib{library}.so.{major}"
        subprocess.run(
            ["cc", "-shared", "-fPIC", f"-Wl,-soname,{file}", "-o", folder / file,
             source],
            check=True,
        )  # fmt: skip
        made.append(folder / file)
    return made


def names_of(trt: Any) -> dict[str, list[str]]:
    """Return the public members of each class that there is."""
    return {
        name: sorted(one for one in dir(getattr(trt, name)) if not one.startswith("_"))
        for name in CLASSES
        if hasattr(trt, name)
    }


def main() -> None:
    """Write one list."""
    flavour, *rest = sys.argv[1:]
    if rest:
        wheel, stubs = map(Path, rest)
        sys.path.insert(0, str(wheel))
        module = next(wheel.glob("tensorrt*bindings"))
        release = next(wheel.glob("*.dist-info")).name.split("-")[1]
        for path in write_stubs(stubs / release, int(release.partition(".")[0])):
            ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
        trt = importlib.import_module(module.name)
    else:
        trt = importlib.import_module(flavour)
    told = {
        "flavour": flavour,
        "version": trt.__version__,
        "made_by": "list_names.py, from the bindings' wheel on PyPI",
        "names": names_of(trt),
    }
    path = NAMES / f"{flavour}-{trt.__version__}.json"
    path.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
