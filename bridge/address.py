"""Addresses as they may be shown and stored: without logins, passwords and keys."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

SCHEMES: Final = ("rtsp", "rtsps", "http", "https", "udp", "tcp", "rtmp")
"""Of network cameras."""

_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]{0,31}://[^\s\"'`<>]+", re.IGNORECASE)
"""One in the middle of a text. The scheme's length is limited so that the search takes
time in proportion to the text, whatever is in it."""

_SLIP: Final = re.compile(rf"(?:url|{'|'.join(SCHEMES)}):", re.IGNORECASE)
"""How one begins in which "://" is mistyped."""

_LOGIN: Final = re.compile(
    r"(?!(?:camera|video|images|demo):|[a-z]:[/\\])[^/\\:@\s]+:.*@", re.IGNORECASE
)
"""How one begins that is nothing but USER:PASSWORD@HOST. A path does not."""

_VALUE: Final = re.compile(r"(?<==)[^/&;?#]+")
"""In a path: some cameras have /user=NAME&password=WORD there."""

_QUERIED: Final = re.compile(r"(?<==)[^&;]+|(?<![^&;])[^=&;]+(?![^&;])")
"""Behind a question mark: a value, or a word without a name, which is one as well."""


def masked(text: str) -> str:
    """Return a source as a person wrote it without what may be secret in it.

    Everything before the last @ of an address is hidden, for a password may hold any
    sign, and the value of everything that is written as NAME=VALUE or behind a
    question mark. What is no address comes back unchanged.

        url:rtsp://ann:p@ss@10.0.0.7:554/live?key=1  ->
        url:rtsp://***@10.0.0.7:554/live?key=***
    """
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
