"""Logs in to VTube Studio and makes the parameters, then hands over a connection."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bridge.errors import BridgeError, SinkError
from bridge.user_folder import keep_plugin_token, plugin_token
from protocols import vtube_studio as api
from protocols.errors import DecodeError
from protocols.vtube_parameters import CUSTOM, DEFAULTS

from .line import Line, open_line
from .sending import Connection, Ranges

logger = logging.getLogger(__name__)

ALLOW_S: Final = 600.0
"""Time for the user to find the question and click "Allow"."""
CREATE_S: Final = 10.0
MOST_TOLD: Final = 64
"""Sentences about single parameters that are logged in the life of a sink."""


@dataclass(slots=True)
class Plugin:
    """What one sink knows of its VTube Studio, over all connections."""

    host: str
    port: int
    defaults: bool
    """Also send VTube Studio's own parameters."""
    allow_s: float = ALLOW_S
    stop: threading.Event = field(default_factory=threading.Event)
    """Ends every wait; set when the sink is closed."""
    token: str | None = None
    """What VTube Studio gave in this run, or in an earlier one."""
    denied: bool = False
    """The user clicked "Deny": nothing is asked again."""
    told: set[str] = field(default_factory=set)

    @property
    def where(self) -> str:
        """HOST:PORT, for sentences and as the token's name."""
        return f"{self.host}:{self.port}"

    def connect(self) -> Connection:
        """Open, log in and prepare a connection, or raise SinkError."""
        line = open_line(self.host, self.port, self.stop)
        try:
            self._log_in(line)
            names, ranges = self._prepare(line)
        except BaseException:
            line.close()
            raise
        return Connection(line, names, ranges, self.say)

    def say(self, sentence: str) -> None:
        """Log a sentence, once in the life of the sink."""
        if sentence not in self.told and len(self.told) < MOST_TOLD:
            self.told.add(sentence)
            logger.warning("· vts=%s: %s", self.where, sentence)

    def _log_in(self, line: Line) -> None:
        if self.token is None:
            self.token = self._kept()
        if self.token is not None:
            if _accepted(line, self.token):
                return
            # It was revoked, or VTube Studio was installed again.
            self._keep(None)
        if self.denied:
            raise SinkError(api.sentence(api.Problem(api.DENIED, "")))
        logger.warning(
            '· vts=%s: click "Allow" in VTube Studio, which asks about facewire',
            self.where,
        )
        answer = line.ask(api.TOKEN, api.PLUGIN, self.allow_s)
        problem = api.problem(answer)
        if problem is not None:
            self.denied = problem.number == api.DENIED
            raise SinkError(api.sentence(problem))
        try:
            self._keep(api.token(answer))
        except DecodeError as error:
            raise SinkError(str(error)) from None
        if self.token is None or not _accepted(line, self.token):
            raise SinkError("VTube Studio refuses the token that it has just given")

    def _kept(self) -> str | None:
        try:
            return plugin_token(self.where)
        except BridgeError as error:
            self.say(str(error))
            return None

    def _keep(self, token: str | None) -> None:
        self.token = token
        try:
            keep_plugin_token(self.where, token)
        except BridgeError as error:
            # This run goes on; the next one has to ask the user again.
            self.say(str(error))

    def _prepare(self, line: Line) -> tuple[list[str], Ranges]:
        """Make the parameters that are missing.

        Returns:
            The names of ours that exist, and low and high of VTube Studio's own that
            are to be sent.
        """
        answer = line.ask(api.LIST, {})
        problem = api.problem(answer)
        if problem is not None:
            raise SinkError(api.sentence(problem))
        known = {one.name: one for one in api.listed(answer)}
        ours = api.PLUGIN["pluginName"]
        missing = [
            one.name
            for one in CUSTOM
            if one.name not in known or known[one.name].added_by != ours
        ]
        refused = self._create(line, missing)
        return [one.name for one in CUSTOM if one.name not in refused], {
            name: (known[name].low, known[name].high)
            for name in DEFAULTS
            if self.defaults and name in known
        }

    def _create(self, line: Line, names: Sequence[str]) -> set[str]:
        """Create parameters; return those that VTube Studio does not create."""
        for one in CUSTOM:
            if one.name in names:
                line.send(api.request(api.CREATE, one.name, one.creation()))
        refused = set()
        for name, answer in line.answers(set(names), CREATE_S).items():
            problem = api.problem(answer)
            if problem is None:
                continue
            if problem.number == api.FOREIGN_NAME:
                self.say(f"another plugin has a parameter {name}; ours is left out")
            elif problem.number in api.FULL:
                self.say(api.sentence(problem))
            else:
                raise SinkError(api.sentence(problem))
            refused.add(name)
        return refused


def _accepted(line: Line, token: str) -> bool:
    data = {**api.PLUGIN, "authenticationToken": token}
    answer = line.ask(api.AUTHENTICATE, data)
    problem = api.problem(answer)
    if problem is not None and problem.number != api.DENIED:
        raise SinkError(api.sentence(problem))
    return answer.data.get("authenticated") is True
