"""The live table of `facewire run`: what is sent where, how fast and how late.

The daemon's figures are read a few times a second from the main thread. Drawing must
stay cheap: while it runs, no other Python thread does.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from protocols.channels import EXPRESSIONS, INDEX
from protocols.frame import FaceFrame
from protocols.wording import counted

from .clock import ClockNs, monotonic_ns
from .daemon import Daemon
from .metrics import STAGES, Summary

REDRAW_S = 0.25
"""Between two pictures on a terminal."""

REPORT_S = 2.0
"""Between two lines where there is no terminal."""

SHOWN = (
    *("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthPucker"),
    *("mouthSmileLeft", "mouthSmileRight", "browInnerUp", "browDownLeft"),
)
"""Curves with a bar: enough to see that the character is alive."""

RECENT = 256
"""Newest frames that the latency columns are taken over."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The daemon's figures at one instant."""

    at_ns: int
    source: str
    frames: int
    dropped: int
    tracked: int
    latency_ms: dict[str, Summary]
    sinks: tuple[tuple[str, int, int], ...]
    """(name, sent, failed) a sink."""
    shown: tuple[FaceFrame, ...]
    guarded: int = 0
    """How often geometry had to take over from the learned solver."""
    motion_guarded: int = 0
    """How often One-Euro had to take over from the generator."""
    recording: str = ""
    """What the recorder has to say; empty while it has not recorded."""

    @property
    def incidents(self) -> list[str]:
        """Sentences of what had to be taken over; none on a good day."""
        return _incidents(self.guarded, self.motion_guarded)


def snapshot(daemon: Daemon, clock_ns: ClockNs = monotonic_ns) -> Snapshot:
    """Read the daemon's figures. Safe from any thread."""
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
        recording=daemon.recorder.status().sentence(),
    )


class Screen:
    """Turns snapshots into a picture; rates come from the one about a second ago."""

    def __init__(self) -> None:
        self._past: list[Snapshot] = []

    def add(self, now: Snapshot) -> None:
        """Take the next snapshot."""
        recent = [s for s in self._past if now.at_ns - s.at_ns < 1_500_000_000]
        self._past = [*(recent or self._past[-1:]), now]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        if self._past:
            first, now = self._past[0], self._past[-1]
            yield Group(_head(first, now), _sinks(first, now), _latency(now))
            if now.recording:
                yield Text(now.recording, style="bold red")
            yield from (Text(told, style="yellow") for told in now.incidents)
            yield from (_face(frame) for frame in now.shown)

    def line(self) -> str:
        """Return the same in one line, for logs."""
        first, now = self._past[0], self._past[-1]
        total = now.latency_ms["capture_to_send"]
        sinks = ", ".join(
            f"{name} {sent} sent" + (f" {failed} FAILED" if failed else "")
            for name, sent, failed in now.sinks
        )
        return (
            f"{counted(now.frames, 'frame')}, {_rate(first, now):.1f}/s, "
            f"tracked {_share(now)}, dropped {now.dropped}, capture to send "
            f"p50 {total['p50']:.1f} p99 {total['p99']:.1f} ms | {sinks}"
            + "".join(f" | {told}" for told in (now.recording, *now.incidents) if told)
        )


def _rate(first: Snapshot, now: Snapshot) -> float:
    seconds = (now.at_ns - first.at_ns) / 1e9
    return (now.frames - first.frames) / seconds if seconds > 0 else 0.0


def _share(now: Snapshot) -> str:
    return f"{100 * now.tracked / now.frames:.1f} %" if now.frames else "-"


def guard_sentence(count: int) -> str:
    """Say that the divergence guard acted; `count` is 1 or more."""
    return f"geometry took over from the learned solver {_times(count)}"


def motion_sentence(count: int) -> str:
    """Say that the generator's guard acted; `count` is 1 or more."""
    return f"One-Euro took over from the motion network {_times(count)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _incidents(guarded: int, motion_guarded: int) -> list[str]:
    told = [guard_sentence(guarded)] if guarded else []
    return told + ([motion_sentence(motion_guarded)] if motion_guarded else [])


def _head(first: Snapshot, now: Snapshot) -> Text:
    return Text.assemble(
        ("facewire ", "bold cyan"),
        now.source,
        f"   {_rate(first, now):5.1f} frames/s   tracked {_share(now)}"
        f"   dropped {now.dropped}   (Ctrl-C ends)",
    )


def _sinks(first: Snapshot, now: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("sending to", min_width=34)
    for name in ("per s", "sent", "failed"):
        table.add_column(name, justify="right", min_width=8)
    before = {name: sent for name, sent, _ in first.sinks}
    seconds = (now.at_ns - first.at_ns) / 1e9
    for name, sent, failed in now.sinks:
        rate = (sent - before[name]) / seconds if seconds > 0 else 0.0
        style = "red" if failed else ""
        table.add_row(name, f"{rate:.1f}", str(sent), Text(str(failed), style=style))
    return table


def _latency(now: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("milliseconds", min_width=14)
    names = (*STAGES, "capture_to_send")
    for name in names:
        table.add_column(name.replace("_", " "), justify="right", min_width=6)
    for rank in ("p50", "p99"):
        table.add_row(rank, *(f"{now.latency_ms[name][rank]:.2f}" for name in names))
    return table


def _face(frame: FaceFrame) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    state = "" if frame.tracked else "  (no face: held)"
    surest = int(frame.expression.argmax())
    share = float(frame.expression[surest])
    shown = f"{EXPRESSIONS[surest]} {100 * share:.0f} %" if share else ""
    table.add_row(Text(f"{frame.subject}{state}", style="bold"), shown)
    cells = [_bar(name, float(frame.vector[INDEX[name]])) for name in SHOWN]
    for left, right in zip(cells[::2], cells[1::2], strict=True):
        table.add_row(left, right)
    return table


def _bar(name: str, value: float, width: int = 16) -> Text:
    full = round(value * width)
    return Text.assemble(
        f"{name:<16}",
        ("█" * full, "green"),
        ("·" * (width - full), "dim"),
        f" {value:4.2f}",
    )


def closing(daemon: Daemon) -> str:
    """Return what a run ends with: two lines, one for each network that was replaced
    and one for a take."""
    watch = daemon.watch
    total, beyond = watch.latency_ms()["capture_to_send"], watch.overhead_ms()
    share = 100 * watch.tracked / watch.frames if watch.frames else 0.0
    told = _incidents(daemon.guarded, daemon.motion_guarded)
    frames = counted(watch.frames, "frame")
    missing = daemon.feed.missing
    lost = f"{daemon.dropped} dropped" + (f", {missing} missing" if missing else "")
    return (
        f"{frames}, {lost}, tracked {share:.1f} %\n"
        f"capture to send p50 {total['p50']:.2f} ms, p99 {total['p99']:.2f} ms; "
        f"beyond the networks p50 {beyond['p50']:.2f} ms, p99 {beyond['p99']:.2f} ms"
        + "".join(f"\n{sentence}" for sentence in (*told, *_kept(daemon)))
    )


def _kept(daemon: Daemon) -> list[str]:
    status = daemon.recorder.status()
    if status.error:
        return [status.error]
    if not status.file:
        return []
    lost = f", {status.dropped} dropped" if status.dropped else ""
    kept = [f"recorded {status.file}: {counted(status.frames, 'frame')}{lost}"]
    return kept + ([status.video_error] if status.video_error else [])
