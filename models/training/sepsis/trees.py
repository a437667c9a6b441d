"""Gradient boosted trees on the features of each hour."""
import time
from pathlib import Path

import lightgbm
import numpy as np

from .stays import Stays, utilities

#: Small trees: those of 23 leaves rank hours as well, and patients they have not seen get less from their alarms.
ROUNDS = 260
#: What each bag is taught: the label, or what an alarm in that hour is worth (0 to 1), which rises before the label and falls within it.
BAGS = ("label", "worth")
#: Late hours are few and hold two fifths of the utility: all of them are kept.
SHARE_OF_HEALTHY, LATE_H = 0.25, 48
SETTINGS = {
    "objective": "cross_entropy", "num_leaves": 8, "min_data_in_leaf": 600, "learning_rate": 0.05, "lambda_l2": 20, "max_bin": 127,
    "feature_fraction": 0.12, "bagging_fraction": 0.6, "bagging_freq": 1, "verbosity": -1, "num_threads": 1,
}  # fmt: skip


def train_trees(stays: Stays, features: np.ndarray, hours: np.ndarray, seed: int, files: list[Path], say) -> list[lightgbm.Booster]:
    """A booster per file, unless the file is there."""
    if not all(file.exists() for file in files):
        kept, weight = training_hours(stays, hours, np.random.default_rng(seed))
        alarm, silence, _ = utilities(stays)
        targets = {"label": stays.labels[kept].astype(float), "worth": np.clip((alarm - silence)[kept] / 2, 0, 1)}
        data = lightgbm.Dataset(features[kept], targets["label"], weight=weight, params=SETTINGS).construct()
        for bag, (target, file) in enumerate(zip(BAGS, files)):
            if not file.exists():
                started = time.monotonic()
                data.set_label(targets[target])
                lightgbm.train(SETTINGS | {"seed": seed * 100 + bag}, data, ROUNDS).save_model(file)
                say(f"{file.name}: {time.monotonic() - started:.0f} s")
    return [lightgbm.Booster(model_file=file) for file in files]


def training_hours(stays: Stays, hours: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hours to train on, and how much each counts."""
    share = np.where(stays.septic[stays.stay_of_hour[hours]] | (stays.hour[hours] >= LATE_H), 1.0, SHARE_OF_HEALTHY)
    kept = rng.random(len(hours)) < share
    return hours[kept], (1 / share[kept]).astype(np.float32)


def raw_scores(boosters: list[lightgbm.Booster], features: np.ndarray) -> np.ndarray:
    """Mean of the boosters' log-odds."""
    return np.mean([booster.predict(features, raw_score=True) for booster in boosters], 0)
