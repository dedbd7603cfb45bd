import pytest

from .golden import golden, own_packets


@pytest.mark.parametrize("name", sorted(own_packets()))
def test_the_wires_still_make_the_pinned_bytes(name: str) -> None:
    assert own_packets()[name].hex(" ", 4) == golden(name).hex(" ", 4)
