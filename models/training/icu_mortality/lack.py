"""How much of a chart is lacking, and charts from which a part was taken, for the weights of the members to go by."""
import numpy as np
import torch

from .chart import HOURS, PARAMETERS

BEDSIDE = (
    "HR", "SysABP", "DiasABP", "MAP", "NISysABP", "NIDiasABP", "NIMAP", "RespRate", "Temp", "SaO2", "GCS", "Urine", "MechVent", "FiO2", "Weight",
)  # fmt: skip
AT_BEDSIDE = np.array([name in BEDSIDE for name in PARAMETERS])
KINDS = 3


def lack_of(count: torch.Tensor) -> torch.Tensor:
    """Counts [batch, 48, 37] to [batch, 3]: shares of the bedside's and of the laboratory's parameters, and of the hours up to the last, without any."""
    never = (count.sum(1) == 0).to(count.dtype)
    bedside, laboratory = (never @ torch.tensor(part / part.sum(), dtype=count.dtype) for part in (AT_BEDSIDE, ~AT_BEDSIDE))
    hours = (count.sum(2) == 0).to(count.dtype).mean(1)
    return torch.stack([bedside, laboratory, hours], 1)


def with_less(stays: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """The same stays, of each of which the bedside's or the laboratory's parameters, some parameters or the later hours are taken."""
    rng = np.random.default_rng(seed)
    hours = stays["hours"].copy()
    for stay, kind in zip(hours, rng.integers(0, 4, len(hours))):
        if kind == 3:
            known = rng.integers(1, HOURS)
            stay[HOURS - known :] = stay[:known].copy()
            stay[: HOURS - known] = [np.nan, np.nan, np.nan, 0]
        else:
            gone = (AT_BEDSIDE, ~AT_BEDSIDE, rng.random(len(PARAMETERS)) < rng.uniform(0.1, 0.8))[kind]
            stay[:, gone] = [np.nan, np.nan, np.nan, 0]
    return {**stays, "hours": hours}
