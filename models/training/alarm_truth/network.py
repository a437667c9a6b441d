"""A small convolutional network over the traces: what the listed features may have missed."""
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .records import KINDS

WIDTHS = (24, 32, 48, 64, 64)
POOLED = 64


class Block(nn.Module):
    def __init__(self, wide: int, out: int, taps: int):
        super().__init__()
        self.first = nn.Conv1d(wide, out, taps, stride=2, padding=taps // 2, bias=False)
        self.first_norm = nn.BatchNorm1d(out)
        self.second = nn.Conv1d(out, out, 3, padding=1, groups=8, bias=False)
        self.second_norm = nn.BatchNorm1d(out)

    def forward(self, x: Tensor) -> Tensor:
        x = F.silu(self.first_norm(self.first(x)))
        return x + F.silu(self.second_norm(self.second(x)))


class Network(nn.Module):
    """traces [batch, 8, places] of 20 s, usable [batch, 4], alarm [batch, 5] to a logit [batch, 1] that the alarm is true, and pooled [batch, 64]."""

    def __init__(self):
        super().__init__()
        sizes = [8, *WIDTHS]
        self.blocks = nn.Sequential(*(Block(wide, out, 9 if place == 0 else 5) for place, (wide, out) in enumerate(zip(sizes, sizes[1:]))))
        self.gather = nn.Linear(3 * WIDTHS[-1] + 4 + len(KINDS), POOLED)
        self.drop = nn.Dropout(0.4)
        self.answer = nn.Linear(POOLED + len(KINDS), 1)

    def forward(self, traces: Tensor, usable: Tensor, alarm: Tensor) -> tuple[Tensor, Tensor]:
        x = self.blocks(traces)
        late = x[..., -(x.shape[-1] // 2) :]  # the last 10 s
        parts = torch.cat([x.amax(-1), late.amax(-1), late.mean(-1), usable, alarm], 1)
        pooled = F.silu(self.gather(self.drop(parts)))
        return self.answer(torch.cat([self.drop(pooled), alarm], 1)), pooled
