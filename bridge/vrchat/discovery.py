"""Finds out which avatar is worn and where VRChat listens, in a thread of its own.

    mDNS names VRChat's OSCQuery ── HOST_INFO: the port ── /avatar: the parameters
    /avatar/change on UDP, if asked for ── VRChat's file of that avatar

It looks once a second. What it finds is one value, which the sender takes when it is
another one.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bridge.clock import monotonic_ns
from bridge.threads import ended
from protocols import oscquery
from protocols.errors import DecodeError
from protocols.oscquery import Avatar
from protocols.vrcft import Plan, everything, plan
from protocols.wording import counted, shown

from .avatar_files import find_avatar
from .change_listener import ChangeListener
from .services import MulticastServices, Service, Services, fetch, is_at

logger = logging.getLogger(__name__)

EVERY_S: Final = 1.0
WHOLE_EVERY: Final = 10
"""Looks between two times that all parameters are read; VRChat adds them one by one
while an avatar loads, so after a change they are read at once and again."""
PATIENCE: Final = 15
"""Looks in vain after which the user is told."""
CLOSE_S: Final = 0.5
LISTEN_S: Final = 0.2
PAUSE_S: Final = 0.02
"""Between two times that datagrams are read, so that a flood costs little."""
MOST_TOLD: Final = 64


@dataclass(frozen=True, slots=True)
class Found:
    """What is sent, and where."""

    plan: Plan
    port: int


class Discovery:
    """Looks for one VRChat until it is closed."""

    def __init__(
        self,
        name: str,
        host: str,
        found: Found,
        *,
        prefix: str = "",
        listener: ChangeListener | None = None,
        folder: Path | None = None,
        services: Callable[[], Services] | None = MulticastServices,
        every_s: float = EVERY_S,
    ) -> None:
        """Start to look.

        Args:
            name: of the sink, for the log.
            host: IP address of the machine with VRChat.
            found: what is sent before anything is found.
            prefix: before "v2/", for an avatar that uses all keys.
            listener: closed by `close`.
            folder: of VRChat's avatar files.
            services: opens the search by mDNS; None does without.
            every_s: seconds between two looks.
        """
        self.found = found
        """The newest find; another value when something has changed."""
        self._name, self._host = name, host
        self._prefix, self._default_port = prefix, found.port
        self._listener, self._folder = listener, folder
        self._services = services
        self._every_s = every_s
        self._stop = threading.Event()
        self._told: set[str] = set()
        self._service: Service | None = None
        self._avatar_id: str | None = None
        self._looks = self._vain = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking. Safe to call twice; a request to VRChat is not waited for."""
        self._stop.set()
        ended(self._thread, CLOSE_S)

    def _run(self) -> None:
        opened = self._open()
        try:
            while not self._stop.is_set():
                self._look(opened)
                self._wait()
        finally:
            if opened is not None:
                opened.close()
            if self._listener is not None:
                self._listener.close()

    def _open(self) -> Services | None:
        if self._services is None:
            return None
        try:
            return self._services()
        # zeroconf has errors of its own besides OSError.
        except Exception as error:
            self._say(f"mDNS cannot be used ({shown(str(error))}); VRChat is not found")
            return None

    def _wait(self) -> None:
        """Wait for the next look; receive meanwhile which avatar is put on."""
        if self._listener is None:
            self._stop.wait(self._every_s)
            return
        end_ns = monotonic_ns() + round(self._every_s * 1e9)
        while not self._stop.is_set() and (left_ns := end_ns - monotonic_ns()) > 0:
            changed = self._listener.receive(min(left_ns / 1e9, LISTEN_S))
            if changed is not None:
                self._change_avatar(changed)
            # VRChat sends each parameter that moves. What comes in the pause waits, or
            # is lost where the system's buffer is full.
            self._stop.wait(PAUSE_S)

    def _change_avatar(self, avatar_id: str) -> None:
        """Read the file of an avatar, unless OSCQuery knows better."""
        if avatar_id == self._avatar_id or self._service is not None:
            return
        self._avatar_id = avatar_id
        worn = None if self._folder is None else find_avatar(avatar_id, self._folder)
        if worn is None:
            self._say(f"VRChat has no file for the avatar {shown(avatar_id)}")
        else:
            self._use(worn, self._default_port)

    def _look(self, opened: Services | None) -> None:
        """Ask VRChat; read all parameters after a change and now and then."""
        if opened is None:
            return
        service = self._service
        try:
            if service is None:
                near = (one for one in opened.look() if is_at(one, self._host))
                service = next(near, None)
            if service is None:
                self._missed()
                return
            worn = oscquery.avatar_id(fetch(service, oscquery.CHANGE))
            changed = worn != self._avatar_id or service != self._service
            self._looks = 0 if changed else self._looks + 1
            if changed or self._looks == 2 or self._looks % WHOLE_EVERY == 0:
                self._read(service)
            self._service, self._avatar_id, self._vain = service, worn, 0
        except (OSError, DecodeError) as error:
            logger.debug("%s: %s", self._name, error)
            self._service = None
            self._missed()

    def _read(self, service: Service) -> None:
        info = oscquery.host_info(fetch(service, "/?HOST_INFO"))
        port = self._default_port if info.port is None else info.port
        self._use(oscquery.avatar(fetch(service, "/avatar")), port)

    def _use(self, worn: Avatar, port: int) -> None:
        made = everything(self._prefix) if worn.all_keys else plan(worn.parameters)
        if Found(made, port) == self.found:
            return
        self.found = Found(made, port)
        if worn.all_keys:
            told = "the avatar uses all keys of VRChat's own face tracking"
        elif made.count:
            told = f"the avatar has {counted(made.count, 'parameter')} for a face"
        else:
            told = (
                "the avatar has no parameters of VRCFaceTracking; only VRChat's own "
                "eye tracking is sent"
            )
        self._say(f"{told}, on UDP port {port}")

    def _missed(self) -> None:
        self._vain += 1
        if self._vain == PATIENCE:
            self._say(
                "VRChat is not found; start it and switch on OSC in its action menu "
                "(Options, OSC, Enabled), or send all values with ?parameters=all"
            )

    def _say(self, sentence: str) -> None:
        """Log a sentence, once in the life of the sink."""
        if sentence not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(sentence)
            logger.warning("· %s: %s", self._name, sentence)
