"""What facewire remembers between runs: device ids and encryption keys.

Everything stands in one folder, the platform's own place for settings or
$FACEWIRE_HOME, which only its owner can read.
"""

from __future__ import annotations

import json
import os
import tempfile
import uuid
from pathlib import Path

import platformdirs
import zmq

from .errors import BridgeError


def home() -> Path:
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
    path = home() / "devices.json"
    known = _read(path)
    if subject not in known:
        known[subject] = str(uuid.uuid4()).upper()
        _write(path, known)
    return known[subject]


def curve_keys() -> tuple[str, str]:
    """Return this machine's (public, secret) CURVE keys in Z85, made once."""
    path = home() / "curve.json"
    known = _read(path)
    if "public" not in known or "secret" not in known:
        public, secret = zmq.curve_keypair()
        known = {"public": public.decode(), "secret": secret.decode()}
        _write(path, known)
    return known["public"], known["secret"]


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BridgeError(
            f"{path}: cannot be read ({error}); delete it to start anew"
        ) from None
    if not isinstance(found, dict) or not all(
        isinstance(value, str) for value in found.values()
    ):
        raise BridgeError(f"{path}: expected names and texts; delete it to start anew")
    return found


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file whole, so that two daemons never see half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(values, file, indent=2, ensure_ascii=False)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise BridgeError(f"{path}: cannot be written ({error.strerror})") from None
