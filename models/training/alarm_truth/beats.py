"""Beats: local maxima of an envelope, their times, and what the times say."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import masked


def widened(x: Tensor, wide: int, width: int) -> Tensor:
    """The maximum of `width` samples that follow each other, of that of `wide` of them."""
    while wide < width:
        step = min(wide, width - wide)
        x, wide = torch.maximum(x[..., :-step], x[..., step:]), wide + step
    return x


def highest(x: Tensor, width: int) -> Tensor:
    """The maximum of `width` samples that follow each other, by maxima of twice as many at a time: a quarter of the time of a pool."""
    return widened(x, 1, width)


def highest_of_each(x: Tensor, widths: list[int]) -> list[Tensor]:
    """The same for widths that grow, each of the one before."""
    out, wide = [], 1
    for width in widths:
        x, wide = widened(x, wide, width), width
        out.append(x)
    return out


def summits(envelope: Tensor, reach: int) -> Tensor:
    """The envelope where it is above the `reach` samples before and not below those after, else 0: of equal neighbours the first, so never two."""
    samples = envelope.shape[-1]
    around = F.pad(highest(F.pad(envelope, (reach - 1, reach - 1)), reach), (1, 1))
    before, after = around[..., :samples], around[..., reach + 1 :]
    return envelope * ((envelope > before) & (envelope >= after)).float()


def times_of(peak: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Sample numbers of the newest beats, newest first, and which of the places hold one: both [batch, channels, most]."""
    number = torch.arange(1, peak.shape[-1] + 1, dtype=torch.float32)
    newest = (peak.float() * number).topk(most, -1).values
    return newest - 1, newest > 0


def rate_over(times: Tensor, counts: Tensor, intervals: int, rate_hz: float) -> tuple[Tensor, Tensor]:
    """Beats a minute over so many intervals up to each beat, and where there are so many."""
    span = times[..., :-intervals] - times[..., intervals:]
    return 60 * rate_hz * intervals / span.clamp_min(1), counts[..., :-intervals] & counts[..., intervals:]


def rhythm(times: Tensor, counts: Tensor, end: int, seconds: tuple[int, ...], rate_hz: float) -> dict[str, Tensor]:
    """The rhythm of the last so many seconds before sample `end`: each [batch, seconds, channels]."""
    span = torch.tensor(seconds, dtype=torch.float32)[:, None]
    start = end - span[..., None] * rate_hz
    times, counts = times[:, None], counts[:, None]
    recent = counts & (times >= start)
    found: dict[str, Tensor] = {"n": recent.float().sum(-1)}
    clamped = torch.where(recent, times, start)
    found["tail"] = (end - clamped[..., 0]) / rate_hz
    rr = (clamped[..., :-1] - clamped[..., 1:]) / rate_hz
    found["gap"] = torch.maximum(masked.largest(rr, recent[..., :-1], 0.0), found["tail"])
    both = recent[..., 1:]
    found["rr_min"] = masked.smallest(rr, both, span)
    found["rr_max"] = masked.largest(rr, both, span)
    found["rr_median"] = masked.quantile(rr, both, 0.5, span)
    found["rr_sd"] = masked.deviation(rr, both, 0.0)
    change = masked.quantile((rr[..., :-1] - rr[..., 1:]).abs(), recent[..., 2:], 0.5, 0.0)
    found["irregular"] = change / found["rr_median"]
    for intervals in (2, 4, 11, 16):
        rate, whole = rate_over(times, recent, intervals, rate_hz)
        found[f"rate{intervals}_max"] = masked.largest(rate, whole, 0.0)
        if intervals <= 4:
            found[f"rate{intervals}_min"] = masked.smallest(rate, whole, 0.0)
    return found
