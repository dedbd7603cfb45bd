"""One browser for all of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .chromium import Chromium, open_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with open_chromium() as browser:
        yield browser
