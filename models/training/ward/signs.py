"""Which vital signs the answer of their encoder rests on: it is asked again without each of them, which costs next to nothing."""
import torch
from torch import nn

from ..sepsis.stays import VITALS
from .tokens import logit

#: in words for people, in the order of the columns of `signs` and of MEASURED of training/sepsis/stays.py
NAMES = ("heart rate", "SpO2", "temperature", "systolic pressure", "mean pressure", "diastolic pressure", "respiration rate", "EtCO2")
VARIANTS = 1 + VITALS


class Without(nn.Module):
    """hours [batch, 48, VITALS], static [batch, 2] -> the same with batch * VARIANTS rows: first as it is, then without each sign in turn."""

    def forward(self, hours: torch.Tensor, static: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        gone = torch.eye(VITALS)[:, None, None] > 0
        lacking = torch.where(gone, torch.full_like(hours[None], float("nan")), hours[None])
        return torch.cat([hours[None], lacking]).flatten(0, 1), static[None].expand(VARIANTS, -1, -1).flatten(0, 1)


class Apart(nn.Module):
    """The encoder's probabilities and embedding of all rows -> those of the first, and signs [batch, VITALS]: what each adds to the log-odds."""

    def forward(self, probabilities: torch.Tensor, pooled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        of_variants = probabilities.reshape(VARIANTS, -1, probabilities.shape[1])
        odds = logit(of_variants[:, :, 0])
        return of_variants[0], pooled.reshape(VARIANTS, -1, pooled.shape[1])[0], (odds[:1] - odds[1:]).T
