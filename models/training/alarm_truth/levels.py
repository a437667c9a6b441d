"""How large, how still and how regular a channel is, now and against the time before."""
import torch
import torch.nn.functional as F
from torch import Tensor

from . import masked
from .beats import highest_of_each
from .filters import sliding_range
from .findings import PULSES, Findings
from .stretch import Stretch

SMALL = 1e-4


def scaled_envelope(envelope: Tensor, there: Tensor, stretch: Stretch, found: Findings) -> Tensor:
    """there: which seconds were measured. The envelope in parts of the channel's usual beat; how low it stays for how long, and how high it gets."""
    seconds = F.max_pool1d(envelope, stretch.rate_hz, stretch.rate_hz)
    usual = masked.quantile(seconds, there, 0.5, 0.0)
    low, high = (masked.quantile(seconds, there, share, 0.0) for share in (0.2, 0.9))
    found.put("usual", torch.log(usual + 1e-5))
    found.put("unsteady", torch.log((high + 1e-5) / (low + 1e-5)))
    scaled = envelope / (usual[..., None] + SMALL)
    place = stretch.rate_hz // 25
    grid = F.max_pool1d(scaled[..., -20 * stretch.rate_hz :], place, place)
    spans = (1, 2, 3, 3.5, 4, 5, 6)
    for span, most in zip(spans, highest_of_each(grid, [int(span * 25) for span in spans])):
        found.put(f"lull{span}", most.amin(-1))
    for span in (1, 2, 4, 10):
        found.put(f"newest_peak{span}", grid[..., -span * 25 :].amax(-1))
    floor = -F.max_pool1d(-grid, 25, 25)
    found.put("floor_max", floor.amax(-1))
    found.put("floor_mean", floor[..., -10:].mean(-1))
    found.put("busy", grid[..., -250:].mean(-1))
    peaks = F.max_pool1d(grid[..., -400:], 25, 25)
    found.put("peaks_sd", peaks.std(-1) / (peaks.mean(-1) + 1e-3))
    return scaled


def levels(x: Tensor, band: Tensor, stretch: Stretch, found: Findings) -> None:
    rate = stretch.rate_hz
    usual, usual_band = (part[..., : -stretch.before_s * rate].std(-1) + SMALL for part in (x, band))
    for seconds in (16, 10, 4):
        recent, recent_band = (part[..., -seconds * rate :] for part in (x, band))
        sd = recent.std(-1) + SMALL
        found.put(f"log_sd{seconds}", torch.log(sd))
        found.put(f"sd{seconds}", torch.log(sd / usual))
        found.put(f"band_sd{seconds}", torch.log((recent_band.std(-1) + SMALL) / usual_band))
        centred = (recent - recent.mean(-1, keepdim=True)) / sd[..., None]
        square = centred.square()
        found.put(f"skew{seconds}", (square * centred).mean(-1))
        found.put(f"kurtosis{seconds}", torch.log1p(square.square().mean(-1)))
        first = recent_band[..., 1:] - recent_band[..., :-1]
        second = first[..., 1:] - first[..., :-1]
        powers = [part.square().mean(-1) for part in (recent_band, first, second)]
        found.put(f"purity{seconds}", powers[1] * (powers[1] / powers[0].clamp_min(1e-8)) / powers[2].clamp_min(1e-11))
        found.put(f"still{seconds}", (first.abs() < 0.01 * usual_band[..., None]).float().mean(-1))
    recent = band[..., -16 * rate :]
    mean, square = (F.avg_pool1d(part, 3 * rate, rate // 2) for part in (recent, recent.square()))
    windows = (square - mean.square()).clamp_min(0).sqrt() + SMALL
    found.put("band_sd_min", torch.log(windows.amin(-1) / usual_band))
    found.put("band_sd_max", torch.log(windows.amax(-1) / usual_band))


def pulse_ranges(pulse: Tensor, smooth: Tensor, pressure_level: Tensor, stretch: Stretch, found: Findings) -> Tensor:
    """How far the pulse swings; returned for 2 s each, half a second apart, over the last 20 s, as log of the usual."""
    rate = stretch.rate_hz
    ranges = sliding_range(smooth, 2 * rate, rate // 2) + 1e-3
    usual = masked.quantile(ranges, torch.ones_like(ranges, dtype=torch.bool), 0.5, 0.0)
    relative = torch.log(ranges / usual[..., None])
    for seconds, windows in ((16, 29), (10, 17), (4, 5)):
        found.put(f"range_min{seconds}", relative[..., -windows:].amin(-1), PULSES)
        found.put(f"range_max{seconds}", relative[..., -windows:].amax(-1), PULSES)
    found.put("range_usual", torch.log(usual), PULSES)
    pressure = pulse[:, :1]
    recent = pressure[..., -16 * rate :]
    newest = recent[..., -4 * rate :].mean(-1)
    swings = sliding_range(recent, 2 * rate, rate)
    at = pressure_level[:, None]
    parts = [at + recent.amin(-1), at + recent.amax(-1), at + recent.mean(-1), at + newest, newest - pressure[..., : -stretch.before_s * rate].mean(-1), swings.amin(-1), swings.mean(-1)]
    found.put_each(("low", "high", "mean", "mean4", "fall", "swing_min", "swing_mean"), torch.stack(parts, -1), ("ab",))
    return relative[..., -37:]
