"""Everything that compiled plans and kernel timings depend on.

A kept file is used only if the whole key is equal. The weights are part of the key
through the hash of the ONNX file: a network that was trained again has the same names
and shapes. The key does not say which of several equal cards was used.
"""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

SCHEMA: Final = 1
"""Increase this when plans of older facewire versions must not be used."""

Flavour = Literal["tensorrt", "tensorrt_rtx"]


@dataclass(frozen=True, slots=True)
class Gpu:
    """A graphics card, as far as plans depend on it."""

    name: str
    """"NVIDIA H100 80GB HBM3"; "none" if a plan is only test-compiled."""
    capability: str
    """Compute capability: "9.0"."""
    multiprocessors: int
    """Fewer if only a part of the card is assigned (MIG)."""
    uuid: str = ""
    """The one card; not part of a plan's key."""
    driver: str = ""
    """Version of the driver; not part of a plan's key."""


NO_GPU: Final = Gpu("none", "", 0)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a plan is built."""

    optimization_level: int = 3
    """0 to 5; 3 is TensorRT's default."""
    tf32: bool = False
    """Ten bits of mantissa in fp32 products; off, so that fp32 is exact."""
    workspace: int = 256 << 20
    """Bytes of workspace that the builder's choices may need."""
    aux_streams: int = 0
    """0: our graphs are chains, and one stream is captured."""


@dataclass(frozen=True, slots=True)
class PlanKey:
    """Everything that a plan depends on."""

    flavour: Flavour
    version: str
    """The bindings' whole `__version__`."""
    graph: str
    onnx_sha256: str
    precision: str
    tensors: tuple[tuple[str, tuple[int, ...]], ...]
    """Names and shapes, inputs before outputs; all float32."""
    recipe: Recipe
    gpu_name: str
    gpu_capability: str
    gpu_multiprocessors: int
    system: str = f"{platform.system()} {platform.machine()}"
    schema: int = SCHEMA

    def plain(self) -> dict[str, Any]:
        """Return it as JSON would."""
        return _plain(asdict(self))

    def digest(self) -> str:
        """Return 64 hex digits that differ wherever anything does."""
        return _digest(self.plain())


@dataclass(frozen=True, slots=True)
class TimingsKey:
    """Everything that kernel timings depend on; they serve every graph.

    Unlike for plans, this includes the driver: with another driver another kernel may
    be the fastest.
    """

    version: str
    """The bindings' whole `__version__`."""
    gpu_name: str
    gpu_capability: str
    gpu_multiprocessors: int
    driver: str
    system: str = f"{platform.system()} {platform.machine()}"
    schema: int = SCHEMA
    kind: Literal["timings"] = "timings"

    def plain(self) -> dict[str, Any]:
        """Return it as JSON would."""
        return _plain(asdict(self))

    def digest(self) -> str:
        """Return 64 hex digits that differ wherever anything does."""
        return _digest(self.plain())


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(fields))
    return found


def _digest(plain: dict[str, Any]) -> str:
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
