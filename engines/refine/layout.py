"""How large a window of the refiner is.

This is a file of its own because every run of the daemon reads the contracts in
`engines.runtime.graphs`. What mends takes needs SciPy, which would cost each start
0.3 s and 40 MiB.
"""

from __future__ import annotations

from typing import Final

from engines.motion.signals import COUNT

LENGTH: Final = 256
"""Samples: 4.3 s."""
TOLD: Final = 3 * COUNT + 6
"""Rows; `window.py` says what they hold."""
