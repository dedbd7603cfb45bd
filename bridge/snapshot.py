"""The daemon's figures at one instant: values for the live table and for programs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from protocols.channels import EXPRESSIONS
from protocols.frame import FaceFrame
from protocols.wording import counted

from .clock import ClockNs, monotonic_ns
from .mix.figures import PartFigures, line
from .orders.face import FaceSettings
from .stages import Summary
from .takes.status import Status

if TYPE_CHECKING:
    from .daemon import Daemon

RECENT: Final = 256
"""Number of newest frames from which the latency figures are computed."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The daemon's figures at one instant."""

    at_ns: int
    """Monotonic nanoseconds."""
    source: str
    frames: int
    dropped: int
    """Images that a newer image replaced before they were solved."""
    tracked: int
    """Frames in which at least one face was seen."""
    latency_ms: dict[str, Summary]
    sinks: tuple[tuple[str, int, int], ...]
    """(name, sent, failed) of each sink."""
    shown: tuple[FaceFrame, ...]
    """The newest frame of each face, as it was sent."""
    guarded: int = 0
    """Number of times that the solver's network has contradicted the landmarks."""
    motion_guarded: int = 0
    """Number of times that One-Euro has replaced the motion network."""
    settings: tuple[FaceSettings, ...] = ()
    """The live settings of each face."""
    recording: Status = field(default_factory=Status)
    """The recorder's state: the current take, or the last one."""
    mix: tuple[PartFigures, ...] = ()
    """The sources of a mix; empty for a single source."""
    wait_ms: float = 0.0
    """How far the faster sources of a mix are held back."""

    @property
    def incidents(self) -> list[str]:
        """One sentence for each network that was replaced; usually empty."""
        return incidents(self.guarded, self.motion_guarded)

    def as_json(self) -> dict[str, Any]:
        """Return the figures as JSON values; keys are the same as in `--stats`.

        `faces` has the newest frame of each face without its curves, which are on the
        wires. `settings` has the live settings of each face. `latency_ms` covers the
        newest `RECENT` frames.
        """
        return {
            "source": self.source,
            "frames": self.frames,
            "dropped": self.dropped,
            "tracked_share": self.tracked / self.frames if self.frames else 0.0,
            "latency_ms": self.latency_ms,
            "solver": {"guarded": self.guarded},
            "motion": {"guarded": self.motion_guarded},
            "sinks": {
                name: {"sent": sent, "failed": failed}
                for name, sent, failed in self.sinks
            },
            "recording": asdict(self.recording),
            "faces": [_face(frame) for frame in self.shown],
            "settings": [asdict(one) for one in self.settings],
            "mix": [one.as_json() for one in self.mix],
            "mix_wait_ms": self.wait_ms,
        }

    def sentence(self) -> str:
        """Return one line for people."""
        share = 100 * self.tracked / self.frames if self.frames else 0.0
        total = self.latency_ms["capture_to_send"]["p50"]
        sinks = ", ".join(
            f"{name} {sent} sent" + (f" {failed} FAILED" if failed else "")
            for name, sent, failed in self.sinks
        )
        notes = (line(self.mix), self.recording.sentence(), *self.incidents)
        return (
            f"{self.source}: {counted(self.frames, 'frame')}, {self.dropped} dropped, "
            f"tracked {share:.1f} %, capture to send p50 {total:.1f} ms"
            + "".join(f"; {note}" for note in (sinks, *notes) if note)
        )


def snapshot(daemon: Daemon, clock_ns: ClockNs = monotonic_ns) -> Snapshot:
    """Read the daemon's figures. Safe from any thread."""
    from .mix.asked import parts_of, wait_ms_of

    watch = daemon.watch
    return Snapshot(
        at_ns=clock_ns(),
        source=daemon.feed.name,
        frames=watch.frames,
        dropped=daemon.dropped,
        tracked=watch.tracked,
        latency_ms=watch.latency_ms(RECENT),
        sinks=tuple((r.sink.name, r.sink.sent, r.sink.failed) for r in daemon.routes),
        shown=daemon.pipeline.shown,
        guarded=daemon.guarded,
        motion_guarded=daemon.motion_guarded,
        settings=daemon.orders.settings,
        recording=daemon.recorder.status(),
        mix=parts_of(daemon.feed),
        wait_ms=wait_ms_of(daemon.feed),
    )


def guard_sentence(count: int) -> str:
    """Report that the network contradicted the landmarks; `count` is 1 or more."""
    return f"the solver's network contradicted the landmarks {_times(count)}"


def motion_sentence(count: int) -> str:
    """Report that One-Euro replaced the motion network; `count` is 1 or more."""
    return f"One-Euro replaced the motion network {_times(count)}"


def incidents(guarded: int, motion_guarded: int) -> list[str]:
    """Return one sentence for each network that was replaced at least once."""
    told = [guard_sentence(guarded)] if guarded else []
    return told + ([motion_sentence(motion_guarded)] if motion_guarded else [])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _face(frame: FaceFrame) -> dict[str, Any]:
    surest = int(frame.expression.argmax())
    share = float(frame.expression[surest])
    return {
        "subject": frame.subject,
        "tracked": frame.tracked,
        "confidence": round(float(frame.confidence), 4),
        "expression": EXPRESSIONS[surest] if share else "",
        "expression_share": round(share, 4),
        "mood": frame.mood,
    }
