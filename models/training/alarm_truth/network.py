"""A small convolutional network over the traces: what the listed features may have missed."""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .records import KINDS

WIDTHS = (24, 32, 48, 64, 64)
POOLED = 64


@dataclass(frozen=True)
class Reach:
    """Of a convolution: places that it looks at, and between those that it answers of."""

    taps: int
    stride: int


LATER = Reach(5, 2)


class Block(nn.Module):
    def __init__(self, wide: int, out: int, reach: Reach):
        super().__init__()
        self.first = nn.Conv1d(wide, out, reach.taps, stride=reach.stride, padding=reach.taps // 2, bias=False)
        self.first_norm = nn.BatchNorm1d(out)
        self.second = nn.Conv1d(out, out, 3, padding=1, groups=8, bias=False)
        self.second_norm = nn.BatchNorm1d(out)

    def forward(self, x: Tensor) -> Tensor:
        x = F.silu(self.first_norm(self.first(x)))
        return x + F.silu(self.second_norm(self.second(x)))


class Network(nn.Module):
    """traces [batch, 8, places] of 20 s, usable [batch, 4], alarm [batch, 5] to a logit [batch, 1] that the alarm is true, and pooled [batch, 64]."""

    def __init__(self, first: Reach):
        super().__init__()
        sizes = [8, *WIDTHS]
        reaches = [first, *[LATER] * (len(WIDTHS) - 1)]
        self.blocks = nn.Sequential(*(Block(wide, out, reach) for wide, out, reach in zip(sizes, sizes[1:], reaches)))
        self.gather = nn.Linear(3 * WIDTHS[-1] + 4 + len(KINDS), POOLED)
        self.drop = nn.Dropout(0.4)
        self.answer = nn.Linear(POOLED + len(KINDS), 1)

    def forward(self, traces: Tensor, usable: Tensor, alarm: Tensor) -> tuple[Tensor, Tensor]:
        x = self.blocks(traces)
        late = x[..., -(x.shape[-1] // 2) :]  # the last 10 s
        parts = torch.cat([x.amax(-1), late.amax(-1), late.mean(-1), usable, alarm], 1)
        pooled = F.silu(self.gather(self.drop(parts)))
        return self.answer(torch.cat([self.drop(pooled), alarm], 1)), pooled
