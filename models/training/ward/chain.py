"""What device a heart sound came through: the spectrum of its quiet and of its loud parts, which the heart-sound network itself takes off.

A mixture of Gaussians knows the devices of the recordings that the network has learnt from; another device lies outside it.
"""
import numpy as np
import torch
from sklearn.mixture import GaussianMixture
from torch import nn

FRAME, HOP, BANDS = 256, 512, 20
SAMPLES = 10_000
COUNT = SAMPLES // HOP
#: in bins of 3.9 Hz: 16 to 500 Hz
EDGES = np.unique(np.round(np.geomspace(4, FRAME // 2, BANDS + 1)).astype(int))
PROFILE = 3 * (len(EDGES) - 1)
DIRECTIONS, DEVICES = 12, 6
#: below this part of the mean power there is rounding
FLOOR = 1e-7


class Profile(nn.Module):
    """pcg, mask [batch, 10000] -> [batch, PROFILE]: of each band the mean of the logarithm of its power over time, its spread, and the logarithm of the mean."""

    def __init__(self):
        super().__init__()
        window = np.hanning(FRAME)
        angle = 2 * np.pi * np.outer(np.arange(FRAME), np.arange(EDGES[0], EDGES[-1])) / FRAME
        waves = np.concatenate([np.cos(angle), np.sin(angle)], 1) * window[:, None]
        bands = np.zeros((EDGES[-1] - EDGES[0], len(EDGES) - 1))
        for band, (low, high) in enumerate(zip(EDGES[:-1], EDGES[1:])):
            bands[low - EDGES[0] : high - EDGES[0], band] = 1 / (high - low)
        self.register_buffer("waves", torch.tensor(waves, dtype=torch.float32))
        self.register_buffer("bands", torch.tensor(np.concatenate([bands, bands]), dtype=torch.float32))

    def forward(self, pcg: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        frames = pcg[:, : COUNT * HOP].reshape(-1, COUNT, HOP)[:, :, :FRAME]
        there = (mask[:, : COUNT * HOP].reshape(-1, COUNT, HOP)[:, :, :FRAME].mean(2, keepdim=True) > 0.5).float()
        # Level means nothing, and a silent stretch must not divide by nothing.
        frames = frames / pcg.abs().amax(1).clamp_min(1e-6)[:, None, None]
        power = (frames @ self.waves).square() @ self.bands
        floor = (power.mean((1, 2), keepdim=True) * FLOOR).clamp_min(1e-6)
        log, count = torch.maximum(power, floor).log(), there.sum(1).clamp_min(1)
        mean = (log * there).sum(1) / count
        spread = (((log - mean[:, None]).square() * there).sum(1) / count).sqrt()
        loud = torch.maximum((power * there).sum(1) / count, floor[:, 0]).log()
        level = mean.mean(1, keepdim=True)
        return torch.cat([mean - level, spread, loud - level], 1)


def fit_devices(profiles: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Directions and the mixture, as they stand in the graph."""
    mean, scale = profiles.mean(0), profiles.std(0)
    _, size, axes = np.linalg.svd((profiles - mean) / scale, full_matrices=False)
    directions = axes[:DIRECTIONS].T / size[:DIRECTIONS] * np.sqrt(len(profiles)) / scale[:, None]
    found = GaussianMixture(DEVICES, reg_covar=0.05, random_state=seed).fit((profiles - mean) @ directions)
    factors = np.linalg.cholesky(found.precisions_)
    constant = np.log(found.weights_) + np.log(np.linalg.det(factors)) - DIRECTIONS / 2 * np.log(2 * np.pi)
    return {"mean": mean, "directions": directions, "centres": found.means_, "factors": factors, "constant": constant}


def unlikelihood(devices: dict[str, np.ndarray], profiles: np.ndarray) -> np.ndarray:
    """[recordings]: minus the logarithm of how likely a profile is."""
    placed = (profiles - devices["mean"]) @ devices["directions"]
    away = np.einsum("nkd,kde->nke", placed[:, None] - devices["centres"], devices["factors"])
    terms = devices["constant"] - np.square(away).sum(2) / 2
    top = terms.max(1)
    return -(top + np.log(np.exp(terms - top[:, None]).sum(1)))
