"""What every test has: a settings folder, signals and logging as they were."""

import logging
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine may sleep in the middle of an example: no example has a deadline.
settings.register_profile("facewire", deadline=None)
settings.load_profile("facewire")

# A shell's background job ignores Ctrl-C, and nohup a closed terminal. What tests start
# would inherit that, and could not be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def own_home(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FACEWIRE_HOME", str(path))
    return path


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    """Put handlers back: Ray leaves one of its own. Fail where a signal stays ignored,
    because a later test would wait for it without end."""
    signs = [
        sign
        for name in ("SIGINT", "SIGTERM", "SIGHUP")
        if (sign := getattr(signal, name, None)) is not None
    ]
    before = {sign: signal.getsignal(sign) for sign in signs}
    put = signal.signal  # A test may have replaced it, and its own end may come later.
    yield
    ignored = [sign for sign in signs if signal.getsignal(sign) is signal.SIG_IGN]
    for sign, handler in before.items():
        put(sign, handler)
    assert not ignored


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Fail the test that leaves our log lines going elsewhere: later ones read them."""
    ours = logging.getLogger("bridge")
    before = ours.handlers[:], ours.propagate, ours.level, ours.disabled
    yield
    after = ours.handlers[:], ours.propagate, ours.level, ours.disabled
    ours.handlers[:], ours.propagate, level, ours.disabled = before
    ours.setLevel(level)
    assert after == before
