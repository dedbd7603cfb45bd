"""Decides who may open the page, its files and its stream.

A browser of this machine runs pages of strangers, so loopback alone protects nothing:

- `Host` must name this server, so that a stranger's name that resolves to 127.0.0.1
  (DNS rebinding) reaches nothing: 421.
- `Origin` must be the page's own where a browser sends it, and the stream needs one:
  403.
- Everything but the page's own files needs the token: 403. It is in the address's
  fragment, which browsers send to nobody.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import parse_qs, urlsplit

STREAM: Final = "/ws"
BEARER: Final = "Bearer "


class Refused(Exception):
    """A request is refused, with a status of HTTP and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Headers(Protocol):
    """The headers of a request. Implemented by `websockets.datastructures.Headers`."""

    def get_all(self, key: str) -> list[str]:
        """Return all values of a header, in any case of letters."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The rules of one server."""

    token: str
    port: int
    names: tuple[str, ...] = ()
    """Names of this machine that browsers may use, besides localhost, in lower case."""
    outside: bool = False
    """True if other machines can reach the server."""

    def enter(self, headers: Headers) -> str:
        """Check where a request wants to go, and return its `Host`.

        Raises:
            Refused: it names another host, or it comes from another page.
        """
        host = _one(headers, "Host")
        if host is None or not self._here(host):
            raise Refused(421, "this address is not served here")
        origin = _one(headers, "Origin")
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            raise Refused(403, "another page may not use this one")
        return host

    def stream(self, headers: Headers, path: str) -> None:
        """Check a request for the stream, which has passed `enter`.

        Raises:
            Refused: it has no origin or no valid token.
        """
        if _one(headers, "Origin") is None:
            raise Refused(403, "expected the header Origin, as browsers send it")
        self._check(query(path, "token"))

    def private(self, headers: Headers) -> None:
        """Check a request for a private file, which has passed `enter`.

        Raises:
            Refused: it has no valid token.
        """
        given = _one(headers, "Authorization") or ""
        self._check(given.removeprefix(BEARER) if given.startswith(BEARER) else "")

    def _check(self, token: str) -> None:
        if not hmac.compare_digest(
            token.encode("utf-8", "replace"), self.token.encode()
        ):
            raise Refused(
                403, "the token is missing or wrong; open the printed address"
            )

    def _here(self, host: str) -> bool:
        try:
            parts = urlsplit(f"//{host}")
            name, port = (parts.hostname or "").lower(), parts.port or 80
        except ValueError:
            return False
        if port != self.port or parts.netloc != host or "@" in host:
            return False
        if name in ("localhost", *self.names):
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        # A number cannot be rebound: it is this machine's, or the request is elsewhere.
        return self.outside or address.is_loopback


def query(path: str, name: str) -> str:
    """Return a value of an address's query; empty if it is absent or repeated."""
    try:
        given: Sequence[str] = parse_qs(urlsplit(path).query, max_num_fields=8)[name]
    except (KeyError, ValueError):
        return ""
    return given[0] if len(given) == 1 else ""


def _one(headers: Headers, name: str) -> str | None:
    found = headers.get_all(name)
    if len(found) > 1:
        raise Refused(400, f"the header {name} is repeated")
    return found[0].strip() if found else None
