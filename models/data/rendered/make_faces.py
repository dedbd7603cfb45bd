"""Renders shards of faces on every core, and goes on where it was stopped."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from models.data.recorded.takes import read_take

from .dataset import PEOPLE, Split, missing_shards
from .head import load_head
from .person import Studio, find_data, make_person, open_studio

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
    arkit_units: bool = True,
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
        arkit_units: see `load_head`.
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
    start = (data, split, arkit_units)
    with ProcessPoolExecutor(jobs, spawn, _start, start) as pool:
        waiting = [pool.submit(_work, shard, folder, pictures) for shard in todo]
        try:
            for done, future in enumerate(as_completed(waiting), 1):
                future.result()
                tell(count - len(todo) + done, count)
        finally:
            for future in waiting:
                future.cancel()
    return len(todo)


def _start(data: Path, split: Split, arkit_units: bool) -> None:
    global _studio
    # A process a core: threads of their own would only get into each other's way.
    threadpool_limits(1)
    _studio = open_studio(data, split, arkit_units)


def _work(shard: int, folder: Path, pictures: bool) -> None:
    if _studio is None:  # the initializer failed, and said why
        raise RuntimeError("no studio in this process")
    make_shard(_studio, shard, folder, pictures)


def make_shard(studio: Studio, shard: int, folder: Path, pictures: bool) -> Path:
    """Render one shard, whole or not at all, and return its path.

    Args:
        studio: what to render with.
        shard: its number.
        folder: exists.
        pictures: keep all pictures; otherwise only the first person's.
    """
    path = folder / f"shard_{shard:05d}.npz"
    people = [
        make_person(studio, shard * PEOPLE + k, pictures or k == 0)
        for k in range(PEOPLE)
    ]
    codes = [code for person in people for code in person.pop("codes")]
    arrays = {key: np.concatenate([p[key] for p in people]) for key in people[0]}
    arrays["code_bytes"] = np.frombuffer(b"".join(codes), dtype=np.uint8)
    arrays["code_sizes"] = np.array([len(code) for code in codes], dtype=np.int64)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, **arrays)
    part.replace(path)
    return path
