"""From the members' scores to one calibrated risk and a call."""
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import expit

from .lack import lack_of
from .members import Members


# A whole chart that lacks much by nature says something by it; one from which a part was taken does not. The former count more.
WHOLE_COUNTS = 5


@dataclass
class Weights:
    """`members` weigh the scores of a whole chart, then a constant. Of a chart that lacks more than the share `knee`, `lack` corrects that."""

    members: np.ndarray
    knee: np.ndarray
    lack: np.ndarray


class Answer(torch.nn.Module):
    """The graph: hours [batch, 48, 37, 4], person [batch, 4] to probabilities [batch, 2], called [batch, 1] and pooled [batch, 64]."""

    outputs = ["probabilities", "called", "pooled"]

    def __init__(self, members: Members, weights: Weights, threshold: float) -> None:
        super().__init__()
        self.members, self.threshold = members, threshold
        for name in ("members", "knee", "lack"):
            self.register_buffer(f"weights_{name}", torch.tensor(getattr(weights, name).astype(np.float32)))

    def forward(self, hours: torch.Tensor, person: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        scores, pooled = self.members(hours, person)
        logit = (scores * self.weights_members[:-1]).sum(1) + self.weights_members[-1]
        beyond = ((lack_of(hours[..., 3]) - self.weights_knee) / (1 - self.weights_knee)).clamp(min=0)
        risk = torch.sigmoid(logit + (crossed(scores, beyond) * self.weights_lack).sum(1))[:, None]
        return torch.cat([1 - risk, risk], 1), (risk >= self.threshold).to(risk.dtype), pooled


def crossed(scores: torch.Tensor, beyond: torch.Tensor) -> torch.Tensor:
    """Lack and its square, alone and times each score: [batch, members], [batch, 3] to [batch, 6 * (members + 1)]."""
    lack = torch.cat([beyond, beyond * beyond], 1)
    with_one = torch.cat([scores, torch.ones_like(scores[:, :1])], 1)
    return (lack[:, :, None] * with_one[:, None]).flatten(1)


def weigh(scores: np.ndarray, lack: np.ndarray, scores_less: np.ndarray, lack_less: np.ndarray, died: np.ndarray) -> Weights:
    """Two logistic regressions: of whole charts, weights not below 0; then, on top of it, of whole ones and of those with less.

    The correction sets in where a tenth of the whole charts lack more, so that it costs these nothing.
    """
    count = scores.shape[1]
    whole = np.column_stack([scores, np.ones(len(scores))])
    bounds = [(0, None)] * count + [(None, None)]
    members = regression(whole, died, np.zeros(len(died)), np.append(np.full(count, 0.002), 0), bounds)
    knee = np.quantile(lack, 0.9, axis=0)
    both, lacks = np.vstack([scores, scores_less]), np.vstack([lack, lack_less])
    terms = crossed_of(both, lacks, knee)
    offset = both @ members[:-1] + members[-1]
    count_of = np.repeat([WHOLE_COUNTS, 1], len(died))
    return Weights(members, knee, regression(terms, np.tile(died, 2), offset, np.full(terms.shape[1], 0.001), None, count_of))


def regression(terms: np.ndarray, died: np.ndarray, offset: np.ndarray, cost: np.ndarray, bounds, count_of: np.ndarray | None = None) -> np.ndarray:
    """Logistic, `cost` on half of the squares of the weights; a row counts `count_of` times."""
    share = np.full(len(died), 1 / len(died)) if count_of is None else count_of / count_of.sum()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = terms @ weights + offset
        return share @ (np.logaddexp(0, z) - died * z) + 0.5 * (cost * weights**2).sum(), terms.T @ (share * (expit(z) - died)) + cost * weights

    return minimize(loss, np.zeros(terms.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x


def crossed_of(scores: np.ndarray, lack: np.ndarray, knee: np.ndarray) -> np.ndarray:
    beyond = np.maximum((lack - knee) / (1 - knee), 0)
    return crossed(torch.tensor(scores, dtype=torch.float64), torch.tensor(beyond, dtype=torch.float64)).numpy()


def risk_of(scores: np.ndarray, lack: np.ndarray, weights: Weights) -> np.ndarray:
    return expit(scores @ weights.members[:-1] + weights.members[-1] + crossed_of(scores, lack, weights.knee) @ weights.lack)


def threshold_of(risk: np.ndarray, died: np.ndarray) -> float:
    """Where as many are called as die: there sensitivity and positive predictive value are equal, and the lesser of them about largest."""
    return float(np.sort(risk)[-int(died.sum())])
