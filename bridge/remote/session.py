"""Carries out the commands of controllers, and says what to answer to whom."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from bridge.errors import BridgeError
from bridge.orders.order import Answer, FaceOrder, Order, SetPause, StartTake, StopTake
from bridge.takes.status import Status
from bridge.takes.store import LAST_NUMBER
from protocols import remote
from protocols.osc import Message
from protocols.remote import Address, Command
from protocols.timecode import Timecode
from protocols.wording import shown

from .files import TakeFiles, deliver
from .machine import battery_level, thermal_state
from .peers import Peers
from .targets import RemoteTargets

logger = logging.getLogger(__name__)

Send = Callable[[Address, Message], object]
"""Sends an answer. From any thread."""

Later = Callable[[Callable[[], object]], bool]
"""Does work beside the socket's thread; returns False if too much waits."""

Refused = Callable[[Address, str], object]
"""Counts a refused command of a sender, and logs the reason within a bound."""

BUSY: Final = "too many commands wait; it was left out"


class Asks(Protocol):
    """Executes orders. Implemented by `bridge.orders.desk.OrderDesk`."""

    def ask(self, order: Order, patience_s: float = ...) -> Answer:
        """Execute an order and wait for its answer."""

    def post(self, order: FaceOrder) -> object:
        """Add an order, without waiting for its answer."""


class Session:
    """The remote control's state, shared by all controllers."""

    def __init__(
        self,
        orders: Asks,
        status: Callable[[], Status],
        targets: RemoteTargets,
        send: Send,
        *,
        takes: Later,
        files: Later,
        refused: Refused,
        subjects: Sequence[str],
        first_target: Address | None = None,
        reach: str = "sender",
    ) -> None:
        """Serve these parts of a daemon.

        Args:
            orders: of the daemon.
            status: the recorder's state.
            targets: the streams that controllers add.
            send: sends an answer.
            takes: does what waits for a disk.
            files: does what waits for a receiver of files.
            refused: is told why a command that had to wait was not carried out.
            subjects: names of the faces.
            first_target: gets answers until a controller names an address.
            reach: see `Remote.reach`.
        """
        self._orders = orders
        self._status = status
        self._targets = targets
        self._send = send
        self._takes, self._files = takes, files
        self._refused = refused
        self._subjects = subjects
        self._reach = reach
        self._peers = Peers(first_target)
        self._known = TakeFiles()
        self._slate: str | None = None
        self._number: int | None = None
        self._was_recording = False
        # The socket's thread looks, and the worker that starts and ends takes.
        self._looking = threading.Lock()

    def obey(self, command: Command, sender: Address) -> str:
        """Carry out a command, or hand it to a worker.

        Returns:
            Why it was refused; empty if it was not.
        """
        answer = self._peers.answers_to
        match command:
            case remote.SetSendTarget(address):
                if refused := self._beyond(address, sender):
                    return refused
                self._peers.set(sender, address)
                self._send(address, remote.TARGET_CONFIRMED)
            case remote.AddLiveLink(address):
                if refused := self._beyond(address, sender):
                    return refused
                if not self._targets.add(address):
                    return "there are 10 Live Link addresses already"
            case remote.ClearLiveLink():
                self._targets.clear()
            case remote.SetSubject(name):
                self._targets.rename(name)
            case remote.Stream(on):
                self._targets.streaming = on
            case remote.Session(on):
                self._orders.post(SetPause(not on))
                self._send(answer(sender), remote.session_confirmed(on))
            case remote.SetSlate(name):
                self._slate = slate_of(name)
                self._send(answer(sender), remote.slate_confirmed(name))
            case remote.SetTake(number):
                self._number = number
            case remote.RecordStart():
                started = self._takes(lambda: self._start(command, sender))
                return "" if started else BUSY
            case remote.RecordStop():
                return "" if self._takes(lambda: self._stop(sender)) else BUSY
            case remote.Transport():
                return self._transport(command, sender)
            case remote.BatteryQuery():
                self._send(answer(sender), remote.battery(battery_level()))
            case remote.ThermalsQuery():
                self._send(answer(sender), remote.thermals(thermal_state()))
            case remote.VideoDisplay():
                # The picture on a phone's display; the monitor page has its own switch.
                pass
        return ""

    def tell(self, message: Message) -> None:
        """Send to every controller what none has asked for."""
        for target in self._peers.all():
            self._send(target, message)

    def look(self) -> None:
        """Tell controllers that a take has begun or ended, whoever did it.

        The app says nothing of an end on the phone itself. Controllers then show a
        recording that is over, so this says it.
        """
        with self._looking:
            now = self._status()
            if now.recording == self._was_recording:
                return
            self._was_recording = now.recording
            time = told(self._targets.time)
            if now.recording:
                self.tell(remote.record_started(time))
                return
            paths = self._known.remember(now, self._subjects[0])
            self.tell(remote.record_stopped(time, paths.csv, paths.video))

    def _start(self, command: remote.RecordStart, sender: Address) -> None:
        slate = self._slate if command.slate is None else slate_of(command.slate)
        number = self._number if command.number is None else command.number
        self._number = None
        if number is not None and not 1 <= number <= LAST_NUMBER:
            number = 0
        done = self._orders.ask(StartTake(slate, number))
        if not done.ok and number and not self._status().recording:
            # That number exists. A stage must not lose a take for it.
            again = self._orders.ask(StartTake(slate, 0))
            if again.ok:
                logger.warning("- remote: %s; %s", done.sentence, again.sentence)
                done = again
        if not done.ok:
            self._refused(sender, done.sentence)
        self.look()

    def _stop(self, sender: Address) -> None:
        done = self._orders.ask(StopTake())
        if not done.ok:
            self._refused(sender, done.sentence)
        self.look()

    def _transport(self, command: remote.Transport, sender: Address) -> str:
        if refused := self._beyond(command.address, sender):
            return refused
        file = self._known.find(command.path)
        if file is None:
            return f"{shown(command.path)} is no file of a take that was reported"
        sent = self._files(lambda: self._deliver(command, file, sender))
        return "" if sent else BUSY

    def _deliver(self, command: remote.Transport, file: Path, sender: Address) -> None:
        try:
            size = deliver(command.path, file, command.address)
        except BridgeError as error:
            self._refused(sender, f"not sent: {error}")
            return
        host, port = command.address
        path = shown(command.path, 300)
        logger.debug("> remote: %s to %s:%d, %d bytes", path, host, port, size)

    def _beyond(self, address: Address, sender: Address) -> str:
        """Return why an address may not be used; empty if it may."""
        if self._reach == "anywhere" or address[0] == sender[0]:
            return ""
        return (
            f"{address[0]} is not the controller's own address; set "
            'remote.reach = "anywhere" to allow it'
        )


def slate_of(name: str) -> str:
    """Return a controller's slate as a valid slate: other characters become `_`."""
    clean = "".join(c if c.isalnum() or c in " ._-" else "_" for c in name)
    return clean[:64].strip(" .") or "Take"


def told(time: Timecode) -> str:
    """Return HH:MM:SS:FF.fff, as in the app's CSV files."""
    return f"{time}.{int(time.subframe * 1000):03}"
