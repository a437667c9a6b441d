"""How trees and network become one calibrated probability and one alarm: few numbers, fitted on scores of stays that neither had seen."""
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

#: The utility of thresholds about the best is level but for chance; the middle of those so near to the best is taken.
LEVEL = 0.003


@dataclass
class Combination:
    """log-odds = trees·`trees` + network·`network` + `constant`; an alarm where they reach `threshold`."""

    trees: float
    network: float
    constant: float
    threshold: float

    def log_odds(self, trees: np.ndarray, network: np.ndarray) -> np.ndarray:
        return trees * self.trees + network * self.network + self.constant


def fit(trees: np.ndarray, network: np.ndarray, labels: np.ndarray, gain: np.ndarray, most: float) -> Combination:
    """Weights by maximum likelihood, none below 0; the threshold by utility, `gain` of an alarm in each hour and `most` that all can gain."""
    regression = LogisticRegression(C=1e6).fit(np.stack([trees, network], 1), labels)
    (of_trees, of_network), constant = regression.coef_[0], float(regression.intercept_[0])
    if of_network < 0:
        regression = LogisticRegression(C=1e6).fit(trees[:, None], labels)
        of_trees, of_network, constant = regression.coef_[0, 0], 0.0, float(regression.intercept_[0])
    combination = Combination(float(of_trees), float(of_network), constant, 0.0)
    score = combination.log_odds(trees, network)
    order = np.argsort(-score)
    utility = np.cumsum(gain[order]) / most
    level = score[order][utility > utility.max() - LEVEL]
    combination.threshold = float(np.median(level))
    return combination
