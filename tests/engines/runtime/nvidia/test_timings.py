"""Timings of kernels: lent and kept, on a simulated card, a stand-in, and for real.

TensorRT itself times kernels, and needs a card for it; here it is order, keys, files.
"""

import ctypes
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from engines.runtime.cache import PlanCache
from engines.runtime.graphs import EXPRESSION, MOTION, Graph
from engines.runtime.kernel_timings import KernelTimings
from engines.runtime.nvidia.builder import build
from engines.runtime.nvidia.engine import NvidiaEngine, silent
from engines.runtime.nvidia.platform import kernel_timings
from engines.runtime.nvidia.timings import keep, lend
from engines.runtime.plan_key import Flavour, Gpu, Recipe, TimingsKey
from engines.runtime.weights import find_weights
from tests.engines.runtime.tiny_onnx import softmax_of_eight

from .rtx import needs_rtx, rtx
from .simulated import SimulatedNvidia

CARD = Gpu("simulated card", "0.0", 1, driver="1")
FILES = {MOTION: find_weights("motion").read(), EXPRESSION: softmax_of_eight()}


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")


def opened(
    nvidia: SimulatedNvidia,
    cache: PlanCache,
    graph: Graph = MOTION,
    flavour: Flavour = "tensorrt",
) -> tuple[str, ...]:
    """Build a graph anew, and return what was told."""
    for path in cache.folder.glob("*.plan"):
        path.unlink()
    engine = NvidiaEngine(graph, FILES[graph], nvidia.platform(flavour), cache)
    engine.close()
    assert engine.built
    return engine.problems


def test_what_was_timed_is_not_timed_again(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    for graph in (MOTION, EXPRESSION, MOTION, EXPRESSION):
        assert opened(nvidia, cache, graph) == ()
    assert nvidia.measured == ["motion", "expression"]
    (path,) = cache.folder.glob("*.timings")
    assert path.read_bytes() == b"motion\nexpression\n"
    assert os.name != "posix" or path.stat().st_mode & 0o077 == 0
    assert {one.suffix for one in cache.folder.iterdir()} == {
        *(".plan", ".json", ".lock", ".timings"),
    }
    assert len(cache.entries()) == 1  # no plan


@pytest.mark.parametrize(
    "other",
    [
        SimulatedNvidia(gpu=replace(CARD, driver="2")),
        SimulatedNvidia(gpu=replace(CARD, name="another card")),
        SimulatedNvidia(gpu=replace(CARD, capability="9.0")),
        SimulatedNvidia(gpu=replace(CARD, multiprocessors=2)),
        SimulatedNvidia(gpu=CARD, version="0.0.2"),
    ],
    ids=["driver", "card", "capability", "part of a card", "version"],
)
def test_another_card_driver_or_version_is_timed_anew(
    cache: PlanCache, other: SimulatedNvidia
) -> None:
    opened(SimulatedNvidia(gpu=CARD), cache)
    opened(other, cache)
    assert other.measured == ["motion"]
    assert len(list(cache.folder.glob("*.timings"))) == 2
    # The same card in another slot is the same.
    again = SimulatedNvidia(gpu=replace(CARD, uuid="ff"))
    opened(again, cache)
    assert again.measured == []


@pytest.mark.parametrize("damage", [b"", b"motion", b"motion!\n"])
def test_damaged_timings_are_put_aside_and_made_anew(
    cache: PlanCache, damage: bytes
) -> None:
    nvidia = SimulatedNvidia()
    opened(nvidia, cache)
    (path,) = cache.folder.glob("*.timings")
    path.write_bytes(damage)
    (told,) = opened(nvidia, cache)
    assert f"{path.with_suffix('.bad')}: put aside, its" in told or "size" in told
    assert nvidia.measured == ["motion"] * 2
    assert path.read_bytes() == b"motion\n"
    assert path.with_suffix(".bad").read_bytes() == damage
    assert opened(nvidia, cache) == ()


def test_tensorrt_rtx_has_none(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    opened(nvidia, cache, flavour="tensorrt_rtx")
    assert nvidia.measured == []
    assert not list(cache.folder.glob("*.timings"))
    on = nvidia.platform("tensorrt_rtx")
    assert kernel_timings(on, cache.folder, CARD) is None


def test_a_kept_plan_asks_for_none(cache: PlanCache) -> None:
    nvidia = SimulatedNvidia()
    opened(nvidia, cache)
    (path,) = cache.folder.glob("*.timings")
    path.write_bytes(b"damaged")
    engine = NvidiaEngine(MOTION, FILES[MOTION], nvidia.platform(), cache)
    engine.close()
    assert (engine.built, engine.problems) == (False, ())


@dataclass
class Timed:
    """A stand-in of `ITimingCache`: lines."""

    lines: set[bytes]
    card: str = "this"

    def combine(self, other: "Timed", ignore_mismatch: bool) -> bool:
        assert not ignore_mismatch
        if other.card != self.card:
            return False
        self.lines |= other.lines
        return True

    def serialize(self) -> bytes:
        return b"".join(sorted(self.lines))


@dataclass
class Config:
    """A stand-in of `IBuilderConfig`: what is unreadable makes none or an empty one."""

    unreadable: str = "empty"
    set: list[Timed] = field(default_factory=list)

    def create_timing_cache(self, content: bytes) -> Timed | None:
        if content.startswith(b"bad"):
            return None if self.unreadable == "none" else Timed(set())
        if content.startswith(b"other"):
            return Timed({content}, "other")
        return Timed(set(content.splitlines(keepends=True)))

    def set_timing_cache(self, timed: Timed, ignore_mismatch: bool) -> bool:
        assert not ignore_mismatch
        if timed.card != "this":
            return False
        self.set.append(timed)
        return True


@dataclass
class Kept:
    """A stand-in of `KernelTimings`, for what a file cannot show."""

    content: bytes

    def read(self) -> bytes:
        return self.content

    def merge(self, combine: Callable[[bytes], bytes]) -> None:
        self.content = combine(self.content)


@pytest.mark.parametrize("unreadable", ["none", "empty"])
@pytest.mark.parametrize("content", [b"", b"bad", b"other"])
def test_what_is_not_of_this_card_is_replaced(content: bytes, unreadable: str) -> None:
    config, kept = Config(unreadable), Kept(content)
    lent = lend(config, kept)
    assert config.set == [lent]
    lent.lines.add(b"new\n")
    kept.content = b""
    keep(config, lent, kept)
    assert kept.content == b"new\n"


def test_what_another_program_timed_meanwhile_is_kept_too() -> None:
    config, kept = Config(), Kept(b"a\n")
    lent = lend(config, kept)
    lent.lines.add(b"c\n")
    kept.content = b"a\nb\n"
    keep(config, lent, kept)
    assert kept.content == b"a\nb\nc\n"


KEY = TimingsKey("0", "card", "0.0", 1, "1")


def test_what_grows_too_large_is_begun_anew(
    cache: PlanCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engines.runtime.kernel_timings.LARGEST", 10)
    timings = KernelTimings(cache.folder, KEY)
    timings.merge(lambda newest: newest + b"123456789")
    assert timings.read() == b"123456789"
    timings.merge(lambda newest: newest + b"123456789")
    assert timings.read() == b""
    assert timings.problems == []


def test_where_they_cannot_be_kept_a_build_goes_on(tmp_path: Path) -> None:
    timings = KernelTimings(tmp_path / "none", KEY)
    assert timings.read() == b""
    timings.merge(lambda newest: b"new")
    used, kept = timings.problems
    assert "not used" in used and "not kept" in kept and "cannot be opened" in kept


def test_clear_takes_them_too(cache: PlanCache) -> None:
    KernelTimings(cache.folder, KEY).merge(lambda newest: b"new")
    assert cache.clear() == (0, 0)
    assert {path.suffix for path in cache.folder.iterdir()} == {".lock"}


def test_they_count_towards_the_cap(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "plans", cap=1)
    KernelTimings(cache.folder, KEY).merge(lambda newest: b"new")
    opened(SimulatedNvidia(), cache)
    assert not list(cache.folder.glob("*.timings"))
    assert len(cache.entries()) == 1


def driverless() -> bool:
    """TensorRT-RTX's calls look for a card; what they do on one is unknown here."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return True
    return False


@needs_rtx
@pytest.mark.skipif(not driverless(), reason="there is an NVIDIA driver")
@pytest.mark.filterwarnings("ignore:Use Deprecated in TensorRT-RTX:DeprecationWarning")
def test_nvidias_own_types_pass_through(cache: PlanCache) -> None:
    """In TensorRT-RTX they do nothing: it shows arguments and results, no timing."""
    timings = KernelTimings(cache.folder, KEY)
    content = softmax_of_eight()
    for _ in range(2):
        built = build(
            rtx(), EXPRESSION, content, Recipe(), silent, "tiny", timings=timings
        )
        assert built.plan
        assert timings.read()
    assert timings.problems == []
