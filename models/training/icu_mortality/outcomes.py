"""What training learns from. Only death in hospital is asked; the others are known afterwards only, and teach the same illness."""
import numpy as np
import torch

SOON_DAYS = (30, 180, 365)
TASKS = 1 + len(SOON_DAYS) + 3
WEIGHTS = torch.tensor([1, 0.15, 0.15, 0.15, 0.1, 0.1, 0.05])


def nearly_died(stays: dict[str, np.ndarray], most: float, days_left: float) -> np.ndarray:
    """1 for death in hospital, else most * exp(-days until death / days_left): one who dies soon after leaving nearly died there. 0 without a death."""
    days = np.where(np.isnan(stays["survival_days"]), np.inf, stays["survival_days"])
    return np.where(stays["died"] > 0, 1, most * np.exp(-days / days_left)).astype(np.float32)


def tasks_of(stays: dict[str, np.ndarray]) -> torch.Tensor:
    """[n, 7]: death in hospital, by 30, 180 and 365 days; SAPS-I, SOFA and log of the length of stay, standardised, NaN where unknown."""
    died, days = stays["died"], stays["survival_days"]
    standard = lambda x: (x - np.nanmean(x)) / np.nanstd(x)
    columns = [died, *[((days < soon) | (died > 0)) for soon in SOON_DAYS]]
    columns += [standard(stays["SAPS_I"]), standard(stays["SOFA"]), standard(np.log1p(stays["length_of_stay_days"]))]
    return torch.tensor(np.stack(columns, 1).astype(np.float32))


def loss_of(answers: torch.Tensor, tasks: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of the deaths and absolute error of the rest, weighed."""
    deaths = torch.nn.functional.binary_cross_entropy_with_logits(answers[:, :4], tasks[:, :4], reduction="none").mean(0)
    off = answers[:, 4:] - tasks[:, 4:]
    rest = torch.where(torch.isnan(off), torch.zeros_like(off), off).abs().mean(0)
    return (torch.cat([deaths, rest]) * WEIGHTS).sum()
