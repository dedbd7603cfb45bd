"""The daemon's figures as text messages for pages."""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

from bridge.clock import ClockNs, monotonic_ns
from bridge.config import Config
from bridge.snapshot import Snapshot, snapshot
from bridge.stages import STAGES
from protocols.channels import ARKIT, CHANNELS, EXPRESSIONS
from protocols.page import VERSION

from .hints import Facts, hints
from .lamps import lamps
from .tap import Heard

if TYPE_CHECKING:
    from bridge.daemon import Daemon

OVER_NS: Final = 2_000_000_000
"""Rates are averages over about this time."""


def hello(daemon: Daemon) -> dict[str, Any]:
    """Return what a page is told first."""
    return {
        "type": "hello",
        "version": metadata.version("facewire"),
        "protocol": VERSION,
        "source": daemon.feed.name,
        "subjects": list(daemon.subjects),
        "channels": list(CHANNELS),
        "curves": list(ARKIT),
        "expressions": list(EXPRESSIONS),
        "stages": list(STAGES),
        "solver": {"name": daemon.solver.name, "reason": daemon.solver.reason},
        "motion": {"name": daemon.motion.name, "reason": daemon.motion.reason},
        "rate": daemon.config.shape.rate,
    }


class StatusMaker:
    """Makes the message `status`. For one thread."""

    def __init__(self, daemon: Daemon, clock_ns: ClockNs = monotonic_ns) -> None:
        """Report about a daemon."""
        self._daemon = daemon
        self._clock_ns = clock_ns
        self._past: list[Snapshot] = []

    def __call__(self, heard: Heard, pages: int) -> dict[str, Any]:
        """Return the message.

        `rates` are per second over about two seconds: images that were solved and
        dropped, and frames of each sink; None until there are two reports. `lamps` has
        one row a face. A sink's `answered` is None where that cannot be known.

        Args:
            heard: the newest values.
            pages: number of open pages.
        """
        now = snapshot(self._daemon, self._clock_ns)
        # After a time without pages, old figures say nothing.
        recent = [one for one in self._past if now.at_ns - one.at_ns < 2 * OVER_NS]
        while len(recent) > 1 and now.at_ns - recent[1].at_ns >= OVER_NS:
            recent.pop(0)
        self._past = [*recent, now]
        rates = _rates(self._past[0], now)
        config = self._daemon.config
        faces = [lamps(heard.solved, at) for at in range(len(self._daemon.subjects))]
        answered = {
            route.sink.name: route.sink.answered for route in self._daemon.routes
        }
        sinks: dict[str, Any] = now.as_json()["sinks"]
        for name, figures in sinks.items():
            figures["answered"] = answered[name]
            figures["rate"] = None if rates is None else rates["sinks"][name]
        facts = Facts(
            camera=_is_camera(config),
            asked=config.capture.fps,
            images=0.0 if rates is None else rates["images"] + rates["dropped"],
            dropped=0.0 if rates is None else rates["dropped"],
            faces=tuple(faces[: max(1, len(now.shown))]),
            unanswered=tuple(
                name for name, known in answered.items() if known is False
            ),
            failing=tuple(
                name
                for name, figures in sinks.items()
                if figures["failed"] and not figures["rate"] and rates is not None
            ),
            incidents=tuple(now.incidents),
        )
        return {
            "type": "status",
            "at_ms": now.at_ns / 1e6,
            **now.as_json(),
            "sinks": sinks,
            "rates": rates,
            "camera": {
                "fps": facts.images,
                "asked": facts.asked if facts.camera else 0,
            },
            "lamps": [one.as_json() for one in faces],
            "hints": hints(facts),
            "pages": pages,
        }


def _rates(first: Snapshot, now: Snapshot) -> dict[str, Any] | None:
    """Return rates per second between two reports; None if there is only one."""
    seconds = (now.at_ns - first.at_ns) / 1e9
    if seconds <= 0.0:
        return None
    before = {name: sent for name, sent, _ in first.sinks}
    return {
        "images": round((now.frames - first.frames) / seconds, 2),
        "dropped": round((now.dropped - first.dropped) / seconds, 2),
        "sinks": {
            name: round((sent - before[name]) / seconds, 2)
            for name, sent, _ in now.sinks
        },
    }


def _is_camera(config: Config) -> bool:
    return config.capture.source.partition(":")[0] == "camera"
