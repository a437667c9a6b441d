"""How far a frame is from what the model knows of a procedure: Mahalanobis distance (Lee 2018) in the main directions of the features."""
from dataclasses import dataclass

import numpy as np
from sklearn.covariance import LedoitWolf

from .frames import NONE, PROCEDURES

DIRECTIONS = 32
KNOWN = tuple(name for name in PROCEDURES if name != NONE)
QUANTILE = 0.98
"""The limit leaves out this part of the frames of subjects that were themselves left out."""


@dataclass(frozen=True)
class Surroundings:
    mean: np.ndarray
    """[FEATURES]"""
    directions: np.ndarray
    """[FEATURES, DIRECTIONS]: pooled = (features - mean) @ directions, of unit spread"""
    centres: np.ndarray
    """[KNOWN, DIRECTIONS]"""
    whitening: np.ndarray
    """[KNOWN, DIRECTIONS, DIRECTIONS]"""

    def pooled(self, features: np.ndarray) -> np.ndarray:
        return (features - self.mean) @ self.directions

    def distances(self, features: np.ndarray) -> np.ndarray:
        """[frames, KNOWN]: mean squared distance by direction, about 1 for a frame of those that it was made from"""
        away = self.pooled(features)[:, None] - self.centres
        return np.square(np.einsum("fkd,kde->fke", away, self.whitening)).mean(2)


def fit_surroundings(features: np.ndarray, procedures: np.ndarray, subjects: np.ndarray) -> Surroundings:
    known = np.isin(procedures, KNOWN)
    part, weight = features[known], _subject_weights(procedures[known], subjects[known])
    mean = np.average(part, 0, weight)
    spread = np.sqrt(np.average(np.square(part - mean), 0, weight)) + 1e-3
    standard = (part - mean) / spread
    variances, vectors = np.linalg.eigh((standard * weight[:, None]).T @ standard)
    main = np.argsort(variances)[::-1][:DIRECTIONS]
    # A direction has the sign of its largest entry, so that it is the same on every machine.
    vectors = vectors[:, main] * np.sign(vectors[np.abs(vectors[:, main]).argmax(0), main])
    directions = vectors / spread[:, None] / np.sqrt(variances[main])
    pooled = (part - mean) @ directions
    centres, whitening = [], []
    for name in KNOWN:
        own = procedures[known] == name
        centres.append(np.average(pooled[own], 0, weight[own]))
        balanced = (pooled[own] - centres[-1]) * np.sqrt(weight[own] / weight[own].mean())[:, None]
        covariance = LedoitWolf(assume_centered=True).fit(balanced).covariance_ + 0.02 * np.eye(DIRECTIONS)
        whitening.append(np.linalg.inv(np.linalg.cholesky(covariance)).T)
    return Surroundings(mean, directions, np.stack(centres), np.stack(whitening))


def _subject_weights(procedures: np.ndarray, subjects: np.ndarray) -> np.ndarray:
    """Every procedure counts the same, and within it every subject; they sum to 1."""
    weight = np.zeros(len(subjects))
    names = sorted(set(procedures))
    for name in names:
        here = sorted(set(subjects[procedures == name]))
        for subject in here:
            own = (procedures == name) & (subjects == subject)
            weight[own] = 1 / len(names) / len(here) / own.sum()
    return weight


def fit_limits(distances: np.ndarray, procedures: np.ndarray) -> np.ndarray:
    """[KNOWN] from distances of subjects that were left out."""
    return np.array([np.quantile(distances[procedures == name, index], QUANTILE) for index, name in enumerate(KNOWN)])
