"""What every test of the models has."""

from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: threads would mostly wait for each other."""
    with threadpool_limits(1):
        yield
