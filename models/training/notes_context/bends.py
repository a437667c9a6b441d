"""Values to piecewise linear features, in the graph: what a value adds may bend at its own quantiles; NaN adds what missing adds."""
import numpy as np
import torch
from torch import nn


class Bends(nn.Module):
    """[batch, values] -> [batch, values x (1 + bends) + values]: scaled value, its excess over each bend, and 1 where it is missing."""

    def __init__(self, middle: np.ndarray, scale: np.ndarray, bends: np.ndarray) -> None:
        super().__init__()
        # A value that nobody has adds nothing.
        held = lambda array: torch.tensor(np.nan_to_num(array), dtype=torch.float32)
        self.register_buffer("middle", held(middle))
        self.register_buffer("scale", held(scale))
        self.register_buffer("bends", held(bends))  # [values, bends]

    @staticmethod
    def of(values: np.ndarray, shares: tuple[float, ...]) -> "Bends":
        spread = np.nanstd(values, axis=0)
        return Bends(np.nanmedian(values, axis=0), np.where(spread > 0, spread, 1), np.nanquantile(values, shares, axis=0).T)

    @property
    def count(self) -> int:
        return self.bends.shape[0] * (2 + self.bends.shape[1])

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        missing = torch.isnan(values)
        known = torch.where(missing, self.middle, values)
        over = torch.relu(known[:, :, None] - self.bends) / self.scale[:, None]
        return torch.cat([(known - self.middle) / self.scale, over.flatten(1), missing.float()], 1)
