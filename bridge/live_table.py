"""Draws the live table of `facewire run`: sinks, frame rates and latency.

The main thread draws it a few times a second. Drawing must be fast, because it blocks
all other Python threads.
"""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from protocols.channels import EXPRESSIONS, INDEX
from protocols.frame import FaceFrame
from protocols.wording import counted

from .daemon import Daemon
from .mix.figures import line
from .snapshot import Snapshot, incidents
from .stages import STAGES

REDRAW_S = 0.25
"""Seconds between two drawings on a terminal."""

REPORT_S = 2.0
"""Seconds between two lines if there is no terminal."""

SHOWN = (
    *("eyeBlinkLeft", "eyeBlinkRight", "jawOpen", "mouthPucker"),
    *("mouthSmileLeft", "mouthSmileRight", "browInnerUp", "browDownLeft"),
)
"""Curves that are drawn as bars: enough to see that the face moves."""


class Screen:
    """Draws snapshots. Rates are averages over about the last second."""

    def __init__(self) -> None:
        self._past: list[Snapshot] = []

    def add(self, now: Snapshot) -> None:
        """Add the next snapshot."""
        recent = [s for s in self._past if now.at_ns - s.at_ns < 1_500_000_000]
        self._past = [*(recent or self._past[-1:]), now]

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        if self._past:
            first, now = self._past[0], self._past[-1]
            yield Group(_head(first, now), _sinks(first, now), _latency(now))
            if now.mix:
                yield _mix(now)
            if recording := now.recording.sentence():
                yield Text(recording, style="bold red")
            yield from (Text(told, style="yellow") for told in now.incidents)
            yield from (_face(frame) for frame in now.shown)

    def line(self) -> str:
        """Return the figures in one line, for logs."""
        first, now = self._past[0], self._past[-1]
        total = now.latency_ms["capture_to_send"]
        sinks = ", ".join(
            f"{name} {sent} sent" + (f" {failed} FAILED" if failed else "")
            for name, sent, failed in now.sinks
        )
        notes = (line(now.mix), now.recording.sentence(), *now.incidents)
        return (
            f"{counted(now.frames, 'frame')}, {_rate(first, now):.1f}/s, "
            f"tracked {_share(now)}, dropped {now.dropped}, capture to send "
            f"p50 {total['p50']:.1f} p99 {total['p99']:.1f} ms | {sinks}"
            + "".join(f" | {note}" for note in notes if note)
        )


def _rate(first: Snapshot, now: Snapshot) -> float:
    seconds = (now.at_ns - first.at_ns) / 1e9
    return (now.frames - first.frames) / seconds if seconds > 0 else 0.0


def _share(now: Snapshot) -> str:
    return f"{100 * now.tracked / now.frames:.1f} %" if now.frames else "-"


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


def _mix(now: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("mixing", min_width=14, max_width=20, no_wrap=True)
    for name in ("state", "per s", "delay"):
        table.add_column(name, justify="right", min_width=8)
    table.add_column(f"used for ({now.wait_ms:.0f} ms held back)")
    for one in now.mix:
        style = "" if one.state == "live" else "yellow"
        table.add_row(
            Text(one.layer),
            Text(one.state, style=style),
            f"{one.rate_hz:.1f}",
            one.delay(),
            one.used_for(),
        )
    return table


def _face(frame: FaceFrame) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    state = "" if frame.tracked else "  (no face: held)"
    surest = int(frame.expression.argmax())
    share = float(frame.expression[surest])
    shown = f"{EXPRESSIONS[surest]} {100 * share:.0f} %" if share else ""
    if frame.mood and frame.mood != EXPRESSIONS[surest]:
        shown += f"  (holds {frame.mood})"
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
    """Return the last lines of a run: figures, replaced networks, the take."""
    watch = daemon.watch
    total, beyond = watch.latency_ms()["capture_to_send"], watch.overhead_ms()
    share = 100 * watch.tracked / watch.frames if watch.frames else 0.0
    told = incidents(daemon.guarded, daemon.motion_guarded)
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
