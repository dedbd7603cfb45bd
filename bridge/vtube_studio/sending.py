"""Sends faces over a connection that is logged in.

A frame is one InjectParameterDataRequest with our parameters, and on request one more
with VTube Studio's own. The answers are awaited, so at most one frame is on its way: a
slow VTube Studio gets fewer frames and never old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bridge.errors import SinkError
from protocols import vtube_studio as api
from protocols.channels import Vector
from protocols.frame import FaceFrame
from protocols.timecode import Timecode
from protocols.vtube_parameters import CUSTOM, Around, Injection, Mixer, features
from protocols.wording import counted

from .line import ANSWER_S, Line

YIELD_NS: Final = 10_000_000_000
"""For so long a parameter is left to another plugin that controls it."""

Ranges = Mapping[str, tuple[float, float]]
"""Low and high of VTube Studio's own parameters, by name."""

ORDER: Final = tuple(one.name for one in CUSTOM)


class Group:
    """Parameters of one request. An error of one of them fails the whole request."""

    def __init__(
        self,
        request_id: str,
        order: Sequence[str],
        names: Sequence[str],
        values: Callable[[FaceFrame], Vector],
    ) -> None:
        """Send some of the values.

        Args:
            request_id: of its requests.
            order: names of all values.
            names: those that are sent.
            values: returns a frame's values in that order.
        """
        self.request_id = request_id
        self._place = {name: i for i, name in enumerate(order)}
        self._values = values
        self._all = tuple(names)
        self._until_ns: int | None = None
        self._use(self._all)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that are sent at present."""
        return self._injection.names

    def text(self, frame: FaceFrame) -> str | None:
        """Return a frame's request; None if nothing is left to send."""
        until_ns = self._until_ns
        # Time may jump back, when a file starts again.
        if until_ns is not None and not 0 < until_ns - frame.captured_ns <= YIELD_NS:
            self._until_ns = None
            self._use(self._all)
        if not self._at:
            return None
        values = self._values(frame)[self._at].tolist()
        return self._injection.text(values, face_found=frame.tracked)

    def leave(self, taken: Sequence[str], at_ns: int) -> str:
        """Leave parameters out for a while; return them in words.

        Args:
            taken: those that another plugin controls; if the error names none, all are
                left out.
            at_ns: the frame's time.
        """
        left = [name for name in self.names if name not in taken] if taken else []
        told = ", ".join(taken) or f"one of {counted(len(self.names), 'parameter')}"
        self._until_ns = at_ns + YIELD_NS
        self._use(left)
        return told

    def _use(self, names: Sequence[str]) -> None:
        self._injection = Injection(self.request_id, names)
        self._at = [self._place[name] for name in names]


class Connection:
    """Implements `bridge.sinks.mailbox.Sender`."""

    def __init__(
        self,
        line: Line,
        names: Sequence[str],
        ranges: Ranges,
        say: Callable[[str], None],
    ) -> None:
        """Send over an open line.

        Args:
            line: logged in; closed by `close`.
            names: our own parameters that exist.
            ranges: VTube Studio's own parameters to send; may be empty.
            say: tells the user a sentence.
        """
        self._line, self._say = line, say
        self._groups = [Group("own", ORDER, names, features)]
        if ranges:
            mixer, around = Mixer(ranges), Around()
            self._groups.append(
                Group(
                    "default",
                    mixer.names,
                    mixer.names,
                    lambda frame: mixer(around(frame)),
                )
            )

    def send(self, frame: FaceFrame, time: Timecode) -> None:
        """Send a frame and wait for the answers, or raise SinkError."""
        waiting: dict[str, Group] = {}
        for group in self._groups:
            text = group.text(frame)
            if text is not None:
                self._line.send(text)
                waiting[group.request_id] = group
        answers = self._line.answers(set(waiting), ANSWER_S)
        for request_id, group in waiting.items():
            problem = api.problem(answers[request_id])
            if problem is None:
                continue
            if problem.number != api.CONTROLLED:
                raise SinkError(api.sentence(problem))
            taken = group.leave(api.named(problem, group.names), frame.captured_ns)
            self._say(
                f"another plugin controls {taken}; facewire sends the others, and "
                "tries again every 10 s"
            )

    def close(self) -> None:
        """Close the connection; after a second VTube Studio lets the face go."""
        self._line.close()
