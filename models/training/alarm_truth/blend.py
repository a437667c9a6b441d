"""From what the trees say to a probability that holds: a logistic regression on predictions for alarms that they had not seen."""
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

STRENGTH = 0.3  # of the regularisation, inverse: small, for a kind of alarm may have four true cases
EDGE = 0.003


@dataclass
class Blend:
    weights: np.ndarray  # of each member's logit
    kinds: np.ndarray  # added for each kind of alarm
    offset: float

    def probability(self, members: np.ndarray, alarm: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(logit(members) @ self.weights + alarm @ self.kinds + self.offset)))


def logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, EDGE, 1 - EDGE)
    return np.log(inside / (1 - inside))


def fit(members: np.ndarray, alarm: np.ndarray, true: np.ndarray) -> Blend:
    """members: [n, members] probabilities, held out; alarm: [n, 5]."""
    columns = np.concatenate([logit(members), alarm], 1)
    model = LogisticRegression(C=STRENGTH).fit(columns, true)
    count = members.shape[1]
    return Blend(model.coef_[0, :count], model.coef_[0, count:], float(model.intercept_[0]))


def threshold(score: float) -> float:
    """Above which an alarm had better be let through.

    Of (TP + TN) / (TP + TN + FP + 5 FN), let through, an alarm of probability p adds p - score, and, suppressed, 1 - p - score (1 + 4 p),
    to numerator minus score times denominator, which at the best decisions is 0 (Dinkelbach 1967).
    """
    return 1 / (2 + 4 * score)
