"""From what the trees say to a probability that holds: a logistic regression on predictions for alarms that they had not seen."""
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

EDGE = 0.003


@dataclass
class Blend:
    weights: np.ndarray  # of each member's logit
    offset: float

    def probability(self, members: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(logit(members) @ self.weights + self.offset)))


def logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, EDGE, 1 - EDGE)
    return np.log(inside / (1 - inside))


def fit(members: np.ndarray, true: np.ndarray) -> Blend:
    """members: [n, members] probabilities, held out."""
    model = LogisticRegression(C=1.0).fit(logit(members), true)
    return Blend(model.coef_[0], float(model.intercept_[0]))


def threshold(score: float) -> float:
    """Above which an alarm had better be let through.

    Of (TP + TN) / (TP + TN + FP + 5 FN), let through, an alarm of probability p adds p - score, and, suppressed, 1 - p - score (1 + 4 p),
    to numerator minus score times denominator, which at the best decisions is 0 (Dinkelbach 1967).
    """
    return 1 / (2 + 4 * score)
