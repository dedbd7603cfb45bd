"""A key, a plan for it, and what builds such plans."""

from pathlib import Path

from engines.runtime.cache import Made, PlanCache
from engines.runtime.plan_key import PlanKey, Recipe

KEY = PlanKey(
    flavour="tensorrt",
    version="11.4.0.106",
    graph="motion",
    onnx_sha256="ab" * 32,
    precision="fp32",
    tensors=(("feature", (1, 250)), ("values", (1, 58))),
    recipe=Recipe(),
    gpu_name="NVIDIA H100 80GB HBM3",
    gpu_capability="9.0",
    gpu_multiprocessors=132,
)

PLAN = bytes(range(256)) * 4


class Kitchen:
    """Makes plans and counts them."""

    def __init__(self, content: bytes = PLAN) -> None:
        self.content = content
        self.made = 0

    def __call__(self) -> Made:
        self.made += 1
        return Made(self.content, {"number": self.made})


def files(cache: PlanCache, suffix: str) -> list[Path]:
    return sorted(cache.folder.glob(f"*{suffix}"))
