"""Beats that look unlike the usual one: how many, how unlike, and the longest and fastest runs of them."""
import torch
from torch import Tensor

from . import beats, masked, morphology
from .findings import Findings
from .records import RATE_HZ, SAMPLES

RECENT_BEATS = 80
MEASURES = ("size", "width", "steep")


def shapes(x: Tensor, times: Tensor, counts: Tensor, before: int, after: int, names: tuple[str, ...], found: Findings) -> Tensor:
    """x: [batch, channels, samples]; answers the usual shape of the beats of each channel."""
    every = morphology.segments(x, times, before, after)
    early = counts & (times < SAMPLES - 16 * RATE_HZ)
    enough = early.float().sum(-1, keepdim=True) >= 4
    baseline = (early & enough) | (counts & ~enough)
    usual = morphology.usual_shape(every, baseline)
    alike = morphology.likeness(every, usual[:, :, None])
    follow = morphology.likeness(every[:, :, : RECENT_BEATS - 1], morphology.middle(every[:, :, 1:RECENT_BEATS]))
    measured = morphology.measures(every)  # [batch, channels, 3, beats]
    counted = baseline[:, :, None].expand_as(measured)
    middle = masked.quantile(measured, counted, 0.5, 0.0)
    found.put("alike_before", masked.quantile(alike, baseline, 0.5, 0.0), names)
    found.put("alike_low", masked.quantile(alike, baseline, 0.1, 0.0), names)
    found.put_each([f"{name}_usual" for name in MEASURES], middle, names)
    found.put_each([f"{name}_spread" for name in MEASURES], masked.deviation(measured, counted, 0.0), names)
    near, there = times[..., :RECENT_BEATS], counts[..., :RECENT_BEATS]
    unlike = 1 - alike[..., :RECENT_BEATS]
    change = (measured - middle[..., None])[..., :RECENT_BEATS]
    for seconds in (16, 10):
        recent = there & (near >= SAMPLES - seconds * RATE_HZ)
        pairs = recent[..., 1:] & recent[..., :-1]
        strange = torch.sigmoid((unlike - 0.4) * 15) * recent.float()
        found.put(f"unlike_mean{seconds}", masked.mean(unlike, recent, 0.0), names)
        found.put(f"unlike_max{seconds}", masked.largest(unlike, recent, 0.0), names)
        found.put(f"unlike_mid{seconds}", masked.quantile(unlike, recent, 0.5, 0.0), names)
        found.put(f"unlike_n{seconds}", strange.sum(-1), names)
        found.put(f"follow_mean{seconds}", masked.mean(follow, pairs, 0.0), names)
        found.put(f"follow_min{seconds}", masked.smallest(follow, pairs, 0.0), names)
        counted = recent[:, :, None].expand_as(change)
        for how, of in (("mean", masked.mean), ("max", masked.largest), ("min", masked.smallest)):
            found.put_each([f"{name}_{how}{seconds}" for name in MEASURES], of(change, counted, 0.0), names)
    recent = there & (near >= SAMPLES - 16 * RATE_HZ)
    for length in (3, 5, 8):
        rate, whole = beats.rate_over(near, recent, length - 1, RATE_HZ)
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
        found.by_name[f"run{length}"] = best
    return usual
