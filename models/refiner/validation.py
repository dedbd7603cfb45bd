"""How a refiner in training does on valid takes: what its log holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engines.refine.grid import RATE
from models.data.recorded.batches import Batch, Sheet, window_batch

from .network import Refiner, Shape


def tensors(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """Return a batch's arrays as tensors, by name."""
    return {
        name: torch.from_numpy(getattr(batch, name)).to(device)
        for name in batch.__slots__
    }


def look_batch(look_at: Sequence[Sheet]) -> Batch | None:
    """Return a window of every valid take, always the same ones."""
    if not look_at:
        return None
    return window_batch(look_at, np.random.default_rng(7))


def look(
    state: dict[str, Tensor], shape: Shape, batch: Batch | None
) -> dict[str, float]:
    """Return errors x 1000, beside those of filling gaps, trembling, and detail.

    rmse, gap: error, over all and in gaps; `_fill` is that of filling. jerk: mean
    third difference at rest. detail: power at 3 to 8 Hz over the true one.
    """
    if batch is None:
        return {}
    net = Refiner(shape)
    net.load_state_dict({k: v.cpu() for k, v in state.items()})
    x = tensors(batch, torch.device("cpu"))
    with torch.inference_mode():
        said = x["ready"] + x["bound"] * net.eval()(x["told"])
    rest = (x["still"] * x["known"]).unfold(2, 4, 1).amin(3)

    def error(values: Tensor, where: Tensor) -> float:
        where = where.expand_as(values)
        square = ((values - x["target"]) ** 2 * where).sum()
        return round(1e3 * float((square / where.sum().clamp(min=1.0)).sqrt()), 3)

    def trembling(values: Tensor) -> float:
        jerk = values.diff(n=3, dim=2).abs() * rest
        return round(1e3 * float(jerk.sum() / rest.sum().clamp(min=1.0)), 3)

    def power(values: Tensor) -> float:
        motion = values * x["known"]
        window = torch.hann_window(values.shape[2])
        motion = (motion - motion.mean(dim=2, keepdim=True)) * window
        hertz = torch.fft.rfftfreq(values.shape[2], 1.0 / RATE)
        band = (hertz >= 3.0) & (hertz < 8.0)
        return float((torch.fft.rfft(motion, dim=2)[..., band].abs() ** 2).sum())

    return {
        "rmse": error(said, x["known"]),
        "rmse_fill": error(x["ready"], x["known"]),
        "gap": error(said, x["gap"]),
        "gap_fill": error(x["ready"], x["gap"]),
        "jerk": trembling(said),
        "jerk_fill": trembling(x["ready"]),
        "detail": round(power(said) / max(power(x["target"]), 1e-9), 4),
        "detail_fill": round(power(x["ready"]) / max(power(x["target"]), 1e-9), 4),
    }
