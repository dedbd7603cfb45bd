"""The mailbox: order kept, bounded, every order answered exactly once."""

import threading

import pytest

from bridge.errors import ConfigError
from bridge.orders.mailbox import ENDING, FULL, ROOM, Mailbox
from bridge.orders.order import Answer, FaceOrder, SetLead


def lead_of(order: FaceOrder) -> float:
    assert isinstance(order, SetLead)
    return order.lead_ms


def test_orders_are_applied_in_their_order_and_answered() -> None:
    mailbox, done = Mailbox(), list[float]()

    def apply(order: FaceOrder) -> str:
        done.append(lead_of(order))
        return f"lead {lead_of(order):g}"

    answers = [mailbox.post(SetLead(float(ms))) for ms in range(5)]
    assert not any(answer.done() for answer in answers)
    mailbox.empty(apply)
    assert done == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert [one.result(0).sentence for one in answers][:2] == ["lead 0", "lead 1"]
    mailbox.empty(apply)
    assert len(done) == 5


def test_a_full_mailbox_refuses_at_once_and_loses_nothing() -> None:
    mailbox = Mailbox()
    kept = [mailbox.post(SetLead(0.0)) for _ in range(ROOM)]
    refused = mailbox.post(SetLead(1.0))
    assert refused.result(0) == Answer(False, FULL)
    mailbox.empty(lambda order: "done")
    assert all(answer.result(0).ok for answer in kept)
    again = mailbox.post(SetLead(1.0))
    mailbox.empty(lambda order: "done")
    assert again.result(0).ok


def test_an_order_that_cannot_be_carried_out_is_answered_and_the_next_one_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mailbox = Mailbox()

    def apply(order: FaceOrder) -> str:
        match lead_of(order):
            case 1.0:
                raise ConfigError("motion is off")
            case 2.0:
                raise ZeroDivisionError("a bug")
        return "done"

    told = [mailbox.post(SetLead(ms)) for ms in (1.0, 2.0, 3.0)]
    mailbox.empty(apply)
    assert [one.result(0) for one in told] == [
        Answer(False, "motion is off"),
        Answer(False, "it failed: a bug"),
        Answer(True, "done"),
    ]
    assert "an order failed: SetLead" in caplog.text


def test_a_withdrawn_order_is_not_carried_out() -> None:
    mailbox, done = Mailbox(), list[FaceOrder]()
    assert mailbox.post(SetLead(1.0)).cancel()
    mailbox.post(SetLead(2.0))

    def apply(order: FaceOrder) -> str:
        done.append(order)
        return "done"

    mailbox.empty(apply)
    assert done == [SetLead(2.0)]


def test_orders_posted_while_it_is_emptied_wait_for_the_next_image() -> None:
    mailbox = Mailbox()
    later = []

    def apply(order: FaceOrder) -> str:
        later.append(mailbox.post(SetLead(1.0)))
        return "done"

    mailbox.post(SetLead(0.0))
    mailbox.empty(apply)
    assert len(later) == 1 and not later[0].done()


def test_at_the_end_those_that_wait_and_all_later_ones_are_refused() -> None:
    mailbox = Mailbox()
    waiting = mailbox.post(SetLead(1.0))
    mailbox.close()
    mailbox.close()
    assert waiting.result(0) == mailbox.post(SetLead(2.0)).result(0)
    assert waiting.result(0) == Answer(False, ENDING)


def test_many_threads_get_one_answer_an_order() -> None:
    mailbox, stop = Mailbox(), threading.Event()

    def work() -> None:
        while not stop.is_set():
            mailbox.empty(lambda order: f"{lead_of(order):g}")
        mailbox.close()

    pipeline = threading.Thread(target=work, daemon=True)
    pipeline.start()
    wrong: list[Answer] = []

    def give(first: int) -> None:
        for ms in range(first, first + 200):
            answer = mailbox.post(SetLead(float(ms))).result(60.0)
            if answer not in (Answer(True, f"{ms:g}"), Answer(False, FULL)):
                wrong.append(answer)

    threads = [
        threading.Thread(target=give, args=(1000 * i,), daemon=True) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120.0)
        assert not thread.is_alive()
    stop.set()
    pipeline.join(60.0)
    assert wrong == [] and mailbox.post(SetLead(0.0)).result(0).sentence == ENDING
