"""Renders shards of faces on every core, and goes on where it was stopped."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from threadpoolctl import threadpool_limits

from models.data.recorded.takes import read_take

from .dataset import (
    Split,
    Studio,
    find_data,
    make_shard,
    missing_shards,
    open_studio,
)
from .head import load_head

_studio: Studio | None = None
"""Of this worker process; loading it takes seconds."""


def make_faces(
    data: Path,
    folder: Path,
    split: Split,
    count: int,
    *,
    jobs: int = 0,
    pictures: bool = False,
    tell: Callable[[int, int], None] = lambda done, all_: None,
) -> int:
    """Render the shards that are missing and return how many those were.

    Args:
        data: holds ict_facekit/ and arkit_takes/.
        folder: gets the shards; made if it is not there.
        split: train, valid or test.
        count: shards wanted in all.
        jobs: processes; 0 is one a core.
        pictures: keep every picture, as judging MediaPipe's own curves needs it.
        tell: called with shards done and wanted, after each.

    Raises:
        OSError: something cannot be read or written.
        ValueError: the data is not what it should be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    todo = missing_shards(folder, count)
    tell(count - len(todo), count)
    if not todo:
        return 0
    # Said here, not by a process that dies of it.
    head, takes = find_data(data, split)
    load_head(head)
    for take in takes:
        read_take(take)
    jobs = min(jobs or os.cpu_count() or 1, len(todo))
    # Forking a process that has MediaPipe's threads would hang it.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, _start, (data, split)) as pool:
        waiting = [pool.submit(_work, shard, folder, pictures) for shard in todo]
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                future.result()
                tell(count - len(todo) + done, count)
        finally:
            for future in waiting:
                future.cancel()
    return len(todo)


def _start(data: Path, split: Split) -> None:
    global _studio
    # A process a core: threads of their own would only get into each other's way.
    threadpool_limits(1)
    _studio = open_studio(data, split)


def _work(shard: int, folder: Path, pictures: bool) -> None:
    if _studio is None:  # the initializer failed, and said why
        raise RuntimeError("no studio in this process")
    make_shard(_studio, shard, folder, pictures)
