"""Masks logins, passwords and keys in addresses that are shown or stored."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

SCHEMES: Final = ("rtsp", "rtsps", "http", "https", "udp", "tcp", "rtmp")
"""URL schemes of network cameras."""

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]{0,31}://[^\s\"'`<>]+", re.IGNORECASE)
"""One in the middle of a text. The scheme's length is limited so that the search takes
time in proportion to the text, whatever is in it."""

_SLIP: Final = re.compile(rf"(?:url|{'|'.join(SCHEMES)}):", re.IGNORECASE)
"""The start of an address in which "://" is mistyped."""

_LOGIN: Final = re.compile(
    r"(?!(?:camera|video|images|demo):|[a-z]:[/\\])[^/\\:@\s]+:.*@", re.IGNORECASE
)
"""The start of an address that is only USER:PASSWORD@HOST, but not of a path."""

_VALUE: Final = re.compile(r"(?<==)[^/&;?#]+")
"""A value in a path, as some cameras have /user=NAME&password=WORD there."""

_QUERIED: Final = re.compile(r"(?<==)[^&;]+|(?<![^&;])[^=&;]+(?![^&;])")
"""A part of a query: a value, or a word without a name, which may also be secret."""


def masked(text: str) -> str:
    """Return a user's source with possible secrets replaced by `***`.

    This hides everything before the last @ of an address, because a password may
    contain any character. It also hides the value of every NAME=VALUE, and everything
    after a question mark. Texts that are not addresses are returned unchanged.

        url:rtsp://ann:p@ss@10.0.0.7:554/live?key=1  ->
        url:rtsp://***@10.0.0.7:554/live?key=***
    """
    if text.lower().startswith("zmq:"):
        # A key may contain any character that has a meaning in addresses.
        address, mark, _ = text.partition("?")
        return f"{address}{mark}{HIDDEN if mark else ''}"
    before, mark, rest = text.partition("://")
    if not mark:
        slip = _SLIP.match(text)
        if slip is None and _LOGIN.match(text) is None:
            return text
        at = slip.end() if slip else 0
        before, rest = text[:at], text[at:]
    login, at_sign, host = rest.rpartition("@")
    end = re.search(r"[?#]|$", host)
    at = end.end() if end else len(host)
    return (
        f"{before}{mark}{HIDDEN if login else ''}{at_sign}"
        f"{_VALUE.sub(HIDDEN, host[:at])}{_QUERIED.sub(HIDDEN, host[at:])}"
    )


def masked_in(text: str) -> str:
    """Return a text with every address in it masked."""
    return _ADDRESS.sub(lambda found: masked(found[0]), text)
