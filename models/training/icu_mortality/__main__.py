"""Trains the five held-out files and the one that ships, weighs their members on stays that none of them saw, and writes models/icu-mortality.

cd models && python -m training.icu_mortality DATA --cache CACHE --seed 0
"""
from pathlib import Path

from ..command import arguments

import numpy as np
import torch
from sklearn.metrics import roc_auc_score

from ..folds import FOLDS
from ..model_folder import export, save, session, write_card, write_golden
from .answer import Answer, risk_of, threshold_of, weigh
from .card import card
from .chart import HOURS, PARAMETERS, PERSON
from .features import Features
from .golden import MADE, cases
from .lack import lack_of, with_less
from .members import NAMES, train
from .signals import signals_of
from .stays import load
from .trees import Trees

OUT = Path(__file__).parents[2] / "icu-mortality"


def main() -> None:
    args = arguments("vitals/cinc2012_icu_mortality")
    stays = load(args.data, args.cache)
    features = in_parts(FeaturesOnly(), stays, np.arange(len(stays["died"])))[0]
    fold, died = stays["fold"], stays["died"]
    everyone = np.full(len(fold), True)
    parts = {**{str(number): fold != number for number in range(FOLDS)}, "all": everyone}
    members = {name: train(stays, features, chosen, args.cache / f"part-{name}", args.seed) for name, chosen in parts.items()}

    less = with_less(stays, args.seed)
    scores, scores_less = np.zeros((2, len(fold), len(NAMES)), np.float32)
    for number in range(FOLDS):
        unseen = np.flatnonzero(fold == number)
        scores[unseen] = in_parts(members[str(number)], stays, unseen)[0]
        scores_less[unseen] = in_parts(members[str(number)], less, unseen)[0]
    lack, lack_less = (lack_of(torch.tensor(of["hours"][..., 3])).numpy() for of in (stays, less))
    for index, name in enumerate(NAMES):
        print(f"{name}: AUROC {roc_auc_score(died, scores[:, index]):.4f}", flush=True)

    risk, risk_less = np.zeros((2, len(fold)))
    for name, of in members.items():
        weigh_on = everyone if name == "all" else fold != int(name)
        weights = weigh(*(of[weigh_on] for of in (scores, lack, scores_less, lack_less, died)))
        threshold = threshold_of(risk_of(scores[weigh_on], lack[weigh_on], weights), died[weigh_on])
        print(name, dict(zip((*NAMES, "constant"), weights.members.round(3).tolist())), "threshold", round(threshold, 4), flush=True)
        shipped = Answer(of, weights, threshold).eval()
        file = OUT / ("model.onnx" if name == "all" else f"held-out/fold-{name}.onnx")
        example = {"hours": torch.full((2, HOURS, len(PARAMETERS), 4), float("nan")), "person": torch.full((2, len(PERSON)), float("nan"))}
        save(export(shipped, example, Answer.outputs), file)
        compare(shipped, file, stays)
        if name == "all":
            facts = {"weights": weights.members, "threshold": threshold, "parameters": numbers_in(shipped), "stays": len(fold), "deaths": int(died.sum()), "seed": args.seed}
        else:
            risk[~weigh_on] = risk_of(scores[~weigh_on], lack[~weigh_on], weights)
            risk_less[~weigh_on] = risk_of(scores_less[~weigh_on], lack_less[~weigh_on], weights)
    print(f"all: AUROC {roc_auc_score(died, risk):.4f}, of charts with less {roc_auc_score(died, risk_less):.4f}", flush=True)
    write_golden(OUT, MADE, cases(args.seed))
    write_card(OUT, card(facts))


class FeaturesOnly(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = Features()

    def forward(self, hours: torch.Tensor, person: torch.Tensor) -> torch.Tensor:
        return self.features(hours, person, signals_of(hours))


@torch.no_grad()
def in_parts(module: torch.nn.Module, stays: dict[str, np.ndarray], chosen: np.ndarray, size: int = 200) -> list[np.ndarray]:
    """What a module answers to the stays, a few at a time."""
    parts = []
    for some in np.array_split(chosen, 1 + len(chosen) // size):
        answers = module(torch.tensor(stays["hours"][some]), torch.tensor(stays["person"][some]))
        parts.append([answer.numpy() for answer in (answers if isinstance(answers, tuple) else (answers,))])
    return [np.concatenate(answers) for answers in zip(*parts)]


def compare(shipped: Answer, file: Path, stays: dict[str, np.ndarray]) -> None:
    """The file answers as training does, also where most is lacking and where everything is."""
    chosen = {name: stays[name][:60].copy() for name in ("hours", "person")}
    rng = np.random.default_rng(0)
    gone = rng.random(chosen["hours"].shape[:3]) < rng.random((60, 1, 1))
    gone[:3], chosen["person"][:2] = True, np.nan
    chosen["hours"][gone] = [np.nan, np.nan, np.nan, 0]
    expected = in_parts(shipped, chosen, np.arange(60))
    answers = session(file).run(Answer.outputs, chosen)
    worst = max(float(np.abs(one - other).max()) for one, other in zip(answers, expected))
    print(file.name, "largest difference to training", worst, "bytes", file.stat().st_size, flush=True)
    assert worst < 1e-4 and all(np.isfinite(one).all() for one in answers)


def numbers_in(shipped: Answer) -> int:
    """Learned numbers: the networks' parameters, and the thresholds and leaves of the trees."""
    trees = [part for part in shipped.modules() if isinstance(part, Trees)]
    return sum(part.numel() for part in shipped.parameters()) + sum(part.threshold.numel() + part.leaf.numel() for part in trees)


if __name__ == "__main__":
    main()
