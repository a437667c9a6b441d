"""From what an encoder says to what is fused: a few facts, a few directions of its embedding, and the odds that its finding is there.

Embeddings of files that were trained without different folds do not mean the same by the same number. Each is mapped to the main directions
of the one that ships by ridge regression over recordings that both have learnt from.
"""
from dataclasses import dataclass

import numpy as np
import torch

from ..folds import FOLDS
from .encoders import Heard
from .evidence import NOTES, PCG, VIDEO, VITALS, WAVEFORMS, Evidence

DIRECTIONS = 8
RIDGE = 1.0
FURTHEST = 8.0
#: how many facts each kind has
FACTS = {VITALS.name: 1, WAVEFORMS.name: 1, PCG.name: 2, VIDEO.name: 7, NOTES.name: 1}
LUNG = 2  # of the procedures and of the answers of procedure-view


def logit(p):
    p = p.clip(1e-4, 1 - 1e-4) if isinstance(p, np.ndarray) else p.clamp(1e-4, 1 - 1e-4)
    return np.log(p / (1 - p)) if isinstance(p, np.ndarray) else torch.log(p / (1 - p))


def facts(evidence: Evidence, outputs: dict[str, torch.Tensor]) -> torch.Tensor:
    """[batch, FACTS]"""
    if evidence is VIDEO:
        return torch.cat([outputs["procedure"], logit(outputs["answers"]) * outputs["procedure"][:, :3]], 1)
    p = outputs["probabilities"]
    if evidence is PCG:
        return torch.stack([logit(p[:, 0] / (p[:, 0] + p[:, 2]).clamp_min(1e-4)), logit(p[:, 1])], 1)
    return logit(p[:, :1])


def finding(evidence: Evidence, outputs: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Log-odds [batch] that the finding is there, and how far the encoder can say at all [batch], 0..1."""
    if evidence is VIDEO:
        return logit(outputs["answers"][:, LUNG]), outputs["procedure"][:, LUNG]
    p = outputs["probabilities"]
    if evidence is PCG:
        return logit(p[:, 0] / (p[:, 0] + p[:, 2]).clamp_min(1e-4)), 1 - p[:, 1]
    return logit(p[:, 0]), torch.ones_like(p[:, 0])


@dataclass(frozen=True)
class Alignment:
    """pooled [batch, size] @ weight + bias -> DIRECTIONS of unit spread."""

    weight: np.ndarray
    bias: np.ndarray

    def place(self, pooled: np.ndarray) -> np.ndarray:
        return pooled @ self.weight + self.bias


def align(heard: Heard) -> dict[int | None, Alignment]:
    pooled = heard.by_file[None]["pooled"].astype(float)
    centre = pooled.mean(0)
    _, size, axes = np.linalg.svd(pooled - centre, full_matrices=False)
    axes = axes[:DIRECTIONS].T
    # A direction has the sign of its largest entry, so that it is the same on every machine.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(DIRECTIONS)])
    weight = axes / size[:DIRECTIONS] * np.sqrt(len(pooled))
    out: dict[int | None, Alignment] = {None: Alignment(weight, -centre @ weight)}
    wanted = out[None].place(pooled)
    for fold in range(FOLDS):
        seen = heard.fold != fold
        own = heard.by_file[fold]["pooled"][seen].astype(float)
        own_centre, own_spread = own.mean(0), own.std(0) + 1e-6
        standard = (own - own_centre) / own_spread
        solved = np.linalg.solve(standard.T @ standard + RIDGE * np.eye(standard.shape[1]), standard.T @ wanted[seen])
        weight = solved / own_spread[:, None]
        out[fold] = Alignment(weight, wanted[seen].mean(0) - own_centre @ weight)
    return out
