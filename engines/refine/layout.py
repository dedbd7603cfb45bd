"""How large a window of the refiner is.

By itself, for `engines.runtime.graphs`: every run of the daemon reads the contracts, and what
mends takes needs SciPy, which costs a start 0.3 s and the memory 40 MiB.
"""

from __future__ import annotations

from typing import Final

from engines.motion.signals import COUNT

LENGTH: Final = 256
"""Samples: 4.3 s."""
TOLD: Final = 3 * COUNT + 6
"""Rows; `window.py` says what they hold."""
