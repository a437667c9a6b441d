"""What the channels say together, of what was found of each by itself."""
import torch
from torch import Tensor, nn

from . import masked
from .agreement import agreement
from .findings import CHANNELS, ECGS, HEIGHTS, PULSES, Findings, heighted
from .pulsing import pulsing
from .records import KINDS
from .stretch import Stretch
from .unseen import unseen
from .votes import votes

GROUPS = {"all": slice(0, 4), "ecg": slice(0, 2), "pulse": slice(2, 4)}
ACROSS = ("gap", "rate4_min", "rate4_max", "rate11_max", "rate16_max", "rr_median", "irregular", "n")


class AllChannels(nn.Module):
    """What EachChannel answers, but for its traces, and alarm [batch, 5] -> features [batch, n], finite; `names` say, after a first run, what each is."""

    def __init__(self, stretch: Stretch, found: list[str]):
        super().__init__()
        self.stretch, self.found = stretch, found
        self.names: list[str] = []

    def forward(self, findings: Tensor, seen: Tensor, ranges: Tensor, alarm: Tensor, *peaks: Tensor) -> Tensor:
        found = Findings(self.found, findings)
        usable = found.of("measured16") > 0.5
        for peak in peaks:
            agreement(peak, self.stretch.seconds, found)
        unseen(seen, ranges, usable, found)
        suspect = pulsing(usable, found)
        voted = votes(usable, found)
        # What speaks for this kind of alarm.
        each = torch.stack([voted["pause"], voted["slow"], voted["fast"], suspect["run"], suspect["flutter"]], 1)
        found.put_each(("0", "1", "2"), (each * alarm[..., None]).sum(1)[:, None], ("suspicion",))
        self.claims(usable, alarm, found)
        found.put("alarm", alarm, KINDS)
        if not torch.compiler.is_exporting():
            self.names = found.names
        return torch.nan_to_num(found.all(), 0.0, 0.0, 0.0).clamp(-1e4, 1e4)

    def claims(self, usable: Tensor, alarm: Tensor, found: Findings) -> None:
        """The four channels together, over those that are there; and what this kind of alarm claims, of each channel."""
        low, high = (lambda name, channels=CHANNELS, at=height: found.of(name, heighted(channels, (at,))) for height in HEIGHTS)
        names = [(f"{name}_{seconds}", height) for name in ACROSS for seconds in (16, 10) for height in HEIGHTS]
        rhythm = torch.stack([(low if height == HEIGHTS[0] else high)(name) for name, height in names], 1)
        fast, lost = low("rate4_max_16", PULSES) / 100, found.of("band_sd_min", PULSES)
        of_ecg = lambda name, pulse: torch.cat([found.of(name, ECGS), pulse], 1)
        claims = (  # of each kind, two of each channel
            (found.of("lull3.5"), low("gap_16") / 4),
            (high("rate4_min_16") / 40, low("rate4_min_16") / 40),
            (low("rate16_max_16") / 140, high("rate11_max_16") / 140),
            (of_ecg("run5_steady", fast), of_ecg("run8_steady", lost)),
            (found.of("flutter_peak_max"), of_ecg("purity4", lost)),
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
