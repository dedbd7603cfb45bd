"""Make batches a few ahead, in a thread of their own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterator[T], depth: int = 4) -> Iterator[T]:
    """Yield what another iterator yields, which works `depth` items ahead meanwhile.

    What it raises is raised here; whoever stops listening stops it.
    """
    ready: queue.Queue[tuple[T | None, BaseException | None] | None]
    ready = queue.Queue(depth)
    stop = threading.Event()

    def put(item: tuple[T | None, BaseException | None] | None) -> None:
        while not stop.is_set():
            try:
                return ready.put(item, timeout=0.2)
            except queue.Full:
                continue

    def fill() -> None:
        try:
            for item in items:
                if stop.is_set():
                    return
                put((item, None))
            put(None)
        except BaseException as error:  # handed to the one who waits for a batch
            put((None, error))

    thread = threading.Thread(target=fill, name="batches", daemon=True)
    thread.start()
    try:
        while (found := ready.get()) is not None:
            item, error = found
            if error is not None:
                raise error
            yield item  # type: ignore[misc]  # None only beside an error
    finally:
        stop.set()
        thread.join()
