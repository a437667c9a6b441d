"""Beats that look unlike the usual one: how many, how unlike, and the longest and fastest runs of them."""
import torch
from torch import Tensor

from . import beats, masked, morphology
from .findings import Findings
from .stretch import Stretch

MEASURES = ("size", "width", "steep")


def shapes(x: Tensor, times: Tensor, counts: Tensor, around_s: tuple[float, float], stretch: Stretch, names: tuple[str, ...], found: Findings) -> Tensor:
    """x: [batch, channels, samples]; answers the usual shape of the beats of each channel."""
    before, after = (stretch.samples(seconds) for seconds in around_s)
    samples, rate_hz, most = stretch.length, stretch.rate_hz, stretch.recent_beats
    every = morphology.segments(x, times, before, after)
    early = counts & (times < samples - stretch.before_s * rate_hz)
    enough = early.float().sum(-1, keepdim=True) >= 4
    baseline = (early & enough) | (counts & ~enough)
    usual = morphology.usual_shape(every, baseline, stretch)
    alike = morphology.likeness(every, usual[:, :, None], stretch)
    follow = morphology.likeness(every[:, :, : most - 1], morphology.middle(every[:, :, 1:most], stretch), stretch)
    measured = morphology.measures(every, stretch)  # [batch, channels, 3, beats]
    counted = baseline[:, :, None].expand_as(measured)
    middle = masked.quantile(measured, counted, 0.5, 0.0)
    found.put("alike_before", masked.quantile(alike, baseline, 0.5, 0.0), names)
    found.put("alike_low", masked.quantile(alike, baseline, 0.1, 0.0), names)
    found.put_each([f"{name}_usual" for name in MEASURES], middle, names)
    found.put_each([f"{name}_spread" for name in MEASURES], masked.deviation(measured, counted, 0.0), names)
    near, there = times[..., :most], counts[..., :most]
    unlike = 1 - alike[..., :most]
    change = (measured - middle[..., None])[..., :most]
    spans = (16, 10)
    recent = there[:, None] & (near[:, None] >= samples - torch.tensor(spans, dtype=torch.float32)[:, None, None] * rate_hz)  # [batch, spans, channels, beats]
    pairs = recent[..., 1:] & recent[..., :-1]
    every_unlike, every_follow = unlike[:, None].expand(-1, len(spans), -1, -1), follow[:, None]
    of_unlike = {
        "unlike_mean": masked.mean(every_unlike, recent, 0.0),
        "unlike_max": masked.largest(every_unlike, recent, 0.0),
        "unlike_mid": masked.quantile(every_unlike, recent, 0.5, 0.0),
        "unlike_n": (torch.sigmoid((unlike - 0.4) * 15)[:, None] * recent.float()).sum(-1),
        "follow_mean": masked.mean(every_follow, pairs, 0.0),
        "follow_min": masked.smallest(every_follow, pairs, 0.0),
    }
    of_unlike = torch.stack(list(of_unlike.values()), 2), list(of_unlike)
    counted, every_change = recent[:, :, :, None], change[:, None]
    of_change = [(how, of(every_change, counted, 0.0)) for how, of in (("mean", masked.mean), ("max", masked.largest), ("min", masked.smallest))]
    for place, seconds in enumerate(spans):
        found.put_all([f"{name}{seconds}" for name in of_unlike[1]], of_unlike[0][:, place], names)
        for how, values in of_change:
            found.put_each([f"{name}_{how}{seconds}" for name in MEASURES], values[:, place], names)
    recent = recent[:, 0]
    for length in (3, 5, 8):
        rate, whole = beats.rate_over(near, recent, length - 1, rate_hz)
        fast = torch.sigmoid((rate - 95) / 5)
        steady = morphology.of_runs(follow, length - 1, "mean").clamp_min(0)
        strange, least = morphology.of_runs(unlike, length, "mean"), morphology.of_runs(unlike, length, "min")
        size, wide, sharp = (morphology.of_runs(change[:, :, place], length, "mean") for place in range(3))
        runs = {
            "unlike": strange, "unlike_fast": strange * fast, "least": least, "least_fast": least * fast,
            "steady": strange * fast * steady, "least_steady": least * fast * steady, "wide_fast": (1 + wide) * fast, "blunt_fast": (1 - sharp) * fast,
            "wide_steady": (1 + wide) * fast * steady, "big_fast": (2 + size) * fast, "small_fast": (2 - size) * fast,
        }  # fmt: skip
        best = masked.largest(torch.stack(list(runs.values()), 2), whole[:, :, None].expand(-1, -1, len(runs), -1), 0.0)
        found.put_each([f"run{length}_{name}" for name in runs], best, names)
    return usual
