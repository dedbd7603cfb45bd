"""The network with both heads in one file: what evaluation and training start from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from models.data.files import FileError, open_arrays
from models.training import checkpoint

from .calibration import Calibration
from .network import ExpressionNet, Shape


def pack(path: Path, net: ExpressionNet, calibration: Calibration) -> None:
    """Write the network with both heads; convolutions as float16."""
    arrays = {
        f"net.{name}": value.half().numpy() if value.ndim == 4 else value.numpy()
        for name, value in net.state_dict().items()
    }
    shape = asdict(net.shape)
    np.savez_compressed(
        path,
        **arrays,
        **{f"shape.{key}": np.array(value) for key, value in shape.items()},
        offset=np.array(calibration.offset, np.float32),
        temperature=np.array(calibration.temperature, np.float32),
        live=np.array(calibration.live),
    )


def unpack(path: Path) -> tuple[ExpressionNet, Calibration]:
    """Read what `pack` wrote.

    Raises:
        OSError: the file cannot be read.
        FileError: it is damaged, or another file.
    """
    with open_arrays(path) as data:
        shape = {
            key.removeprefix("shape."): data[key].tolist()
            for key in data.files
            if key.startswith("shape.")
        }
        if not shape:
            raise FileError(f"{path}: holds no expression network; give expression.npz")
        # The first files did not name it.
        shape.setdefault("stride", 2)
        net = ExpressionNet(Shape(**checkpoint.tuples(shape)))
        state = {
            key.removeprefix("net."): torch.from_numpy(
                data[key].astype(np.float32)
                if data[key].dtype == np.float16
                else data[key]
            )
            for key in data.files
            if key.startswith("net.")
        }
        net.load_state_dict(state)
        offset = tuple(float(value) for value in data["offset"])
        # Networks before it learned from whole pictures.
        live = bool(data["live"]) if "live" in data.files else False
        return net.eval(), Calibration(offset, float(data["temperature"]), live)
