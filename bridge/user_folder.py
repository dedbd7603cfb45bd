"""The user's folder with device ids and encryption keys, kept between runs.

The folder is $FACEWIRE_HOME or the platform's own place for settings. Only its owner
can read it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import platformdirs
import zmq

from engines.file_lock import HeldElsewhere, hold, patience
from engines.runtime.runtimes import DeviceError
from protocols.errors import DecodeError
from protocols.text import decode_json

from .errors import BridgeError

WAIT_S: Final = 10.0
"""Longest wait for another facewire that uses a file, normally for milliseconds."""

TOKEN_BYTES: Final = 24
KEY_LENGTH: Final = 40
"""Length of a key in Z85, in characters."""


def user_folder() -> Path:
    """Return the folder; create it if it is missing.

    Raises:
        BridgeError: it cannot be created.
    """
    given = os.environ.get("FACEWIRE_HOME")
    path = Path(given) if given else Path(platformdirs.user_config_dir("facewire"))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BridgeError(
            f"{path}: the folder for device ids cannot be created ({error.strerror}); "
            "set FACEWIRE_HOME to a writable folder"
        ) from None
    return path


def device_id(subject: str) -> str:
    """Return the subject's device id for Live Link, created once and then kept.

    Unreal identifies sources by it: two senders with one id overwrite each other.
    """
    path = user_folder() / "devices.json"
    with _alone(path):
        known = _read(path)
        if subject not in known:
            known[subject] = str(uuid.uuid4()).upper()
            _write(path, known)
    return known[subject]


def curve_keys() -> tuple[str, str]:
    """Return this machine's (public, secret) CURVE keys in Z85, created once."""
    path = user_folder() / "curve.json"
    with _alone(path):
        known = _read(path)
        if "public" not in known or "secret" not in known:
            pair = (key.decode() for key in zmq.curve_keypair())
            known = dict(zip(("public", "secret"), pair, strict=True))
            _write(path, known)
    public, secret = known["public"], known["secret"]
    if not len(public) == len(secret) == KEY_LENGTH:
        raise BridgeError(
            f"{path}: expected two keys of {KEY_LENGTH} characters; delete the file to "
            "make new keys, and give the new public key to all subscribers"
        )
    return public, secret


def page_token() -> str:
    """Return the token of the monitor page, created once and then kept: the address
    that OBS was given stays valid.

    It has 24 random bytes, as 32 characters that an address may hold.
    """
    path = user_folder() / "monitor.json"
    with _alone(path):
        known = _read(path)
        if "token" not in known:
            known = {"token": secrets.token_urlsafe(TOKEN_BYTES)}
            _write(path, known)
    token = known["token"]
    if not re.fullmatch(r"[\w-]{32,}", token, re.ASCII):
        raise BridgeError(
            f"{path}: expected a token of 32 characters or more, letters and digits; "
            "delete the file to make a new one"
        )
    return token


def plugin_token(place: str) -> str | None:
    """Return the token that VTube Studio gave us, None if there is none.

    Args:
        place: HOST:PORT; each VTube Studio gives its own token.
    """
    return _read(_plugin_tokens()).get(place)


def keep_plugin_token(place: str, token: str | None) -> None:
    """Keep a token of VTube Studio, or forget it if it is None."""
    path = _plugin_tokens()
    with _alone(path):
        known = _read(path)
        known.pop(place, None)
        if token is not None:
            known[place] = token
        _write(path, known)


def _plugin_tokens() -> Path:
    return user_folder() / "vtube_studio.json"


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Lock a file against other facewire processes until the block ends.

    Without the lock, two processes that add to the file at the same time would lose one
    of the additions.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(path.with_suffix(".lock"), patience(WAIT_S)))
        except HeldElsewhere:
            raise BridgeError(
                f"{path}: another facewire has locked this file for {WAIT_S:g} s; end "
                "that process and start again"
            ) from None
        except (DeviceError, OSError):
            # The folder is read-only, or the disk does not support locks. The file can
            # still be read, and `_write` reports an error if it has to write.
            pass
        yield


def _read(path: Path) -> dict[str, str]:
    try:
        found = decode_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BridgeError(
            f"{path}: cannot be read ({error.strerror}); delete it to make a new one"
        ) from None
    except DecodeError as error:
        raise BridgeError(f"{path}: {error}; delete it to make a new one") from None
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise BridgeError(
            f"{path}: expected an object of strings; delete it to make a new one"
        )
    return found


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the whole file at once, so that no process reads a part of it."""
    name = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=2, ensure_ascii=False)
        Path(name).replace(path)
    except OSError as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        raise BridgeError(
            f"{path}: cannot be written ({error.strerror}); set FACEWIRE_HOME to a "
            "writable folder"
        ) from None
