"""How far what an encoder made of an input is from what it made of those that it learnt from (Mahalanobis distance; Lee et al., NeurIPS 2018).

1 is the limit: further out than all but one in fifty or a hundred of subjects that had been left out. What lies beyond is not believed.
"""
from dataclasses import dataclass

import numpy as np
from sklearn.covariance import LedoitWolf

from ..folds import FOLDS
from .chain import fit_devices, unlikelihood
from .encoders import Heard
from .evidence import NOTES, PCG, VITALS, WAVEFORMS, Evidence

#: Who is very ill is far from most: of vital signs only what hardly anybody has is strange.
QUANTILES = {VITALS.name: 0.9995, WAVEFORMS.name: 0.99, PCG.name: 0.99, NOTES.name: 0.99}
DEVICE_QUANTILE = 0.98
ROUGH_QUANTILE = 0.99


@dataclass(frozen=True)
class Surroundings:
    centre: np.ndarray
    #: [size, size]; squared length of (x - centre) @ whitening is the distance
    whitening: np.ndarray
    limit: float

    def share(self, pooled: np.ndarray) -> np.ndarray:
        return np.square((pooled - self.centre) @ self.whitening).sum(1) / self.limit


@dataclass(frozen=True)
class Devices:
    mixture: dict[str, np.ndarray]
    #: unlikelihood of 0 and of 1
    least: float
    limit: float

    def share(self, profiles: np.ndarray) -> np.ndarray:
        return np.maximum((unlikelihood(self.mixture, profiles) - self.least) / (self.limit - self.least), 0)


def _whitened(pooled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = LedoitWolf().fit(pooled)
    return found.location_, np.linalg.cholesky(np.linalg.inv(found.covariance_ + 1e-6 * np.eye(pooled.shape[1])))


def fit_surroundings(evidence: Evidence, heard: Heard, without: int | None) -> Surroundings:
    """Of the file without this fold (None: of the one that ships), the limit by what files of other folds say of theirs."""
    shares = []
    for fold in range(FOLDS):
        if fold == without:
            continue
        pooled, own = heard.by_file[fold]["pooled"], heard.fold == fold
        centre, whitening = _whitened(pooled[~own & (heard.fold != without)])
        shares.append(np.square((pooled[own] - centre) @ whitening).sum(1))
    pooled = heard.by_file[without]["pooled"]
    return Surroundings(*_whitened(pooled[heard.fold != without]), float(np.quantile(np.concatenate(shares), QUANTILES[evidence.name])))


def fit_devices_known(profiles: np.ndarray, folds: np.ndarray, without: int | None, seed: int) -> Devices:
    scores = []
    for fold in range(FOLDS):
        if fold != without:
            own, seen = folds == fold, (folds != fold) & (folds != without)
            scores.append(unlikelihood(fit_devices(profiles[seen], seed), profiles[own]))
    mixture = fit_devices(profiles[folds != without], seed)
    least = float(unlikelihood(mixture, profiles[folds != without]).min())
    return Devices(mixture, least, float(np.quantile(np.concatenate(scores), DEVICE_QUANTILE)))


def fit_roughness(rough: np.ndarray, folds: np.ndarray, without: int | None) -> np.ndarray:
    """[channels]: limits, of recordings that moved."""
    seen = rough[folds != without]
    return np.array([np.quantile(channel[channel > 0], ROUGH_QUANTILE) for channel in seen.T])
