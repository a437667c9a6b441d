"""What a clinician would look at before believing an alarm, of each channel by itself: what another channel shows changes none of it.

So a channel that is left out is as if its lines here were those of silence, and nothing of the others need be found again (training/ward/waves.py).
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import beats, masked
from .agreement import peaks
from .filters import Fir, Hann, Mean, sliding_range, slope
from .findings import CHANNELS, ECGS, HEIGHTS, PULSES, Findings, heighted
from .levels import levels, pulse_ranges, scaled_envelope
from .morphology import likeness_throughout
from .records import RATE_HZ, SAMPLES, SLOTS
from .shapes import shapes
from .spectrum import ShortSpectra, spectra_found
from .stretch import Stretch
from .unseen import looked_like

OF_WHOLE = ("n", "rr_median", "rr_sd", "irregular")


def scaled_swing(x: Tensor, rate_hz: int) -> Tensor:
    """x in parts of half its usual range over 2 s."""
    ranges = sliding_range(x, 2 * rate_hz, rate_hz // 2)
    usual = masked.quantile(ranges, torch.ones_like(ranges, dtype=torch.bool), 0.5, 0.0)
    return (2 * x / (usual[..., None] + 1e-3)).clamp(-5, 5)


def placed(likeness: Tensor, before: int, places: int) -> Tensor:
    """[batch, channels, places]: a likeness where its beat is, and 0 where the stretch does not hold a whole shape."""
    return F.pad(likeness, (before, places - before - likeness.shape[-1]))


class Thinned(nn.Module):
    """The newest of waveforms at a lower rate: of every five samples two, by a low-pass that looks as far back as ahead, the ends held."""

    def __init__(self, stretch: Stretch):
        super().__init__()
        self.length = stretch.seconds * RATE_HZ
        self.reach = 14
        at = torch.arange(-self.reach, 5 + self.reach, dtype=torch.float64)
        since = at - torch.tensor([[0.75], [3.25]])
        cutoff = 2 * 0.42 * stretch.rate_hz / RATE_HZ
        kernel = torch.sinc(since * cutoff) * (0.54 + 0.46 * torch.cos(torch.pi * since / (self.reach + 2)))
        kernel = kernel / kernel.sum(-1, keepdim=True)
        self.register_buffer("kernel", kernel.float()[:, None])

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        flat = F.pad(x.reshape(-1, 1, self.length), (self.reach, self.reach), mode="replicate")
        return F.conv1d(flat, self.kernel, stride=5).transpose(1, 2).reshape(-1, channels, self.length * 2 // 5)


class EachChannel(nn.Module):
    """waveforms [batch, 4, 7500] and their mask of the same shape -> findings [batch, n], called as `names` says; how much like a usual beat each place
    was [batch, 4, 238]; ranges of the pulses [batch, 2, 37]; traces [batch, 8, places]; and, where the stretch asks for agreement, where beats
    are [batch, 4, places]."""

    def __init__(self, stretch: Stretch):
        super().__init__()
        self.stretch = stretch
        rate, odd = stretch.rate_hz, stretch.odd
        self.thinned = Thinned(stretch) if rate < RATE_HZ else nn.Identity()
        self.qrs_band = Fir(5, 20, odd(0.504), rate)
        self.qrs_mean = Hann(odd(0.2)) if stretch.is_weighted else Mean(odd(0.12))
        self.beat_band = Fir(None, min(30, 0.44 * rate), odd(0.248), rate)
        self.pulse_band = Fir(None, 8, odd(0.248), rate)
        self.wander = Mean(*stretch.wander)
        self.breath = Mean(*stretch.breath)
        self.pulse_mean = Hann(odd(0.28)) if stretch.is_weighted else Mean(odd(0.168))
        self.spectra = ShortSpectra(rate, stretch.stride, stretch.step_hz)
        self.names: list[str] = []
        with torch.no_grad():
            self(torch.zeros(1, len(SLOTS), SAMPLES), torch.zeros(1, len(SLOTS), SAMPLES))

    def forward(self, waveforms: Tensor, waveforms_mask: Tensor) -> tuple[Tensor, ...]:
        stretch = self.stretch
        newest = slice(-stretch.seconds * RATE_HZ, None)
        mask = waveforms_mask[..., newest]
        x = torch.nan_to_num(waveforms[..., newest], 0.0, 0.0, 0.0)
        # What does not move is of no meaning but in a pressure, and would cost digits.
        level = masked.mean(x, mask > 0.5, 0.0)
        x = self.thinned(x - level[..., None])
        found = Findings()
        ecg, pulse = x[:, :2], x[:, 2:]
        seconds = F.avg_pool1d(mask, RATE_HZ, RATE_HZ)
        for span, name in ((stretch.seconds, "whole"), (16, 16), (10, 10), (4, 4)):
            found.put(f"measured{name}", seconds[..., -span:].mean(-1))
        qrs = self.qrs_band(ecg)
        swing = pulse - self.breath(pulse)
        smooth = self.pulse_band(swing)
        envelope = torch.cat([self.qrs_mean(slope(qrs).square()).clamp_min(1e-10).sqrt(), self.pulse_mean(slope(smooth).clamp_min(0))], 1)
        scaled = scaled_envelope(envelope, seconds > 0.5, stretch, found)
        summit = torch.cat([beats.summits(scaled[:, :2], stretch.samples(0.2)), beats.summits(scaled[:, 2:], stretch.samples(0.248))], 1)
        times, counts = self.rhythms(summit, found)
        levels(x, torch.cat([qrs, smooth], 1), stretch, found)
        still = self.wander(ecg)
        spectra_found(self.spectra.shares(self.spectra(torch.cat([ecg - still, swing], 1))), found)
        ranges = pulse_ranges(pulse, smooth, level[:, 2], stretch, found)
        beat = self.beat_band(ecg - self.wander(still))
        ecg_shape, pulse_shape = self.shapes(beat, smooth, times, counts, found)
        recent = slice(-20 * stretch.rate_hz, None)
        ecg_like = likeness_throughout(beat[..., recent], ecg_shape, stretch.stride)
        pulse_like = likeness_throughout(smooth[..., recent], pulse_shape, stretch.stride)
        seen = looked_like(ecg_like, pulse_like, stretch.rate_hz * 2 // (25 * stretch.stride))
        if not torch.compiler.is_exporting():
            self.names = found.names
        traces = torch.cat([scaled_swing(beat, stretch.rate_hz)[..., recent], scaled_swing(smooth, stretch.rate_hz)[..., recent]], 1)
        if stretch.stride > 1:
            traces = F.avg_pool1d(traces, stretch.stride, stretch.stride)
        of_beats = [
            placed(like, (stretch.samples(before_s) - stretch.inside) // stretch.stride, stretch.trace)
            for like, (before_s, _) in zip((ecg_like, pulse_like), stretch.around_s)
        ]
        parts = found.all(), seen, ranges, torch.cat([traces, *of_beats], 1)
        return (*parts, peaks(summit, stretch.seconds)) if stretch.asks_agreement else parts

    def shapes(self, beat: Tensor, smooth: Tensor, times: Tensor, counts: Tensor, found: Findings) -> tuple[Tensor, Tensor]:
        """The usual shapes of ECG and pulse."""
        of_ecg, of_pulse = self.stretch.around_s
        if of_ecg == of_pulse:
            usual = shapes(torch.cat([beat, smooth], 1), times, counts, of_ecg, self.stretch, CHANNELS, found)
            return usual[:, :2], usual[:, 2:]
        ecg_shape = shapes(beat, times[:, :2], counts[:, :2], of_ecg, self.stretch, ECGS, found)
        return ecg_shape, shapes(smooth, times[:, 2:], counts[:, 2:], of_pulse, self.stretch, PULSES, found)

    def rhythms(self, summit: Tensor, found: Findings) -> tuple[Tensor, Tensor]:
        """The times of the beats that reach the lower height."""
        stretch = self.stretch
        times, counts = beats.times_of(torch.cat([summit > height for height in HEIGHTS], 1), stretch.beats)
        names = heighted(CHANNELS)
        rhythm = beats.rhythm(times, counts, stretch.length, (16, 10, stretch.seconds), stretch.rate_hz)
        every = torch.stack(list(rhythm.values()), 2)  # [batch, seconds, what, channels]
        for place, said in enumerate((16, 10)):
            found.put_all([f"{name}_{said}" for name in rhythm], every[:, place], names)
        for name in OF_WHOLE:
            found.put(f"{name}_whole", rhythm[name][:, 2], names)
        return times[:, :4], counts[:, :4]
