"""What a clinician would look at before believing an alarm, as numbers: the front end of the model, inside its graph.

In: waveforms [batch, 4, 7500] (ECG, ECG, ABP, pleth; 125 Hz; ends at the alarm), mask of the same shape, alarm [batch, 5].
Out: [batch, features], finite; `names` say, after a first run, what each is; and traces [batch, 8, 1250] for the network: the last 20 s of each
channel in parts of its usual swing, and how much like a usual beat each moment of it is.
"""
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from . import beats, masked
from .agreement import agreement
from .filters import Fir, Mean, sliding_range, slope
from .findings import CHANNELS, ECGS, PULSES, Findings
from .levels import levels, pulse_ranges, scaled_envelope
from .morphology import likeness_throughout
from .pulsing import pulsing
from .records import KINDS, RATE_HZ, SAMPLES
from .shapes import shapes
from .spectrum import ShortSpectra, spectra_found
from .unseen import unseen
from .votes import votes

TRACE = 20 * RATE_HZ // 2
HEIGHTS = (0.25, 0.45)  # of the channel's usual beat
GROUPS = {"all": slice(0, 4), "ecg": slice(0, 2), "pulse": slice(2, 4)}
ACROSS = ("gap", "rate4_min", "rate4_max", "rate11_max", "rate16_max", "rr_median", "irregular", "n")


def scaled_swing(x: Tensor) -> Tensor:
    """x in parts of half its usual range over 2 s."""
    ranges = sliding_range(x, 2 * RATE_HZ, RATE_HZ // 2)
    usual = masked.quantile(ranges, torch.ones_like(ranges, dtype=torch.bool), 0.5, 0.0)
    return (2 * x / (usual[..., None] + 1e-3)).clamp(-5, 5)


def placed(likeness: Tensor, before: int) -> Tensor:
    """[batch, channels, 1250]: a likeness where its beat is, and 0 where the stretch does not hold a whole shape."""
    return F.pad(likeness, (before, TRACE - before - likeness.shape[-1]))


class Features(nn.Module):
    def __init__(self):
        super().__init__()
        self.names: list[str] = []
        self.qrs_band = Fir(5, 20, 63, RATE_HZ)
        self.qrs_mean = Mean(15)
        self.beat_band = Fir(None, 30, 31, RATE_HZ)
        self.pulse_band = Fir(None, 8, 31, RATE_HZ)
        self.wander = Mean(5, 25)
        self.breath = Mean(15, 17)
        self.pulse_mean = Mean(21)
        self.spectra = ShortSpectra(RATE_HZ)

    def forward(self, waveforms: Tensor, waveforms_mask: Tensor, alarm: Tensor) -> tuple[Tensor, Tensor]:
        mask = waveforms_mask
        x = torch.nan_to_num(waveforms, 0.0, 0.0, 0.0)
        # What does not move is of no meaning but in a pressure, and would cost digits.
        level = masked.mean(x, mask > 0.5, 0.0)
        x = x - level[..., None]
        found = Findings()
        ecg, pulse = x[:, :2], x[:, 2:]
        for seconds in (60, 16, 10, 4):
            found.put(f"measured{seconds}", mask[..., -seconds * RATE_HZ :].mean(-1))
        usable = found.by_name["measured16"] > 0.5
        qrs = self.qrs_band(ecg)
        swing = pulse - self.breath(pulse)
        smooth = self.pulse_band(swing)
        envelope = torch.cat([self.qrs_mean(slope(qrs).square()).clamp_min(1e-10).sqrt(), self.pulse_mean(slope(smooth).clamp_min(0))], 1)
        scaled = scaled_envelope(envelope, mask, found)
        times, counts = self.rhythms(scaled, found)
        levels(x, torch.cat([qrs, smooth], 1), found)
        still = self.wander(ecg)
        spectra_found(self.spectra.shares(self.spectra(torch.cat([ecg - still, swing], 1))), found)
        ranges = pulse_ranges(pulse, smooth, level[:, 2], found)
        beat = self.beat_band(ecg - self.wander(still))
        ecg_shape = shapes(beat, times[:, :2], counts[:, :2], 38, 45, ECGS, found)
        of_ecg = dict(found.by_name)
        trust = ("unlike_mean16", "follow_mean16", "alike_before")
        ecg_trust = [found.by_name[name] for name in trust]
        pulse_shape = shapes(smooth, times[:, 2:], counts[:, 2:], 30, 70, PULSES, found)
        agreement(scaled, found)
        recent = slice(-20 * RATE_HZ, None)
        ecg_like = likeness_throughout(beat[..., recent], ecg_shape)
        pulse_like = likeness_throughout(smooth[..., recent], pulse_shape)
        unseen(ecg_like, pulse_like, ranges, usable, found)
        suspect = pulsing(of_ecg, usable, found)
        channels = [torch.cat([ecg_part, found.by_name[name]], 1) for ecg_part, name in zip(ecg_trust, trust)]
        voted = votes(torch.stack(channels, 1), usable, found)
        # What speaks for this kind of alarm.
        each = torch.stack([voted["pause"], voted["slow"], voted["fast"], suspect["run"], suspect["flutter"]], 1)
        found.put_each(("0", "1", "2"), (each * alarm[..., None]).sum(1)[:, None], ("suspicion",))
        self.claims([of_ecg["run5"], of_ecg["run8"]], usable, alarm, found)
        found.put("alarm", alarm, KINDS)
        if not torch.compiler.is_exporting():
            self.names = found.names
        traces = torch.cat([scaled_swing(beat)[..., recent], scaled_swing(smooth)[..., recent]], 1)
        traces = torch.cat([F.avg_pool1d(traces, 2, 2), placed(ecg_like, 17), placed(pulse_like, 13)], 1)
        return torch.nan_to_num(found.all(), 0.0, 0.0, 0.0).clamp(-1e4, 1e4), traces

    def rhythms(self, scaled: Tensor, found: Findings) -> tuple[Tensor, Tensor]:
        """The times of the beats that reach the lower height."""
        peaks = [beats.is_peak(scaled[:, part], height, reach) for height in HEIGHTS for part, reach in ((slice(0, 2), 25), (slice(2, 4), 31))]
        times, counts = beats.times_of(torch.cat(peaks, 1))
        names = tuple(f"{height}_{channel}" for height in HEIGHTS for channel in CHANNELS)
        for seconds in (16, 10, 60):
            rhythm = beats.rhythm(times, counts, SAMPLES, seconds, RATE_HZ)
            for name, value in rhythm.items():
                if seconds < 60 or name in ("n", "rr_median", "irregular", "rr_sd"):
                    found.put(f"{name}_{seconds}", value, names)
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
