"""Late fusion: each kind of evidence says how likely its own finding is; what that means for the patient is two learnt numbers."""
import numpy as np
import torch
from torch import nn

from .tokens import FURTHEST


class Reliability(nn.Module):
    """Log-odds that each kind of evidence adds, [replicas, batch, evidence].

    With q1 and q0, how often the finding is there in who deteriorates and in who does not, and L, how much more likely it makes what the
    encoder heard, evidence that is independent of the rest adds log((q1 L + 1 - q1) / (q0 L + 1 - q0)). However sure an encoder is, it
    adds no more than log(q1 / q0): a murmur alone never makes a patient look as if he were dying. The first kind, vital signs, is the one whose
    finding is the outcome.
    """

    def __init__(self, replicas: int, lines: np.ndarray, prevalence: np.ndarray):
        """lines [replicas, 2, evidence]: slope and offset that make the log-odds of a finding true (Platt); prevalence [evidence]: of the findings among the recordings."""
        super().__init__()
        usual = torch.tensor(np.log(prevalence / (1 - prevalence)), dtype=torch.float32)
        slope, offset = (torch.tensor(lines[:, index], dtype=torch.float32) for index in (0, 1))
        self.register_buffer("slope", slope)
        self.register_buffer("offset", offset - usual)
        self.ill, self.well = (nn.Parameter(usual[1:].repeat(replicas, 1) + apart) for apart in (0.3, -0.3))

    def often(self, part: torch.Tensor) -> torch.Tensor:
        """[replicas, 1, evidence]: of vital signs the finding is the outcome itself."""
        first = torch.full_like(part[:, :1], 1.0 if part is self.ill else 0.0)
        return torch.cat([first, torch.sigmoid(part)], 1)[:, None]

    def forward(self, found: torch.Tensor, trusted: torch.Tensor) -> torch.Tensor:
        """found: log-odds of the findings, trusted: how far they are to be believed, both [replicas, batch, evidence]."""
        odds = found * self.slope[:, None] + self.offset[:, None]
        ratio = trusted * torch.exp(odds.clamp(-FURTHEST, FURTHEST)) + 1 - trusted
        ill, well = self.often(self.ill), self.often(self.well)
        return torch.log(ill * ratio + 1 - ill) - torch.log(well * ratio + 1 - well)
