"""The stages of a frame, and percentiles of their times."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

STAGES: Final = ("wait", "track", "express", "solve", "shape", "send")
"""The stages in order: waiting in the mailbox, the tracker, the expression network, the
curves with the solver network, motion and ranges, sinks. With `shape.rate`,
`wait` includes the wait for the tick that sends. Expressions that are read after a
frame was sent delay nothing: `Stopwatch.later_ns` has them, not this stage."""

NETWORKS: Final = [STAGES.index("track"), STAGES.index("express")]
"""Stages that are a network only, with the cropping of its input. The solve and shape
stages do more, so `Stopwatch` measures the time of their networks separately."""

Summary = dict[str, float]
"""Percentiles in milliseconds: p50, p95, p99."""


def percentiles(
    laps_ns: npt.NDArray[np.int64], later_ns: npt.NDArray[np.int64]
) -> dict[str, Summary]:
    """Return percentiles of each stage, and of their sum as "capture_to_send".

    Args:
        laps_ns: (passes, stages), from `Stopwatch.laps_ns`.
        later_ns: (passes,), from `Stopwatch.later_ns`. It is part of "express", and not
            of the sum.
    """
    table = {name: summary(laps_ns[:, i]) for i, name in enumerate(STAGES)}
    table["express"] = summary(laps_ns[:, STAGES.index("express")] + later_ns)
    table["capture_to_send"] = summary(laps_ns.sum(axis=1))
    return table


def overhead(
    laps_ns: npt.NDArray[np.int64], networks_ns: npt.NDArray[np.int64]
) -> Summary:
    """Return percentiles of the time that a frame takes beyond the networks.

    This is the sum of all stages except `track` and `express`, without the solver
    network and the cropping of its patches in `solve`, and without the motion network
    in `shape`. It covers waiting, alignment, the neutral face, the anchor, the guard,
    pose, smoothing and sending.

    Args:
        laps_ns: (passes, stages), from `Stopwatch.laps_ns`.
        networks_ns: (passes, 2), from `Stopwatch.networks_ns`.
    """
    beyond = laps_ns.sum(axis=1) - laps_ns[:, NETWORKS].sum(axis=1)
    beyond = beyond - networks_ns.sum(axis=1)
    return summary(beyond)


def summary(durations_ns: npt.NDArray[np.int64]) -> Summary:
    """Return p50, p95 and p99 in ms; zeros if there are no durations."""
    if len(durations_ns) == 0:
        return {"p50": 0.0, "p95": 0.0, "p99": 0.0}
    p50, p95, p99 = np.percentile(durations_ns, (50, 95, 99)) / 1e6
    return {
        "p50": round(float(p50), 4),
        "p95": round(float(p95), 4),
        "p99": round(float(p99), 4),
    }
