"""The same heart through another stethoscope, in another room, in another chest: what must not change the answer."""
import numpy as np
import torch
from torch.nn import functional as F

from .spectrogram import MELS, centred

#: Spread of the gain over frequency that a device adds, in half nepers of power (0.6: 5 dB)
COLOUR = 0.6
#: Bands up or down by which a chest is smaller or greater than another
SHIFT = 2


def another_device(mel: torch.Tensor, frames: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """[batch, 32, frames] log-mel and frame mask -> the same, each recording changed in its own way."""
    n, _, length = mel.shape
    mel = _shifted(mel, rng.uniform(-SHIFT, SHIFT, n)) + _curve(n, COLOUR, rng)
    mel = mel + torch.tensor(rng.standard_normal(mel.shape, np.float32) * 0.1)
    # A floor of noise hides what is quieter, in each recording at another level.
    floor = torch.tensor(rng.uniform(-6, -1.5, (n, 1, 1)), dtype=torch.float32)
    mel = torch.logaddexp(2 * mel, 2 * floor) / 2
    return centred(mel, frames) * _holes(n, length, rng)


def _shifted(mel: torch.Tensor, bands: np.ndarray) -> torch.Tensor:
    at = (torch.arange(MELS) + torch.tensor(bands[:, None], dtype=torch.float32)).clamp(0, MELS - 1.001)
    below = at.long()
    share = (at - below)[:, :, None]
    take = lambda index: torch.gather(mel, 1, index[:, :, None].expand(-1, -1, mel.shape[2]))
    return take(below) * (1 - share) + take(below + 1) * share


def _curve(n: int, spread: float, rng: np.random.Generator) -> torch.Tensor:
    """[n, 32, 1], smooth over frequency."""
    knots = torch.tensor(rng.normal(0, spread, (n, 1, 5)), dtype=torch.float32)
    return F.interpolate(knots, MELS, mode="linear", align_corners=True).transpose(1, 2)


def _holes(n: int, length: int, rng: np.random.Generator) -> torch.Tensor:
    """Bands and moments that went missing: 0, elsewhere 1."""
    kept = torch.ones(n, MELS, length)
    for row in range(n):
        if rng.random() < 0.5:
            low, width = rng.integers(0, MELS - 4), rng.integers(1, 5)
            kept[row, low : low + width] = 0
        for _ in range(rng.integers(0, 3)):
            at, width = rng.integers(0, length - 40), rng.integers(5, 40)
            kept[row, :, at : at + width] = 0
    return kept
