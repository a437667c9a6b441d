"""Gradient boosted trees on the features of each hour."""
import time
from dataclasses import dataclass
from pathlib import Path

import lightgbm
import numpy as np

from .stays import MEASURED, STATIC, Stays, utilities

#: Late hours are few and hold two fifths of the utility: all of them are kept.
SHARE_OF_HEALTHY, LATE_H = 0.25, 48
COMMON = {"max_bin": 127, "bagging_freq": 1, "verbosity": -1, "num_threads": 1}
#: Small trees of all features: those of 23 leaves rank hours as well, and patients they have not seen get less from their alarms.
OF_ALL = COMMON | {
    "objective": "cross_entropy", "num_leaves": 8, "min_data_in_leaf": 600, "learning_rate": 0.05, "lambda_l2": 20, "feature_fraction": 0.12,
    "bagging_fraction": 0.6,
}  # fmt: skip
#: Larger trees of few features.
OF_FEW = COMMON | {
    "objective": "binary", "num_leaves": 15, "min_data_in_leaf": 200, "learning_rate": 0.04, "lambda_l2": 10, "feature_fraction": 0.3,
    "bagging_fraction": 0.7,
}  # fmt: skip
FEW = {
    *(f"{name} {what}" for name in MEASURED for what in ("last", "hours since", "count 48 h")),
    *(f"{name} change" for name in MEASURED[7:]),
    *(f"{name} {what} {hours} h" for name in MEASURED[:7] for what in ("least", "most", "mean", "deviation") for hours in (6, 12, 24)),
    *STATIC, "labs 48 h", "labs 6 h", "HR/SBP", "hours since first",
}  # fmt: skip


@dataclass(frozen=True)
class Bag:
    """What a booster is taught: the `label`; the `worth` of an alarm in that hour (0 to 1), which rises before the label and falls within
    it; or its `sign`, each hour counting by how much an alarm gains or costs. `drawn`, `number`: added to the seed, of the draw of the healthy
    hours and of the trees; bags of unlike hours and features err less alike."""

    taught: str
    settings: dict
    rounds: int
    is_of_few: bool
    drawn: int
    number: int


LABEL, WORTH = Bag("label", OF_ALL, 260, False, 0, 0), Bag("worth", OF_ALL, 260, False, 0, 1)
SIGN, SIGN_AGAIN = Bag("sign", OF_FEW, 200, True, 100, 50), Bag("sign", OF_FEW, 200, True, 200, 60)


@dataclass(frozen=True)
class Trees:
    """A booster, and which features it reads."""

    booster: lightgbm.Booster
    columns: np.ndarray

    def raw_scores(self, features: np.ndarray) -> np.ndarray:
        return self.booster.predict(features[:, self.columns], raw_score=True)


def train_trees(
    stays: Stays, features: np.ndarray, names: list[str], hours: np.ndarray, seed: int, files: dict[Path, Bag], say
) -> list[Trees]:
    """Trees of each bag in its file, unless the file is there; `names` of the features."""
    columns = {True: np.array([at for at, name in enumerate(names) if name in FEW]), False: np.arange(len(names))}
    made = {}
    for file, bag in files.items():
        if file.exists():
            continue
        key = bag.is_of_few, bag.drawn
        if key not in made:
            kept, weight = training_hours(stays, hours, np.random.default_rng(seed + bag.drawn))
            # A row at a time is cheap to read; of many rows a column at a time is not.
            table = np.concatenate([features[some][:, columns[bag.is_of_few]] for some in np.array_split(kept, 1 + len(kept) // 20_000)])
            made[key] = kept, weight, lightgbm.Dataset(table, stays.labels[kept].astype(float), weight=weight, params=bag.settings).construct()
        kept, weight, data = made[key]
        started = time.monotonic()
        target, counts = _lesson(bag.taught, stays, kept)
        data.set_label(target).set_weight(weight * counts)
        lightgbm.train(bag.settings | {"seed": seed * 100 + bag.number}, data, bag.rounds).save_model(file)
        say(f"{file.name}: {time.monotonic() - started:.0f} s")
    return [Trees(lightgbm.Booster(model_file=file), columns[bag.is_of_few]) for file, bag in files.items()]


def _lesson(taught: str, stays: Stays, kept: np.ndarray) -> tuple[np.ndarray, np.ndarray | float]:
    """Targets of the hours, and by how much each counts."""
    if taught == "label":
        return stays.labels[kept].astype(float), 1.0
    alarm, silence, _ = utilities(stays)
    gain = (alarm - silence)[kept]
    if taught == "worth":
        return np.clip(gain / 2, 0, 1), 1.0
    return (gain > 0).astype(float), np.abs(gain) * 10 + 1e-9


def training_hours(stays: Stays, hours: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Hours to train on, and how much each counts."""
    share = np.where(stays.septic[stays.stay_of_hour[hours]] | (stays.hour[hours] >= LATE_H), 1.0, SHARE_OF_HEALTHY)
    kept = rng.random(len(hours)) < share
    return hours[kept], (1 / share[kept]).astype(np.float32)


def raw_scores(trees: list[Trees], features: np.ndarray) -> np.ndarray:
    """Mean of the boosters' log-odds."""
    return np.mean([part.raw_scores(features) for part in trees], 0)
