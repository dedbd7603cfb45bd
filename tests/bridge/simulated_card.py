import threading
from pathlib import Path

import pytest

from bridge.config import Engines
from bridge.inference import OpenedNetwork, open_network
from engines.runtime.cache import PlanCache
from engines.runtime.graphs import MOTION, Graph
from engines.runtime.nvidia.builder import BuildStopped, Built, Progress
from engines.runtime.nvidia.platform import Platform
from engines.runtime.nvidia.timings import Timings
from engines.runtime.plan_key import Flavour, Recipe
from engines.runtime.select import Nvidia
from engines.runtime.weights import find_weights
from tests.engines.runtime.nvidia.simulated import SimulatedNvidia

WEIGHTS = find_weights("motion")


class Card:
    """A machine with TensorRT and a simulated card, whose compiler waits to be let."""

    def __init__(self, folder: Path, nvidia: SimulatedNvidia) -> None:
        self.nvidia = nvidia
        self.asked, self.let = threading.Event(), threading.Event()
        self.use = Nvidia(PlanCache(folder), platform=self.platform)

    def platform(self, flavour: Flavour) -> Platform:
        one = self.nvidia.platform(flavour)

        def build(
            graph: Graph,
            content: bytes,
            recipe: Recipe,
            progress: Progress,
            told: str,
            timings: Timings | None,
        ) -> Built:
            self.asked.set()
            while not self.let.wait(0.01):
                if not progress("waiting", 0.0):
                    raise BuildStopped(f"{told}: the build was stopped")
            return one.build(graph, content, recipe, progress, told, timings)

        return Platform(one.flavour, one.version, build, one.enter, one.load)

    def open(self, engines: Engines, *, background: bool = False) -> OpenedNetwork:
        return open_network(
            MOTION, WEIGHTS, engines, background=background, nvidia=self.use
        )


def lines(caplog: pytest.LogCaptureFixture, level: int) -> list[str]:
    """Return what `bridge.inference` logged at a level."""
    found = [one for one in caplog.records if one.name == "bridge.inference"]
    return [one.getMessage() for one in found if one.levelno == level]
