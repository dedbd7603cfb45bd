"""A run's folder: what was trained, from what, by which code, and how it went.

last.pt         everything needed to go on after an interruption
weights.pt      the averaged weights, once training has ended
run.json        recipe, shape, data hash, commit, machine, metrics
log.jsonl       one line an epoch
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from models.data.files import FileError
from models.data.files import read_json as read_json

S = TypeVar("S")


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a state so that an interruption leaves the old file or the new one."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def load(path: Path) -> dict[str, Any]:
    """Read what `save` wrote. Nothing in the file is executed.

    Raises:
        OSError: it cannot be read.
        FileError: it is damaged or none.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception:  # what a damaged pickle raises has no base in common
        state = None
    if not isinstance(state, dict):
        raise FileError(f"{path}: not a complete checkpoint of a training run")
    return state


def weights(run: Path) -> dict[str, Tensor]:
    """Return a run's averaged weights: the final ones, or the latest so far."""
    for name, key in (("weights.pt", None), ("last.pt", "ema")):
        if (run / name).is_file():
            state = load(run / name)
            found: Any = state if key is None else state.get(key)
            if not isinstance(found, dict):
                raise FileError(f"{run / name}: holds no weights; train again")
            return found
    raise FileNotFoundError(f"{run}: neither weights.pt nor last.pt; train first")


def fill(net: nn.Module, run: Path) -> None:
    """Give a network a run's weights; FileError if they are of another one."""
    try:
        net.load_state_dict(weights(run))
    except RuntimeError:
        raise FileError(f"{run}: its weights belong to another network") from None


def shape_of(run: Path, kind: type[S]) -> S:
    """Return the shape of a run's network; FileError if it is of another one."""
    try:
        return kind(**tuples(described(run)["shape"]))
    except (KeyError, TypeError, AttributeError):
        raise FileError(f"{run / 'run.json'}: describes another network") from None


def write_json(path: Path, content: object) -> None:
    """Write readable JSON, all of it or nothing."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def described(run: Path) -> dict[str, Any]:
    """Return a run's run.json.

    Raises:
        FileNotFoundError: it has none: there is no such run, or it has not ended.
        FileError: it is damaged.
    """
    path = run / "run.json"
    if not path.is_file():
        raise FileNotFoundError(
            f"{run}: no run.json; expected the folder of a training that has ended"
        )
    return read_json(path)


def commit() -> str:
    """Return the commit of this code, "+" behind it if changed; "" if unknown."""
    here = Path(__file__).parent
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=40"],
            cwd=here,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.strip()


def machine() -> dict[str, Any]:
    """Return what the numbers were measured on."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "gpus": torch.cuda.device_count(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def tuples(table: dict[str, Any]) -> dict[str, Any]:
    """Return the table with its lists as tuples again, which JSON does not know."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
