"""Tests that refine takes are skipped where the extra `refine` is not installed."""

from importlib.util import find_spec

import pytest

needs_refining = pytest.mark.skipif(
    find_spec("scipy") is None, reason="refining needs SciPy"
)
