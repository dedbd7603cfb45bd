"""The bar that a training shows: what it does, how far it is, its latest numbers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class TrainingBar:
    """A context manager; only the first of several processes shows it."""

    def __init__(self, first: str, shown: Sequence[str] = ()) -> None:
        """Prepare.

        Args:
            first: what is done before training.
            shown: names of the numbers that are shown, in this order.
        """
        self.rank = int(os.environ.get("RANK", "0"))
        self.world = int(os.environ.get("WORLD_SIZE", "1"))
        """As torchrun says."""
        self._shown = shown
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.1f} %"),
            TimeRemainingColumn(),
            disable=self.rank != 0,
        )
        self._task = self._progress.add_task(first, total=1.0)

    def __enter__(self) -> TrainingBar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def made(self, done: int, of: int) -> None:
        """Show how much of what comes before training is done."""
        self._progress.update(self._task, completed=done / of)

    def tell(self, share: float, row: dict[str, Any]) -> None:
        """Show how much of the training is done, and its latest row."""
        words = [f"{name} {row[name]}" for name in self._shown if name in row]
        description = " ".join(["training", *words])
        self._progress.update(self._task, completed=share, description=description)
