"""Filters over [batch, channels, samples] that look as far back as ahead, the ends held: nothing is delayed."""
import torch
import torch.nn.functional as F
from scipy.signal import firwin
from torch import Tensor, nn


class Fir(nn.Module):
    """A band-pass, or a low-pass where `low` is null, of an odd number of taps."""

    def __init__(self, low: float | None, high: float, taps: int, rate_hz: float):
        super().__init__()
        self.reach = taps // 2
        kernel = firwin(taps, high if low is None else [low, high], fs=rate_hz, pass_zero=low is None)
        self.register_buffer("kernel", torch.tensor(kernel, dtype=torch.float32)[None, None])

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, samples = x.shape
        flat = F.pad(x.reshape(-1, 1, samples), (self.reach, self.reach), mode="replicate")
        return F.conv1d(flat, self.kernel).reshape(-1, channels, samples)


class Mean(nn.Module):
    """The mean over an odd number of samples; a wide one as means of means, which costs the sum of both widths instead of their product."""

    def __init__(self, fine: int, coarse: int = 1):
        super().__init__()
        self.fine, self.coarse, self.reach = fine, coarse, fine * coarse // 2
        self.register_buffer("kernel", torch.full((1, 1, coarse), 1 / coarse))

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, samples = x.shape
        flat = F.pad(x.reshape(-1, 1, samples), (self.reach, self.reach), mode="replicate")
        means = F.avg_pool1d(flat, self.fine, 1)
        return (means if self.coarse == 1 else F.conv1d(means, self.kernel, dilation=self.fine)).reshape(-1, channels, samples)


class Hann(nn.Module):
    """A weighted mean over an odd number of samples: unlike a mean, highest at one place only, whatever order a processor adds in."""

    def __init__(self, taps: int):
        super().__init__()
        self.reach = taps // 2
        kernel = torch.hann_window(taps + 2, periodic=False)[1:-1]
        self.register_buffer("kernel", (kernel / kernel.sum())[None, None])

    def forward(self, x: Tensor) -> Tensor:
        batch, channels, samples = x.shape
        flat = F.pad(x.reshape(-1, 1, samples), (self.reach, self.reach), mode="replicate")
        return F.conv1d(flat, self.kernel).reshape(-1, channels, samples)


def slope(x: Tensor) -> Tensor:
    """Central difference, per sample."""
    padded = F.pad(x, (1, 1), mode="replicate")
    return (padded[..., 2:] - padded[..., :-2]) / 2


def sliding_range(x: Tensor, width: int, step: int) -> Tensor:
    return F.max_pool1d(x, width, step) + F.max_pool1d(-x, width, step)
