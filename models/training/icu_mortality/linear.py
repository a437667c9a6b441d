"""Logistic regression on the same row of numbers as the trees, each on the scale of its own quantiles."""
import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import expit, ndtri

QUANTILES = np.array([0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98])
SCORES = ndtri(QUANTILES).astype(np.float32)


class NormalScores(torch.nn.Module):
    """[batch, features] to [batch, 2 * features + some]: normal scores and their squares, 0 where NaN, and which features are lacking."""

    def __init__(self, features: np.ndarray) -> None:
        super().__init__()
        lacking = np.isnan(features).mean(0)
        empty = lacking == 1
        knots = np.nanquantile(np.where(empty, 0, features), QUANTILES, axis=0).astype(np.float32)
        width = np.diff(knots, axis=0)
        self.register_buffer("start", torch.tensor(knots[:-1]))
        self.register_buffer("width", torch.tensor(np.maximum(width, 1e-6)))
        self.register_buffer("which", torch.tensor(np.flatnonzero((lacking > 0.02) & (lacking < 0.98))))
        self.register_buffer("mean", torch.zeros(features.shape[1]))
        self.register_buffer("rate", torch.zeros(len(self.which)))
        with torch.no_grad():
            parts = [self.scores(torch.tensor(part)) for part in np.array_split(features, 1 + len(features) // 500)]
            self.mean += torch.tensor(np.nan_to_num(np.nanmean(np.where(empty, 0, torch.cat(parts).numpy()), 0)))
        self.rate += torch.tensor(lacking[self.which].astype(np.float32))

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        total = torch.full_like(x, float(SCORES[0]))
        for index, rise in enumerate(np.diff(SCORES)):
            total = total + float(rise) * ((x - self.start[index]) / self.width[index]).clamp(0, 1)
        return torch.where(torch.isnan(x), x, total)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = self.scores(x) - self.mean
        squares = 0.5 * (scores * scores - 1)
        scores, squares = (torch.where(torch.isnan(x), torch.zeros_like(x), part) for part in (scores, squares))
        return torch.cat([scores, squares, torch.index_select(torch.isnan(x).to(x.dtype), 1, self.which) - self.rate], 1)


class Linear(torch.nn.Module):
    """[batch, features] to [batch]."""

    def __init__(self, scores: NormalScores, weights: np.ndarray) -> None:
        super().__init__()
        self.scores = scores
        self.register_buffer("weights", torch.tensor(weights.astype(np.float32)))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return (self.scores(features) * self.weights[:-1]).sum(1) + self.weights[-1]


def fit(features: np.ndarray, label: np.ndarray, strength: float = 7) -> Linear:
    """Cross-entropy of a label between 0 and 1; the squares of the weights cost the less, the greater the strength."""
    scores = NormalScores(features)
    with torch.no_grad():
        x = torch.cat([scores(torch.tensor(part)) for part in np.array_split(features, 1 + len(features) // 500)]).numpy()

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = (x @ weights[:-1].astype(np.float32)).astype(float) + weights[-1]
        off = (expit(z) - label) / len(label)
        slope = np.append(off.astype(np.float32) @ x + weights[:-1] / strength, off.sum())
        return (np.logaddexp(0, z) - label * z).mean() + (weights[:-1] ** 2).sum() / (2 * strength), slope

    found = minimize(loss, np.zeros(x.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 150, "ftol": 1e-7})
    return Linear(scores, found.x).eval()
