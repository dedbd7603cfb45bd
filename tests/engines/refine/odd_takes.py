"""Signals that nobody would record, and some that somebody would."""

import numpy as np

from protocols.arrays import Floats

from .performance import performance


def square(rng: np.random.Generator, n: int) -> Floats:
    period = int(rng.integers(3, 60))
    high = (np.arange(n)[:, None] + np.arange(58) * 3) // period % 2 == 1
    return np.asarray(np.where(high, rng.uniform(0.1, 1.0), 0.0), np.float32)


def silence(rng: np.random.Generator, n: int) -> Floats:
    return np.full((n, 58), rng.choice([0.0, 0.3]), np.float32)


def spikes(rng: np.random.Generator, n: int) -> Floats:
    out = np.full((n, 58), 0.1, np.float32)
    out[rng.integers(0, n, 8), rng.integers(0, 58, 8)] = 1.0
    return out


def noise(rng: np.random.Generator, n: int) -> Floats:
    return rng.uniform(0.0, 1.0, (n, 58)).astype(np.float32)


def wandering(rng: np.random.Generator, n: int) -> Floats:
    steps = rng.normal(0.0, rng.uniform(0.005, 0.06), (n, 58))
    return np.asarray(np.clip(0.4 + np.cumsum(steps, axis=0), 0.0, 1.0), np.float32)


def played(rng: np.random.Generator, n: int) -> Floats:
    return performance(n, seed=int(rng.integers(99)))[1]
