"""Whether beats of one channel have beats of another beside them, those of a pulse some tenths of a second later."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import beats
from .findings import Findings

GRID = 5  # samples a place: 25 a second
LAGS = (1, 3, 4, 5, 6, 7, 9, 10, 12, 14)


def agreement(scaled: Tensor, found: Findings) -> None:
    """scaled: [batch, 4, samples], the envelope in parts of the usual beat."""
    peak = torch.cat([beats.is_peak(scaled[:, :2], 0.35, 25), beats.is_peak(scaled[:, 2:], 0.35, 31)], 1)
    peak = F.max_pool1d(peak.float(), GRID, GRID)
    near = F.max_pool1d(peak, 7, 1, padding=3)
    places = peak.shape[-1]
    late = torch.stack([F.pad(torch.stack([peak[:, :2], near[:, :2]], 1), (lag, 0))[..., :places] for lag in LAGS], -2)
    ecg, ecg_near = late[:, 0, :, None], late[:, 1, :, None]  # [batch, lead, 1, lags, places]
    pulse, pulse_near = peak[:, None, 2:, None], near[:, None, 2:, None]  # [batch, 1, pulse, 1, places]
    matched, both = ecg * pulse_near + pulse * ecg_near, ecg + pulse
    leads_matched, leads_both = peak[:, 0] * near[:, 1] + peak[:, 1] * near[:, 0], peak[:, 0] + peak[:, 1]
    for seconds in (60, 16, 10):
        cut = slice(-seconds * 25, None)
        found.put(f"agree{seconds}", (leads_matched[..., cut].sum(-1) / (leads_both[..., cut].sum(-1) + 1e-3))[:, None], ("e1_e2",))
        best = (matched[..., cut].sum(-1) / (both[..., cut].sum(-1) + 1e-3)).amax(-1)
        found.put(f"agree{seconds}", best.flatten(1), ("e1_ab", "e1_pl", "e2_ab", "e2_pl"))
