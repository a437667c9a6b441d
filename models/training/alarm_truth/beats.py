"""Beats: local maxima of an envelope, their times, and what the times say."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import masked

#: beats that are kept of a minute, newest first
MOST = 160


def is_peak(envelope: Tensor, height: float, reach: int) -> Tensor:
    """Above `height`, above the `reach` samples before and not below those after: of equal neighbours the first, so never two."""
    samples = envelope.shape[-1]
    # Of onnxruntime's pools the padding must be less than the width, and it moves a Pad into the pool behind it.
    around = F.pad(F.max_pool1d(F.pad(envelope, (reach - 1, reach - 1)), reach, 1), (1, 1))
    before, after = around[..., :samples], around[..., reach + 1 :]
    return (envelope > before) & (envelope >= after) & (envelope > height)


def times_of(peak: Tensor) -> tuple[Tensor, Tensor]:
    """Sample numbers of the newest beats, newest first, and which of the places hold one: both [batch, channels, MOST]."""
    number = torch.arange(1, peak.shape[-1] + 1, dtype=torch.float32)
    newest = (peak.float() * number).topk(MOST, -1).values
    return newest - 1, newest > 0


def rate_over(times: Tensor, counts: Tensor, intervals: int, rate_hz: float) -> tuple[Tensor, Tensor]:
    """Beats a minute over so many intervals up to each beat, and where there are so many."""
    span = times[..., :-intervals] - times[..., intervals:]
    return 60 * rate_hz * intervals / span.clamp_min(1), counts[..., :-intervals] & counts[..., intervals:]


def rhythm(times: Tensor, counts: Tensor, end: int, seconds: float, rate_hz: float) -> dict[str, Tensor]:
    """The rhythm of the last `seconds` before sample `end`: each [batch, channels]."""
    start = end - seconds * rate_hz
    recent = counts & (times >= start)
    found: dict[str, Tensor] = {"n": recent.float().sum(-1)}
    clamped = torch.where(recent, times, torch.full_like(times, start))
    found["tail"] = (end - clamped[..., 0]) / rate_hz
    rr = (clamped[..., :-1] - clamped[..., 1:]) / rate_hz
    found["gap"] = torch.maximum(masked.largest(rr, recent[..., :-1], 0.0), found["tail"])
    both = recent[..., 1:]
    found["rr_min"] = masked.smallest(rr, both, seconds)
    found["rr_max"] = masked.largest(rr, both, seconds)
    found["rr_median"] = masked.quantile(rr, both, 0.5, seconds)
    found["rr_sd"] = masked.deviation(rr, both, 0.0)
    change = masked.quantile((rr[..., :-1] - rr[..., 1:]).abs(), recent[..., 2:], 0.5, 0.0)
    found["irregular"] = change / found["rr_median"]
    for intervals in (2, 4, 11, 16):
        rate, whole = rate_over(times, recent, intervals, rate_hz)
        found[f"rate{intervals}_max"] = masked.largest(rate, whole, 0.0)
        if intervals <= 4:
            found[f"rate{intervals}_min"] = masked.smallest(rate, whole, 0.0)
    return found
