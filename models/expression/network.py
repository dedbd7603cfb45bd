"""The expression network: a plain stack of 3x3 convolutions, after VGG.

    face (n, 1, 64, 64)
    conv 3x3 x 2                      32 x 64 x 64, max pool
    conv 3x3 x 2                      64 x 32 x 32, max pool
    conv 3x3 x 3                     128 x 16 x 16, max pool
    conv 3x3 x 3                     256 x  8 x  8, mean over space
    linear                           7 logits in FER2013's order, 8 in FER+'s

While it trains, a block whose width does not change adds its input before the ReLU. A
3x3 convolution can hold that sum as a one in its centre, so `fold` gives back exactly
the plain stack: no shortcut and no batch norm is left in the graph that ships.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.data.photographs.fer2013 import FER2013
from protocols.channels import EXPRESSIONS


@dataclass(frozen=True, slots=True)
class Shape:
    """What to build. The default has 1.91 M weights and 284 M multiply-adds."""

    widths: tuple[int, ...] = (32, 64, 128, 256)
    """Channels of each stage."""
    depths: tuple[int, ...] = (2, 2, 3, 3)
    """Convolutions of each stage."""
    drop_channels: float = 0.05
    """Chance to drop a channel after the second stage; doubled after the third."""
    stride: int = 1
    """Of the first convolution; 2 costs a quarter of the arithmetic."""
    dropout: float = 0.3
    """Chance to drop one of the features that the two heads read."""


def wider(times: float, stride: int = 1) -> Shape:
    """Return the shape that ships, with this many times the channels.

    `stride` is that of the first convolution.
    """
    shape = Shape()
    widths = tuple(8 * max(1, round(width * times / 8)) for width in shape.widths)
    return replace(shape, widths=widths, stride=stride)


class Block(nn.Module):
    """Convolution, batch norm, the input where it fits, ReLU."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(after)
        self.adds = before == after and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        """(n, before, h, w) -> (n, after, h/stride, w/stride)."""
        y = self.norm(self.conv(x))
        return F.relu(y + x if self.adds else y, inplace=True)

    def fold(self) -> nn.Conv2d:
        """Return one biased convolution that gives what stands before the ReLU."""
        conv, norm = self.conv, self.norm
        assert norm.running_var is not None and norm.running_mean is not None
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        weight = conv.weight * scale[:, None, None, None]
        if self.adds:
            weight = weight.clone()
            each = torch.arange(weight.shape[0])
            weight[each, each, 1, 1] += 1.0
        stride = int(conv.stride[0])
        plain = nn.Conv2d(conv.in_channels, conv.out_channels, 3, stride, 1)
        plain.weight.data.copy_(weight)
        plain.bias.data.copy_(norm.bias - norm.running_mean * scale)  # type: ignore[union-attr]
        return plain


class ExpressionNet(nn.Module):
    """Two heads on one stack: FER2013's 7 labels and FER+'s 8."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        layers: list[nn.Module] = []
        before = 1
        for stage, (width, depth) in enumerate(
            zip(shape.widths, shape.depths, strict=True)
        ):
            for i in range(depth):
                first = stage == i == 0
                layers.append(Block(before, width, shape.stride if first else 1))
                before = width
            if stage < len(shape.widths) - 1:
                layers.append(nn.MaxPool2d(2))
                if stage:
                    layers.append(nn.Dropout2d(stage * shape.drop_channels))
        self.features = nn.Sequential(*layers)
        self.dropout = nn.Dropout(shape.dropout)
        self.fer2013 = nn.Linear(before, len(FER2013))
        self.ferplus = nn.Linear(before, len(EXPRESSIONS))

    def forward(self, face: Tensor) -> tuple[Tensor, Tensor]:
        """(n, 1, h, w) -> logits (n, 7) and (n, 8). Any size from 32 works."""
        x = self.dropout(self.embed(face))
        return self.fer2013(x), self.ferplus(x)

    def embed(self, face: Tensor) -> Tensor:
        """(n, 1, h, w) -> (n, 256) features that both heads read."""
        out: Tensor = self.features(face).mean(dim=(2, 3))
        return out


@torch.inference_mode()
def logits(
    net: ExpressionNet, faces: npt.NDArray[np.float32], batch: int = 256
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return (n, 7) and (n, 8) for (n, 1, h, w) standardised faces, in float32."""
    net.eval()
    each = [
        net(torch.from_numpy(part))
        for part in np.array_split(faces, range(batch, len(faces), batch))
    ]
    seven, eight = (torch.cat(heads).numpy() for heads in zip(*each, strict=True))
    return seven, eight
