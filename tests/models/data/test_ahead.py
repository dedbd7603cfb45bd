import threading
from collections.abc import Iterator

import pytest

from models.data.ahead import ahead


def test_everything_comes_in_order() -> None:
    assert list(ahead(iter(range(50)), depth=2)) == list(range(50))
    assert list(ahead(iter([None, 0]))) == [None, 0]


def test_what_breaks_the_work_is_raised_where_it_is_waited_for() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("disk")

    found = ahead(broken())
    assert next(found) == 1
    with pytest.raises(OSError, match="disk"):
        next(found)


def test_who_stops_listening_stops_the_work() -> None:
    def endless() -> Iterator[int]:
        while True:
            yield 1

    found = ahead(endless(), depth=1)
    next(found)
    found.close()  # type: ignore[attr-defined]  # a generator's
    assert not [t for t in threading.enumerate() if t.name == "batches"]
