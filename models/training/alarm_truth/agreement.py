"""Whether beats of one channel have beats of another beside them, those of a pulse some tenths of a second later."""
import torch
import torch.nn.functional as F
from torch import Tensor

from .findings import Findings

PLACES_HZ = 25
LAGS = (1, 3, 4, 5, 6, 7, 9, 10, 12, 14)


def peaks(summit: Tensor, seconds: int) -> Tensor:
    """summit: [batch, 4, samples], how high the envelope reaches, in parts of the usual beat, where it is highest, else 0; 1 where there is a beat, else 0."""
    grid = summit.shape[-1] // (PLACES_HZ * seconds)
    return (F.max_pool1d(summit, grid, grid) > 0.35).float()


def agreement(peak: Tensor, seconds: int, found: Findings) -> None:
    """peak: [batch, 4, places], 1 where there is a beat."""
    near = F.max_pool1d(peak, 7, 1, padding=3)
    places = peak.shape[-1]
    late = torch.stack([F.pad(torch.stack([peak[:, :2], near[:, :2]], 1), (lag, 0))[..., :places] for lag in LAGS], -2)
    ecg, ecg_near = late[:, 0, :, None], late[:, 1, :, None]  # [batch, lead, 1, lags, places]
    pulse, pulse_near = peak[:, None, 2:, None], near[:, None, 2:, None]  # [batch, 1, pulse, 1, places]
    matched, both = ecg * pulse_near + pulse * ecg_near, ecg + pulse
    leads_matched, leads_both = peak[:, 0] * near[:, 1] + peak[:, 1] * near[:, 0], peak[:, 0] + peak[:, 1]
    for span, name in ((seconds, "whole"), (16, 16), (10, 10)):
        cut = slice(-span * PLACES_HZ, None)
        found.put(f"agree{name}", (leads_matched[..., cut].sum(-1) / (leads_both[..., cut].sum(-1) + 1e-3))[:, None], ("e1_e2",))
        best = (matched[..., cut].sum(-1) / (both[..., cut].sum(-1) + 1e-3)).amax(-1)
        found.put(f"agree{name}", best.flatten(1), ("e1_ab", "e1_pl", "e2_ab", "e2_pl"))
