"""Short spectra: what share of a channel's power lies where, by a Fourier transform written as a product of matrices."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .findings import Findings
from .frames import frames_of


class ShortSpectra(nn.Module):
    """[batch, channels, samples] to power [batch, channels, windows, frequencies]: Hann windows of 4 s, a second apart, thinned by `stride`."""

    def __init__(self, rate_hz: int, stride: int, step_hz: float, seconds: int = 4, lowest_hz: float = 0.5, highest_hz: float = 25.0):
        super().__init__()
        width = seconds * rate_hz // stride
        self.stride, self.step = stride, rate_hz // stride
        frequencies = np.arange(lowest_hz, highest_hz + 0.01, step_hz)
        angle = 2 * np.pi * np.outer(frequencies, np.arange(width) / (rate_hz / stride))
        window = np.hanning(width)
        window_of = lambda wave: (wave - (wave * window).sum(-1, keepdims=True) / window.sum()) * window
        kernel = np.concatenate([window_of(np.cos(angle)), window_of(np.sin(angle))]).T / width
        self.register_buffer("kernel", torch.tensor(kernel, dtype=torch.float32))
        self.register_buffer("frequencies", torch.tensor(frequencies, dtype=torch.float32))

    def forward(self, x: Tensor) -> Tensor:
        halved = F.avg_pool1d(x, self.stride, self.stride) if self.stride > 1 else x
        width = self.kernel.shape[0]
        newest = (halved.shape[-1] - width) // self.step * self.step + width
        halved = halved[..., -newest:]  # so that the last window ends with the stretch
        waves = frames_of(halved, width, self.step, (newest - width) // self.step + 1) @ self.kernel
        cos, sin = waves.chunk(2, -1)
        return cos.square() + sin.square()

    def shares(self, power: Tensor) -> Tensor:
        """[batch, channels, 8, windows], in the order of SHARES."""
        total = power.sum(-1).clamp_min(1e-6)
        f = self.frequencies
        bands = [(power * ((f >= low) & (f < high)).to(power.dtype)).sum(-1) / total for low, high in ((0, 2), (2, 7), (7, 20), (20, 99))]
        peak, at = power.max(-1)
        peak_hz = f[at]
        near = ((f - peak_hz[..., None]).abs() <= 0.5).to(power.dtype)
        peak_share = (power * near).sum(-1) / total
        share = power / total[..., None]
        entropy = -(share * torch.log(share.clamp_min(1e-7))).sum(-1)
        # A flutter is a narrow peak between 2 and 7 Hz with little beside it.
        return torch.stack([*bands, peak_hz, peak_share, entropy, bands[1] * peak_share], 2)


SHARES = ("slow", "flutter", "qrs", "fast", "peak_hz", "peak_share", "entropy", "flutter_peak")


def spectra_found(shares: Tensor, found: Findings) -> None:
    recent = shares[..., -13:]
    for how, values in {
        "last": shares[..., -1], "mean": recent.mean(-1), "max": recent.amax(-1), "min": recent.amin(-1), "before": shares[..., :-13].mean(-1),
    }.items():  # fmt: skip
        found.put_each([f"{name}_{how}" for name in SHARES], values)
