"""The members that answer together, trained on some of the stays; what is in the cache already is read, so that a broken run goes on."""
from pathlib import Path

import lightgbm
import numpy as np
import torch

from . import encoder, linear, trees
from .features import Features
from .outcomes import nearly_died, tasks_of
from .signals import signals_of

# Thresholds are drawn at random (Geurts et al. 2006): a forest of few and simple trees that are unlike each other.
DRAWN = dict(objective="cross_entropy", extra_trees=True, feature_fraction=0.2, learning_rate=0.05)
SOON = 0.3, 30
GROWN = {"soon": (SOON, 380, 3)}  # label, rounds, seeds
# Hours to a step of each encoder.
ENCODER_STEPS_H = (4,)
NAMES = (*GROWN, "linear", "encoder")


class Members(torch.nn.Module):
    """A stay to one raw score of each of NAMES, [batch, 3], and the first encoder's embedding, [batch, 64]."""

    def __init__(self, grown: list[trees.Trees], line: linear.Linear, encoders: list[encoder.Encoder]) -> None:
        super().__init__()
        self.features = Features()
        self.grown, self.line, self.encoders = torch.nn.ModuleList(grown), line, torch.nn.ModuleList(encoders)

    def forward(self, hours: torch.Tensor, person: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        signals = signals_of(hours)
        features = self.features(hours, person, signals)
        scores = [part(features) for part in (*self.grown, self.line)]
        encoded = [net(hours, person, signals) for net in self.encoders]
        scores.append(sum(answers[:, 0] for answers, _ in encoded) / len(encoded))
        return torch.stack(scores, 1), encoded[0][1]


def train(stays: dict[str, np.ndarray], features: np.ndarray, chosen: np.ndarray, cache: Path, seed: int) -> Members:
    cache.mkdir(parents=True, exist_ok=True)
    label = {name: nearly_died(stays, *of)[chosen] for name, (of, _, _) in GROWN.items()}
    tasks = tasks_of(stays)[chosen]
    hours, person = (torch.tensor(stays[name][chosen]) for name in ("hours", "person"))
    grown = []
    for index, (name, (_, rounds, seeds)) in enumerate(GROWN.items()):
        boosters = []
        for number in range(seeds):
            file = cache / f"{name}-{number}.txt"
            if not file.exists():
                trees.grow(features[chosen], label[name], DRAWN, rounds, seed * 100 + 10 * index + number).save_model(file)
            boosters.append(lightgbm.Booster(model_file=file))
        grown.append(trees.Trees(boosters))
    fit_encoder = lambda number, step_h: encoder.fit(hours, person, tasks, step_h, seed * 100 + number)
    line = kept(cache / "linear.pt", lambda: linear.fit(features[chosen], label["soon"]))
    encoders = [kept(cache / f"encoder-{number}.pt", lambda number=number, step_h=step_h: fit_encoder(number, step_h)) for number, step_h in enumerate(ENCODER_STEPS_H)]
    print(cache.name, "trained", flush=True)
    return Members(grown, line, encoders).eval()


def kept(file: Path, make) -> torch.nn.Module:
    if not file.exists():
        torch.save(make(), file)
    return torch.load(file, weights_only=False).eval()
