"""For how long nothing looked like the beats of before, wherever a beat may have been found, and whether the pulse failed meanwhile."""
import torch
import torch.nn.functional as F
from torch import Tensor

from .beats import highest_of_each
from .findings import CHANNELS, Findings

PLACES = 238  # of the last 20 s, 12.5 a second, as far as the longest shape lets


def looked_like(ecg: Tensor, pulse: Tensor, each: int) -> Tensor:
    """ecg, pulse: likeness to the usual shape; the highest of `each` of them, [batch, 4, PLACES]."""
    return torch.cat([F.max_pool1d(part, each, each)[..., -PLACES:] for part in (ecg, pulse)], 1)


def unseen(seen: Tensor, ranges: Tensor, usable: Tensor, found: Findings) -> None:
    """seen: how much each place looked like a beat; ranges: of the pulses, log of usual, 2 s each, half a second apart; usable: [batch, 4]."""
    seen = torch.where(usable[..., None], seen, torch.full_like(seen, -1.0))
    either = seen[:, :2].amax(1, keepdim=True)
    seen = torch.cat([seen, either, seen.amax(1, keepdim=True)], 1)
    spans = (1.5, 2, 2.5, 3, 4, 5, 6)
    for span, most in zip(spans, highest_of_each(seen, [int(span * 12.5) for span in spans])):
        found.put(f"unseen{span}", most.amin(-1), (*CHANNELS, "ecg", "all"))
    # Half seconds, each with 1.5 s of the ECG around it and 2 s of the pulse.
    missing = 1 - F.max_pool1d(torch.cat([seen[:, :2], either], 1), 19, 6)
    failed = (-torch.where(usable[:, 2:, None], ranges, torch.zeros_like(ranges))).clamp(-1, 3)
    steps = min(missing.shape[-1], failed.shape[-1])
    missing, failed = missing[..., -steps:], failed[..., -steps:]
    there = usable[:, 2:, None].expand_as(failed)
    least = torch.where(there, failed, torch.full_like(failed, 3.0)).amin(1, keepdim=True)
    least = torch.where(there.any(1, keepdim=True), least, torch.zeros_like(least))
    names = ("e1", "e2", "ecg")
    found.put("unseen_failing", (missing * least).amax(-1), names)
    found.put("unseen_failing_any", (missing * failed.amax(1, keepdim=True)).amax(-1), names)
    found.put("unseen_pulsing", (missing * torch.exp(-least.clamp_min(0))).amax(-1), names)
    found.put("failing", torch.cat([least[..., -28:].amax(-1), least[..., -28:].mean(-1)], 1), ("worst", "mean"))
