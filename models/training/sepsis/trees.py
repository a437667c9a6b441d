"""Gradient boosted trees on the features of each hour."""
import time
from pathlib import Path

import lightgbm
import numpy as np

from .stays import Stays

#: Few rounds: with more, the utility of patients it has not seen falls while the ranking of hours still holds.
ROUNDS = 160
BAGS = 4
SHARE_OF_HEALTHY = 0.25
SETTINGS = {
    "objective": "binary", "num_leaves": 23, "min_data_in_leaf": 300, "learning_rate": 0.03, "lambda_l2": 20, "max_bin": 127,
    "feature_fraction": 0.12, "bagging_fraction": 0.6, "bagging_freq": 1, "verbosity": -1, "num_threads": 1,
}  # fmt: skip


def train_trees(stays: Stays, features: np.ndarray, hours: np.ndarray, seed: int, files: list[Path], say) -> list[lightgbm.Booster]:
    """Every hour of septic stays and a share of the others', which counts for all; a booster per file, unless the file is there."""
    if not all(file.exists() for file in files):
        rng = np.random.default_rng(seed)
        septic = stays.septic[stays.stay_of_hour[hours]]
        kept = hours[septic | (rng.random(len(hours)) < SHARE_OF_HEALTHY)]
        weight = np.where(stays.septic[stays.stay_of_hour[kept]], 1.0, 1 / SHARE_OF_HEALTHY)
        data = lightgbm.Dataset(features[kept], stays.labels[kept].astype(int), weight=weight, params=SETTINGS)
        for bag, file in enumerate(files):
            started = time.monotonic()
            lightgbm.train(SETTINGS | {"seed": seed * 100 + bag}, data, ROUNDS).save_model(file)
            say(f"{file.name}: {time.monotonic() - started:.0f} s")
    return [lightgbm.Booster(model_file=file) for file in files]


def raw_scores(boosters: list[lightgbm.Booster], features: np.ndarray) -> np.ndarray:
    return np.mean([booster.predict(features, raw_score=True) for booster in boosters], 0)
