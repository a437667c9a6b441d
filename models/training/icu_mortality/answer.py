"""From the members' scores to one calibrated risk and a call."""
import numpy as np
import torch
from scipy.optimize import minimize

from .members import Members


class Answer(torch.nn.Module):
    """The graph: hours [batch, 48, 37, 4], person [batch, 4] to probabilities [batch, 2], called [batch, 1] and pooled [batch, 64]."""

    outputs = ["probabilities", "called", "pooled"]

    def __init__(self, members: Members, weights: np.ndarray, threshold: float) -> None:
        super().__init__()
        self.members = members
        self.register_buffer("weights", torch.tensor(weights.astype(np.float32)))
        self.threshold = threshold

    def forward(self, hours: torch.Tensor, person: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        scores, pooled = self.members(hours, person)
        risk = torch.sigmoid((scores * self.weights[:-1]).sum(1, keepdim=True) + self.weights[-1])
        return torch.cat([1 - risk, risk], 1), (risk >= self.threshold).to(risk.dtype), pooled


def weigh(scores: np.ndarray, died: np.ndarray) -> np.ndarray:
    """Weights of the members, none below 0, and a constant: logistic regression, so that the answer is a probability."""
    with_one = np.column_stack([scores, np.ones(len(scores))])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = with_one @ weights
        pull = 0.002 * weights[:-1]
        return (np.logaddexp(0, z) - died * z).mean() + 0.001 * (weights[:-1] ** 2).sum(), with_one.T @ (1 / (1 + np.exp(-z)) - died) / len(died) + np.append(pull, 0)

    count = scores.shape[1]
    return minimize(loss, np.append(np.full(count, 1 / count), 0), jac=True, bounds=[(0, None)] * count + [(None, None)], method="L-BFGS-B").x


def risk_of(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(scores @ weights[:-1] + weights[-1])))


def threshold_of(risk: np.ndarray, died: np.ndarray) -> float:
    """Where as many are called as die: there sensitivity and positive predictive value are equal, and the lesser of them about largest."""
    return float(np.sort(risk)[-int(died.sum())])
