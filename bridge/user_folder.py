"""What facewire remembers between runs: device ids and encryption keys.

Everything stands in one folder, the platform's own place for settings or
$FACEWIRE_HOME, which only its owner can read.
"""

from __future__ import annotations

import json
import os
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
"""For another facewire that has a file, which it needs for milliseconds."""

KEY_LENGTH: Final = 40
"""Letters of a key in Z85."""


def user_folder() -> Path:
    """Return the folder, made if need be."""
    given = os.environ.get("FACEWIRE_HOME")
    path = Path(given) if given else Path(platformdirs.user_config_dir("facewire"))
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BridgeError(
            f"{path}: cannot keep device ids here ({error.strerror}); "
            "set FACEWIRE_HOME to a folder that can be written"
        ) from None
    return path


def device_id(subject: str) -> str:
    """Return the subject's id for Live Link: made once, the same ever after.

    Unreal tells sources apart by it: two senders with one id fight over a subject.
    """
    path = user_folder() / "devices.json"
    with _alone(path):
        known = _read(path)
        if subject not in known:
            known[subject] = str(uuid.uuid4()).upper()
            _write(path, known)
    return known[subject]


def curve_keys() -> tuple[str, str]:
    """Return this machine's (public, secret) CURVE keys in Z85, made once."""
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
            f"{path}: expected two keys of {KEY_LENGTH} letters; delete it to start "
            "anew, and give the new public key to whoever subscribes"
        )
    return public, secret


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep every other facewire from the file until the block ends.

    Two that read it at once would both add to it, and the second would write over what
    the first has added.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(path.with_suffix(".lock"), patience(WAIT_S)))
        except HeldElsewhere:
            raise BridgeError(
                f"{path}: another facewire has held it for {WAIT_S:g} s; end that one, "
                "and start again"
            ) from None
        except (DeviceError, OSError):
            # A folder that cannot be written, or a disk that knows no locks: what is
            # there can be read all the same, and `_write` tells if it must.
            pass
        yield


def _read(path: Path) -> dict[str, str]:
    try:
        found = decode_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise BridgeError(
            f"{path}: cannot be read ({error.strerror}); delete it to start anew"
        ) from None
    except DecodeError as error:
        raise BridgeError(f"{path}: {error}; delete it to start anew") from None
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise BridgeError(f"{path}: expected names and texts; delete it to start anew")
    return found


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file whole, so that two daemons never see half of it."""
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
            "folder that can be written"
        ) from None
