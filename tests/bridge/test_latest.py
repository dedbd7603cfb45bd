import threading

from bridge.latest import Latest


def test_the_newest_value_wins_and_the_rest_are_counted() -> None:
    slot: Latest[int] = Latest()
    for value in range(5):
        slot.put(value)
    assert slot.take(0) == 4
    assert slot.dropped == 4
    assert slot.take(0) is None


def test_take_waits_for_a_value_from_another_thread() -> None:
    slot: Latest[str] = Latest()
    thread = threading.Timer(0.02, slot.put, ["here"])
    thread.start()
    assert slot.take(5) == "here"
    thread.join()


def test_close_wakes_a_waiting_reader() -> None:
    slot: Latest[str] = Latest()
    thread = threading.Timer(0.02, slot.close)
    thread.start()
    assert slot.take(5) is None
    assert slot.closed
    thread.join()


def test_a_value_that_waits_survives_close_but_none_comes_after() -> None:
    slot: Latest[int] = Latest()
    slot.put(1)
    slot.close()
    slot.put(2)
    assert slot.take() == 1
    assert slot.take() is None
    slot.close()
