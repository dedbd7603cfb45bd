"""The size of the refiner's input window.

This is a separate file because every run of the daemon reads the contracts in
`engines.runtime.graphs`. The code that refines takes needs SciPy, which would add 0.3 s
and 40 MiB to each start.
"""

from __future__ import annotations

from typing import Final

from engines.motion.signals import COUNT

LENGTH: Final = 256
"""Samples: 4.3 s."""
INPUT_ROWS: Final = 3 * COUNT + 6
"""Rows of a window; `window.py` describes them."""
