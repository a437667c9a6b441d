"""Logistic regression towards probabilities: the label of a stay may lie between died and survived."""
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, xlogy


def fit(features, target: np.ndarray, penalty: np.ndarray, weight: np.ndarray | None = None) -> tuple[np.ndarray, float]:
    """Minimises cross-entropy plus half the penalty (one a feature) times the squared coefficient; features dense or sparse [rows, columns]."""
    weight = np.ones(len(target)) if weight is None else weight
    rate = np.average(target, weights=weight)
    start = np.zeros(features.shape[1] + 1)
    start[-1] = np.log(rate / (1 - rate))

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        slope = parameters[:-1]
        score = features @ slope + parameters[-1]
        value = weight @ (np.logaddexp(0, score) - target * score) + 0.5 * penalty @ slope**2
        wrong = weight * (expit(score) - target)
        return value, np.append(features.T @ wrong + penalty * slope, wrong.sum())

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 300, "maxcor": 20}).x
    return found[:-1], float(found[-1])


def log_loss(happened: np.ndarray, probability: np.ndarray) -> float:
    return float(-(xlogy(happened, probability) + xlogy(1 - happened, 1 - probability)).mean())
