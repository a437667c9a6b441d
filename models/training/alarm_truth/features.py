"""What a clinician would look at before believing an alarm, as numbers: the front end of the model, inside its graph.

In: waveforms [batch, 4, 7500] (ECG, ECG, ABP, pleth; 125 Hz; ends at the alarm), mask of the same shape, alarm [batch, 5].
Out: [batch, features], finite; `names` say, after a first run, what each is; and traces [batch, 8, places] for the network: the last 20 s of each
channel in parts of its usual swing, and how much like a usual beat each moment of it is.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import beats, masked
from .agreement import agreement
from .filters import Fir, Hann, Mean, sliding_range, slope
from .findings import CHANNELS, ECGS, PULSES, Findings
from .levels import levels, pulse_ranges, scaled_envelope
from .morphology import likeness_throughout
from .pulsing import pulsing
from .records import KINDS, RATE_HZ
from .shapes import shapes
from .spectrum import ShortSpectra, spectra_found
from .stretch import Stretch
from .unseen import unseen
from .votes import votes

HEIGHTS = (0.25, 0.45)  # of the channel's usual beat
GROUPS = {"all": slice(0, 4), "ecg": slice(0, 2), "pulse": slice(2, 4)}
TRUST = ("unlike_mean16", "follow_mean16", "alike_before")
OF_WHOLE = ("n", "rr_median", "rr_sd", "irregular")
ACROSS = ("gap", "rate4_min", "rate4_max", "rate11_max", "rate16_max", "rr_median", "irregular", "n")


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


class Features(nn.Module):
    def __init__(self, stretch: Stretch):
        super().__init__()
        self.names: list[str] = []
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

    def forward(self, waveforms: Tensor, waveforms_mask: Tensor, alarm: Tensor) -> tuple[Tensor, Tensor]:
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
        usable = found.by_name["measured16"] > 0.5
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
        ecg_shape, pulse_shape, of_ecg, trusted = self.shapes(beat, smooth, times, counts, found)
        if stretch.asks_agreement:
            agreement(summit, stretch.seconds, found)
        recent = slice(-20 * stretch.rate_hz, None)
        ecg_like = likeness_throughout(beat[..., recent], ecg_shape, stretch.stride)
        pulse_like = likeness_throughout(smooth[..., recent], pulse_shape, stretch.stride)
        unseen(ecg_like, pulse_like, stretch.rate_hz * 2 // (25 * stretch.stride), ranges, usable, found)
        suspect = pulsing(of_ecg, usable, found)
        voted = votes(trusted, usable, found)
        # What speaks for this kind of alarm.
        each = torch.stack([voted["pause"], voted["slow"], voted["fast"], suspect["run"], suspect["flutter"]], 1)
        found.put_each(("0", "1", "2"), (each * alarm[..., None]).sum(1)[:, None], ("suspicion",))
        self.claims([of_ecg["run5"], of_ecg["run8"]], usable, alarm, found)
        found.put("alarm", alarm, KINDS)
        if not torch.compiler.is_exporting():
            self.names = found.names
        traces = torch.cat([scaled_swing(beat, stretch.rate_hz)[..., recent], scaled_swing(smooth, stretch.rate_hz)[..., recent]], 1)
        if stretch.stride > 1:
            traces = F.avg_pool1d(traces, stretch.stride, stretch.stride)
        of_beats = [
            placed(like, (stretch.samples(before_s) - stretch.inside) // stretch.stride, stretch.trace)
            for like, (before_s, _) in zip((ecg_like, pulse_like), stretch.around_s)
        ]
        traces = torch.cat([traces, *of_beats], 1)
        return torch.nan_to_num(found.all(), 0.0, 0.0, 0.0).clamp(-1e4, 1e4), traces

    def shapes(self, beat: Tensor, smooth: Tensor, times: Tensor, counts: Tensor, found: Findings) -> tuple[Tensor, Tensor, dict[str, Tensor], Tensor]:
        """The usual shapes of ECG and pulse, what was found of the ECG, and how far each channel is to be trusted, [batch, 3, 4]."""
        of_ecg, of_pulse = self.stretch.around_s
        if of_ecg == of_pulse:
            usual = shapes(torch.cat([beat, smooth], 1), times, counts, of_ecg, self.stretch, CHANNELS, found)
            trusted = torch.stack([found.by_name[name] for name in TRUST], 1)
            return usual[:, :2], usual[:, 2:], {name: value[:, :2] if value.shape[1] == 4 else value for name, value in found.by_name.items()}, trusted
        ecg_shape = shapes(beat, times[:, :2], counts[:, :2], of_ecg, self.stretch, ECGS, found)
        ecg = dict(found.by_name)
        pulse_shape = shapes(smooth, times[:, 2:], counts[:, 2:], of_pulse, self.stretch, PULSES, found)
        trusted = torch.stack([torch.cat([ecg[name], found.by_name[name]], 1) for name in TRUST], 1)
        return ecg_shape, pulse_shape, ecg, trusted

    def rhythms(self, summit: Tensor, found: Findings) -> tuple[Tensor, Tensor]:
        """The times of the beats that reach the lower height."""
        stretch = self.stretch
        times, counts = beats.times_of(torch.cat([summit > height for height in HEIGHTS], 1), stretch.beats)
        names = tuple(f"{height}_{channel}" for height in HEIGHTS for channel in CHANNELS)
        rhythm = beats.rhythm(times, counts, stretch.length, (16, 10, stretch.seconds), stretch.rate_hz)
        every = torch.stack(list(rhythm.values()), 2)  # [batch, seconds, what, channels]
        for place, said in enumerate((16, 10)):
            found.put_all([f"{name}_{said}" for name in rhythm], every[:, place], names)
        for name in OF_WHOLE:
            found.put(f"{name}_whole", rhythm[name][:, 2], names)
        return times[:, :4], counts[:, :4]

    def claims(self, ecg_runs: list[Tensor], usable: Tensor, alarm: Tensor, found: Findings) -> None:
        """The four channels together, over those that are there; and what this kind of alarm claims, of each channel."""
        of = found.by_name
        low, high = (lambda name: of[name][:, :4]), (lambda name: of[name][:, 4:])
        names = [(f"{name}_{seconds}", height) for name in ACROSS for seconds in (16, 10) for height in HEIGHTS]
        rhythm = torch.stack([(low if height == HEIGHTS[0] else high)(name) for name, height in names], 1)
        steady, lasting = (torch.cat([runs[:, :, 4], low("rate4_max_16")[:, 2:] / 100], 1) for runs in ecg_runs)
        lost = of["band_sd_min"]
        claims = (  # of each kind, two of each channel
            (of["lull3.5"], low("gap_16") / 4),
            (high("rate4_min_16") / 40, low("rate4_min_16") / 40),
            (low("rate16_max_16") / 140, high("rate11_max_16") / 140),
            (steady, torch.cat([lasting[:, :2], lost[:, 2:]], 1)),
            (of["spectrum_max"][:, :, 7], torch.cat([of["purity4"][:, :2], lost[:, 2:]], 1)),
        )
        by_kind = torch.stack([torch.stack(pair, 1) for pair in claims], 1)  # [batch, kinds, 2, channels]
        claim = (by_kind * alarm[:, :, None, None]).sum(1)
        found.put_each(("claim0", "claim1"), claim.transpose(1, 2))
        every = torch.cat([rhythm, claim], 1)
        names = [*(f"{name}_{height}" for name, height in names), "claim0", "claim1"]
        there = usable[:, None].expand_as(every)
        for group, members in GROUPS.items():
            for how, part in (("min", masked.smallest), ("max", masked.largest), ("mean", masked.mean)):
                found.put_each([f"{name}_{how}" for name in names], part(every[..., members], there[..., members], 0.0)[:, None], (group,))
