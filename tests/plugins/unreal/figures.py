"""Prints the figures of the Unreal plugin's core on this machine.

`python -m tests.plugins.unreal.figures --seconds 600` builds it with optimisation, then
prints how long decoding takes, and receives over UDP for so long, twice: the newest
frame at once, and with a buffer.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from .building import FAST, GOLDEN, build, compilers, run


def main() -> None:
    """Build, run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rate", type=int, default=120, help="frames a second")
    given = parser.parse_args()
    found = compilers()
    if not found:
        raise SystemExit("no C++ compiler here; install g++ or clang++")
    with tempfile.TemporaryDirectory() as folder:
        built = build(Path(folder), ("figures",), compiler=found[0], options=FAST)
        said = run(
            [built / "figures", GOLDEN, str(given.seconds), str(given.rate)],
            timeout_s=2 * given.seconds + 240,
        )
        print(said, end="")  # noqa: T201


if __name__ == "__main__":
    main()
