"""Prints what mixing costs, how well sources are aligned, and the largest jump.

    python -m tests.bridge.mix.figures

The actor of the bundled clip is seen by two or three simulated sources, with delays,
jitter and noise. See docs/mix.md.
"""

from __future__ import annotations

import itertools
import sys
import time

import numpy as np

from .simulated import CLOCK, CLOCK_SPEED, NS, START_NS, Sender, Stage, still

RATES = ((30.0, 30.0), (60.0, 60.0), (60.0, 30.0), (30.0, 60.0))
DELAYS_MS = (-120, -80, -50, -20, 20, 50, 80, 120)
BASE_JITTER_S = 0.004
BASE_S = 0.12
"""Delay of the base itself."""
SETTLED_S = 16.0
"""From then on the delay is known and the wait has settled."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def cost(seconds: float = 40.0) -> None:
    say("added per frame, us: sources, rates, kind, p50, p99")
    for rates in ((30.0, 30.0), (60.0, 60.0), (60.0, 60.0, 30.0)):
        for kind, priority, doubt in (("layers", 1, None), ("by doubt", 0, 0.1)):
            senders = [
                Sender(
                    rate,
                    0.01 * i,
                    0.004,
                    noise=0.01,
                    regions=("all",) if not i or not priority else ("eyes", "brows"),
                    priority=priority * i,
                    doubt=doubt,
                )
                for i, rate in enumerate(rates)
            ]
            stage, spent = Stage(senders), []
            for _, i, solved in stage.arrivals(seconds):
                stage.take(i, solved)
                if i == 0:
                    began = time.perf_counter_ns()
                    stage.show()
                    spent.append((time.perf_counter_ns() - began) / 1e3)
            p50, p99 = np.percentile(spent[len(spent) // 10 :], (50, 99))
            told = "/".join(f"{rate:.0f}" for rate in rates)
            say(f"  {len(rates)}  {told:9}  {kind:9} {p50:6.1f} {p99:6.1f}")


def alignment() -> None:
    say("alignment, ms: rates, delay, timecode, error of the delay,")
    say("  error of the shown instant p50 and p95, wait")
    worst, shown = 0.0, 0.0
    for (a, b), delay, coded in itertools.product(RATES, DELAYS_MS, (True, False)):
        jitter_s = min(0.015, 0.6 / b)
        layer = Sender(
            *(b, BASE_S + delay / 1e3, jitter_s, 0.37, 0.02, 0.8, coded),
            regions=("eyes", "position"),
            priority=1,
        )
        stage = Stage([Sender(a, BASE_S, BASE_JITTER_S, noise=0.01), layer])
        errors = []
        for came_s, at_ns, mixed in stage.run(40.0):
            if came_s > SETTLED_S and mixed is not None:
                # The layer tells in one channel which of its instants is shown.
                told_s = float(mixed.vector[CLOCK]) / CLOCK_SPEED
                true_s = (at_ns - START_NS) / NS - BASE_S - BASE_JITTER_S / 2
                errors.append(1e3 * abs(told_s - true_s))
        # The middle of the jitter belongs to the delay.
        true_ms = delay + 500 * (jitter_s - BASE_JITTER_S)
        error_ms = abs((stage.parts[1].delay_ns or 0) / 1e6 - true_ms)
        p50, p95 = np.percentile(errors, (50, 95))
        worst, shown = max(worst, error_ms), max(shown, float(p95))
        say(
            f"  {a:.0f}/{b:.0f}  {delay:5}  {'yes' if coded else 'no ':3}"
            f"  {error_ms:6.2f} {p50:6.2f} {p95:6.2f}"
            f"  {stage.mixer.wait_ns / 1e6:5.0f}"
        )
    say(f"  worst error of a delay {worst:.2f}, worst p95 of an instant {shown:.2f}")


def jumps(seconds: float = 16.0) -> None:
    say("largest jump of a curve at death and return: rates, jump")
    for a, b in RATES:
        for dead in (0, 1):
            gaps = ((5.0, 7.0), (9.0, 9.15), (11.0, 11.5), (12.0, 12.25))
            senders = [
                Sender(a, act=still(0.0), dead=gaps if dead == 0 else ()),
                Sender(
                    b,
                    act=still(1.0),
                    regions=("all",),
                    priority=1,
                    dead=gaps if dead == 1 else (),
                ),
            ]
            if dead == 0:
                senders[1] = Sender(b, act=still(1.0), regions=("eyes",), priority=1)
            before, largest = None, 0.0
            for _, _, mixed in Stage(senders).run(seconds):
                if mixed is None:
                    continue
                curves = mixed.vector[:52]
                if before is not None:
                    largest = max(largest, float(np.abs(curves - before).max()))
                before = curves
            who = "base" if dead == 0 else "layer"
            say(f"  {a:.0f}/{b:.0f}  {who:6} {largest:.4f}")


if __name__ == "__main__":
    cost()
    alignment()
    jumps()
