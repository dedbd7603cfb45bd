"""The live table of `facewire inspect`."""

from __future__ import annotations

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from .tally import Ledger, Tally

WIDTH = 16
"""Characters of a full bar."""


class Screen:
    """A picture of a ledger at one instant."""

    def __init__(self, kind: str, where: str, ledger: Ledger) -> None:
        self._kind = kind
        self._where = where
        self._ledger = ledger
        self.now_ns = 0
        """Monotonic; set it before every drawing."""

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        yield Text.assemble(
            ("facewire inspect ", "bold cyan"),
            f"{self._kind} on {self._where}   (Ctrl-C ends)",
        )
        if not self._ledger.subjects:
            yield Text(
                "nothing has arrived yet; is the sender running, and does it send "
                "to this address and port?",
                style="dim",
            )
        if self._ledger.malformed:
            yield Text(
                f"{self._ledger.malformed} malformed, the last: {self._ledger.problem}",
                style="red",
            )
        for name, tally in self._ledger.subjects.items():
            yield figures(name, tally, self.now_ns)
            yield Columns(bars(tally), padding=(0, 2), equal=True)


def figures(name: str, tally: Tally, now_ns: int) -> Table:
    """Return rate, jitter, loss and age of one subject."""
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
        f"{tally.rate_hz:.1f}",
        f"{tally.jitter_ms:.2f}",
        str(tally.frames),
        Text(f"{100 * tally.loss:.1f} %", style="red" if tally.lost else ""),
        "-" if tally.age_ms is None else f"{tally.age_ms:.2f}",
        Text(f"{silent:.0f}", style="red" if silent > 1000 else ""),
        last.time if last else "",
    )
    return table


def bars(tally: Tally) -> list[Text]:
    """Return a bar a value: from the left for 0 to 1, from the middle for signed."""
    values = tally.last.values if tally.last else {}
    return [_bar(name, value) for name, value in values.items()]


def _bar(name: str, value: float) -> Text:
    # Angles and positions carry a dot or an angle's name: they have a sign.
    signed = "." in name or name.endswith(("Yaw", "Pitch", "Roll"))
    if signed:
        half = WIDTH // 2
        size = min(round(abs(value) * half), half)
        left = "█" * size if value < 0 else ""
        right = "█" * size if value > 0 else ""
        bar, style = f"{left:>{half}}{right:<{half}}", "blue"
    else:
        bar, style = "█" * min(max(round(value * WIDTH), 0), WIDTH), "green"
    return Text.assemble(
        f"{name[:20]:<20} ", (f"{bar:<{WIDTH}}", style), f" {value:6.2f}"
    )
