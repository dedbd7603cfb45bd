"""The live table of `facewire inspect`."""

from __future__ import annotations

from statistics import fmean

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from bridge.wires.settings import Target
from bridge.wires.table import WIRES
from protocols.wording import counted, shown

from .foreign import sentence
from .tally import Ledger, Tally

WIDTH = 16
"""Length of a full bar, characters."""

LONGEST = 200
"""Maximum length of a sentence about a packet or message, characters."""

MOST_UNUSED = 4
"""Maximum number of lines about ignored messages."""

MOST_DOUBTED = 4
"""Number of curves that are named with their doubt."""


class Screen:
    """Draws a ledger."""

    def __init__(self, target: Target, where: str, ledger: Ledger) -> None:
        self._target = target
        self._where = where
        self._ledger = ledger
        self.now_ns = 0
        """Monotonic ns; set it before each drawing."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Text.assemble(
            ("facewire inspect ", "bold cyan"),
            f"{self._target.kind} on {self._where}   (Ctrl-C ends)",
        )
        ledger = self._ledger
        if not ledger.packets:
            yield Text(nothing(self._target.kind), style="dim")
        elif not (ledger.subjects or ledger.malformed or ledger.foreign):
            told = f"{counted(ledger.packets, 'packet')} arrived, but no complete frame"
            yield Text(told, style="yellow")
        for kind, count in ledger.foreign.items():
            told = sentence(kind, count, self._target.where)
            yield Text(told, style="yellow")
        if ledger.malformed:
            told = f"{ledger.malformed} malformed, the last: "
            yield Text(told + shown(ledger.problem, LONGEST), style="red")
        yield from (Text(told, style="yellow") for told in unused(ledger))
        for name, tally in ledger.subjects.items():
            yield figures(shown(name), tally, self.now_ns)
            yield from moods(tally)
            yield from doubts(tally)
            yield Columns(bars(tally), padding=(0, 2), equal=True)


def nothing(kind: str) -> str:
    """Return the sentence to show while no packet has arrived."""
    if WIRES[kind].packets == "messages":
        return (
            "nothing has arrived yet; is facewire running there, and does its stream "
            "need a --key?"
        )
    return (
        "nothing has arrived yet; is the sender running, and does it send to this "
        "address and port?"
    )


def unused(ledger: Ledger) -> list[str]:
    """Return a line for each of the most frequent kinds of ignored messages."""
    most = sorted(ledger.left_out.items(), key=lambda one: -one[1].count)
    told = [
        f"ignored {counted(left.count, 'message')} "
        f"{shown(address) or 'that cannot be read'}: {shown(left.why, LONGEST)}"
        for address, left in most[:MOST_UNUSED]
    ]
    if len(most) > MOST_UNUSED:
        more = counted(len(most) - MOST_UNUSED, "more kind")
        told.append(f"and {more} of messages")
    return told


def figures(name: str, tally: Tally, now_ns: int) -> Table:
    """Return a table with rate, jitter, loss and age of one subject."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for title in ("subject", "face", "per s", "jitter ms", "frames", "loss", "age ms"):
        table.add_column(title, justify="left" if title == "subject" else "right")
    table.add_column("last ms ago", justify="right")
    table.add_column("time")
    last = tally.last
    tracked = last.tracked if last else None
    state = {True: "tracked", False: "held", None: "-"}[tracked]
    silent = tally.silent_ms(now_ns)
    table.add_row(
        Text(name, style="bold"),
        Text(state, style="yellow" if tracked is False else ""),
        "-" if tally.rate_hz is None else f"{tally.rate_hz:.1f}",
        "-" if tally.jitter_ms is None else f"{tally.jitter_ms:.2f}",
        str(tally.frames),
        Text(f"{100 * tally.loss:.1f} %", style="red" if tally.lost else ""),
        "-" if tally.age_ms is None else f"{tally.age_ms:.2f}",
        Text(f"{silent:.0f}", style="red" if silent > 1000 else ""),
        shown(last.time, 32) if last else "",
    )
    return table


def moods(tally: Tally) -> list[Text]:
    """Return a line with the held expression, if the newest frame has one."""
    mood = tally.last.mood if tally.last else ""
    return [Text(f"mood: {shown(mood, 20)}")] if mood else []


def doubts(tally: Tally) -> list[Text]:
    """Return a line with the mean doubt and the most doubtful curves, if the newest
    frame has a doubt."""
    doubt = tally.last.doubt if tally.last else None
    if not doubt:
        return []
    worst = sorted(doubt.items(), key=lambda one: -one[1])[:MOST_DOUBTED]
    told = ", ".join(f"{shown(name, 20)} {value:.2f}" for name, value in worst)
    return [Text(f"doubt: mean {fmean(doubt.values()):.2f}, largest {told}")]


def bars(tally: Tally) -> list[Text]:
    """Return one bar per value: from the left for 0 to 1, from the middle if signed."""
    values = tally.last.values if tally.last else {}
    return [_bar(name, value) for name, value in values.items()]


def _bar(name: str, value: float) -> Text:
    # Angles and positions are signed; their names have a dot or end with an angle.
    signed = "." in name or name.endswith(("Yaw", "Pitch", "Roll"))
    if signed:
        half = WIDTH // 2
        size = round(min(abs(value), 1.0) * half)
        left = "█" * size if value < 0 else ""
        right = "█" * size if value > 0 else ""
        bar, style = f"{left:>{half}}{right:<{half}}", "blue"
    else:
        bar, style = "█" * round(min(max(value, 0.0), 1.0) * WIDTH), "green"
    number = f"{value:6.2f}" if abs(value) < 1000.0 else f"{value:6.0e}"
    return Text.assemble(
        f"{shown(name, 20):<20} ", (f"{bar:<{WIDTH}}", style), f" {number}"
    )
