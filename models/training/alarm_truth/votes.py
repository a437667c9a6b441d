"""The channels vote on what the alarm claims, each as loudly as its recent beats look like beats."""
import torch
from torch import Tensor

from .findings import CHANNELS, Findings, heighted

QUESTIONS = ("pause", "slow", "long", "fast")
TRUST = ("as_before", "even", "as_before_even")


def votes(usable: Tensor, found: Findings) -> dict[str, Tensor]:
    """What all channels together say to each question, [batch, 3 kinds of trust]."""
    unlike, even, before = (found.of(name) for name in ("unlike_mean16", "follow_mean16", "alike_before"))
    as_before = (1 - unlike).clamp(0, 1) * before.clamp(0, 1)
    even = even.clamp(0, 1)
    trust = torch.stack([as_before, even, as_before * even], 1) * usable[:, None].float()  # [batch, trust, channel]
    both = lambda name: found.of(name, heighted(CHANNELS)).unflatten(1, (2, 4))  # [batch, height, channel]
    rate, at_17 = both("rate4_min_16"), both("rate16_max_16")
    rate = torch.where(rate > 0, rate, torch.full_like(rate, 60.0))  # too few beats to say
    yes = torch.sigmoid(torch.stack([
        (both("gap_16") - 3.5) * 4,
        (42 - rate) / 2,
        (both("rr_max_16") - 1.5) * 6,
        (at_17 - 138) / 4,
    ], 1))[:, :, :, None]  # [batch, question, height, 1, channel]  # fmt: skip
    weight = trust[:, None, None]
    together = lambda part: (weight * yes)[..., part].sum(-1) / (weight[..., part].sum(-1) + 0.1)
    every, ecg, pulse = slice(0, 4), slice(0, 2), slice(2, 4)
    said = {
        "net": together(every), "net_ecg": together(ecg), "net_pulse": together(pulse),
        "for": (weight * yes).amax(-1), "for_ecg": (weight * yes)[..., ecg].amax(-1), "for_pulse": (weight * yes)[..., pulse].amax(-1),
        "against": (weight * (1 - yes)).amax(-1), "against_ecg": (weight * (1 - yes))[..., ecg].amax(-1),
        "against_pulse": (weight * (1 - yes))[..., pulse].amax(-1),
    }  # fmt: skip
    for name, values in said.items():
        names = [f"{question}_{name}_{height}_{how}" for question in QUESTIONS for height in ("low", "high") for how in TRUST]
        found.put_each(names, values.flatten(1)[:, None], ("vote",))
    return {question: said["net"][:, place].mean(1) for place, question in enumerate(QUESTIONS)}
