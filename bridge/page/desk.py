"""Does what pages ask for: finds the verb, checks its arguments, and answers.

Every request gets one answer. A request that cannot be carried out changes nothing, and
its answer says why in one sentence.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from bridge.errors import BridgeError
from bridge.feeds.feed import Solved
from protocols.wording import shown

from .arguments import Arguments
from .running import Verbs
from .visitor import Reply, Request, Visitor

logger = logging.getLogger(__name__)


class Section(Protocol):
    """One part of the desk, with the verbs that it does."""

    def verbs(self) -> Verbs:
        """Return what this part does, by verb."""

    def left(self, visitor: Visitor) -> None:
        """Forget a page that was closed."""

    def close(self) -> None:
        """End what still runs. Safe to call twice."""


class TakesParts(Protocol):
    """Takes the parts of an uploaded file."""

    def part(self, data: bytes, visitor: Visitor) -> None:
        """Take a binary message of kind 10; tell the page if it is wrong."""


class SeesFaces(Protocol):
    """Takes what the pipeline has solved."""

    def see(self, solved: Solved) -> None:
        """Take solved faces. Never blocks."""


class PageDesk:
    """Answers requests on the thread of the page that asks."""

    def __init__(
        self,
        sections: Sequence[Section],
        uploads: TakesParts,
        guide: SeesFaces | None = None,
    ) -> None:
        """Use these parts; `close` closes them.

        Args:
            sections: their verbs differ.
            uploads: gets the parts of uploaded files.
            guide: gets solved faces.
        """
        self._sections = sections
        self._uploads = uploads
        self._guide = guide
        self._verbs = {
            verb: do for section in sections for verb, do in section.verbs().items()
        }

    @property
    def verbs(self) -> tuple[str, ...]:
        """All verbs."""
        return tuple(self._verbs)

    def handle(self, request: Request, visitor: Visitor) -> Reply:
        """Do what a page asks for, and return the answer. Never raises.

        Longer work goes on in another thread and tells `progress`.
        """
        do = self._verbs.get(request.do)
        if do is None:
            return Reply(False, f"there is no request {shown(request.do, 40)!r}")
        try:
            return do(Arguments(request.do, request.arguments), visitor)
        except BridgeError as error:
            return Reply(False, "; ".join(str(error).splitlines()) or "it failed")
        except Exception as error:
            logger.exception("x monitor: %s failed", request.do)
            return Reply(False, f"it failed: {error or type(error).__name__}")

    def part(self, data: bytes, visitor: Visitor) -> None:
        """Take a part of an uploaded file."""
        self._uploads.part(data, visitor)

    def see(self, solved: Solved) -> None:
        """Take the newest solved faces. Never blocks."""
        if self._guide is not None:
            self._guide.see(solved)

    def left(self, visitor: Visitor) -> None:
        """Forget a page that was closed."""
        for section in self._sections:
            section.left(visitor)

    def close(self) -> None:
        """End what still runs, and delete what was uploaded. Safe to call twice."""
        for section in self._sections:
            section.close()
