"""Refines many takes: in this process, on several cores or on a Ray cluster."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import joblib

from bridge.errors import BridgeError, TakeError
from bridge.takes.store import takes_in
from engines.installing import here

from .job import Job, Outcome, Progress, attempt
from .names import is_refined

Done = Callable[[Outcome], object]
"""Called with the result of each finished job."""

CONNECT_S: Final = 10.0
"""Time limit for a connection to the cluster."""

BLOCK: Final = 4
"""Jobs per worker that are sent to a cluster together."""


def find_takes(paths: Sequence[Path]) -> list[Path]:
    """Return the given files, and the takes in the given folders, each only once.

    Refined takes in folders are left out.

    Raises:
        TakeError: a path does not exist, or no take was found.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            there = path.exists()
        except OSError as error:
            raise TakeError(f"{path}: cannot be read ({error.strerror})") from None
        if not there:
            raise TakeError(f"{path}: does not exist; expected a take or a folder")
        inside = takes_in(path) if path.is_dir() else []
        for take in [p for p in inside if not is_refined(p)] or [path]:
            if take.is_file():
                found.setdefault(take.resolve(), take)
    if not found:
        where = ", ".join(map(str, paths))
        raise TakeError(f"{where}: no takes to refine; expected .mcap files")
    return list(found.values())


def refine_here(jobs: Sequence[Job], done: Done, progress: Progress) -> None:
    """Run the jobs one after the other in this process."""
    for job in jobs:
        done(attempt(job, progress))


def refine_on_cores(jobs: Sequence[Job], count: int, done: Done) -> None:
    """Run the jobs in `count` processes at a time; 0 uses all cores."""
    parallel = joblib.Parallel(
        n_jobs=count or -1, backend="loky", return_as="generator_unordered"
    )
    _finish(jobs, parallel(joblib.delayed(attempt)(job) for job in jobs), done)


def refine_on_cluster(jobs: Sequence[Job], address: str, done: Done) -> None:
    """Run the jobs on a Ray cluster whose machines see the same files.

    Args:
        jobs: their paths are made absolute.
        address: HOST:PORT, ray://HOST:PORT, or auto.
        done: called for each finished job, several at a time.

    Raises:
        BridgeError: Ray is not installed, or no cluster answers.
    """
    away = [absolute(job) for job in jobs]
    with _ray(address) as workers:
        _finish(jobs, _blocks(away, workers), done)


def _blocks(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    # Ray's backend returns results only when all jobs of a call are done.
    size = BLOCK * workers
    with joblib.parallel_config(backend="ray"), joblib.Parallel(n_jobs=-1) as parallel:
        for first in range(0, len(jobs), size):
            here = jobs[first : first + size]
            yield from parallel(joblib.delayed(attempt)(job) for job in here)


def _finish(jobs: Sequence[Job], outcomes: Iterator[Outcome], done: Done) -> None:
    """Pass on the outcomes; if the workers die, report unfinished jobs as failed."""
    left = {job.path: job for job in jobs}
    try:
        for outcome in outcomes:
            left.pop(outcome.path, None)
            done(outcome)
    # From joblib, loky or Ray: a worker was killed, or the cluster is gone.
    except Exception as error:
        told = str(error).partition("\n")[0] or type(error).__name__
        for path in left:
            done(Outcome(path, "failed", f"{path}: the worker process ended ({told})"))


@contextmanager
def _ray(address: str) -> Iterator[int]:
    """Connect, and yield the number of CPUs in the cluster."""
    try:
        # `Any`, because the optional packages may be missing or have types.
        ray: Any = import_module("ray")
        ray_joblib: Any = import_module("ray.util.joblib")
    except ImportError:
        raise BridgeError(
            f"--cluster: Ray is not installed; run: {here().install_extra('fleet')}"
        ) from None
    with ExitStack() as stack:
        _check_port(address)
        try:
            ray.init(address, log_to_driver=False)
        except (ConnectionError, ValueError, RuntimeError) as error:
            told = str(error).partition("\n")[0]
            raise BridgeError(
                f"--cluster {address}: no Ray cluster answers ({told}); start one with "
                "`ray start --head`"
            ) from None
        stack.callback(ray.shutdown)
        ray_joblib.register_ray()
        yield max(int(ray.cluster_resources().get("CPU", 1)), 1)


def _check_port(address: str) -> None:
    """Raise BridgeError if no server listens there; Ray reports it after minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        return  # "auto", or an address that Ray reports on by itself
    try:
        with socket.create_connection((host.strip("[]"), int(port)), CONNECT_S):
            pass
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BridgeError(
            f"--cluster {address}: no server listens there ({why}); start a cluster "
            "with `ray start --head`, or give the HOST:PORT of a running one"
        ) from None


def absolute(job: Job) -> Job:
    """Return the job with absolute paths, for a process with another working folder."""
    return Job(
        job.path.resolve(),
        job.folder.resolve(),
        job.amount,
        job.locks,
        job.weights.resolve(),
        job.engines,
    )
