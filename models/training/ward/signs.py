"""Which vital signs the answer of their encoder rests on: it is asked again without each of them, which costs next to nothing."""
import torch
from onnx import ModelProto
from torch import nn

from ..model_folder import export
from ..sepsis.stays import VITALS
from . import evidence
from .graphs import around
from .tokens import logit

#: in words for people, in the order of the columns of `signs` and of MEASURED of training/sepsis/stays.py
NAMES = ("heart rate", "SpO2", "temperature", "systolic pressure", "mean pressure", "diastolic pressure", "respiration rate", "EtCO2")
HOURS, VARIANTS = 48, 1 + VITALS


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


def with_signs(encoder: ModelProto) -> ModelProto:
    """The encoder of vital signs, asked without each of them as well; its outputs are those of the whole, and signs."""
    asked = evidence.VITALS
    before = export(Without(), {"hours": torch.zeros(2, HOURS, VITALS), "static": torch.zeros(2, 2)}, ["many_hours", "many_static"])
    many = {f"many_{name}": torch.full((2 * VARIANTS, width), 0.3) for name, width in asked.outputs.items()}
    after = export(Apart(), many, [*asked.outputs, "signs"])
    return around(encoder, asked.name, ["hours", "static", *asked.outputs], [before], [after])
