"""A cache of plans."""

from pathlib import Path

import pytest

from engines.runtime.cache import PlanCache


@pytest.fixture
def cache(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")
