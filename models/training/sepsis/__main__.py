"""Trains both models on five folds and on all stays, and writes models/sepsis and models/sepsis-vitals. What the cache holds is not made again."""
import time
from pathlib import Path

from ..command import arguments

import numpy as np
import torch

from ..folds import FOLDS
from ..model_folder import save, session, write_card, write_golden
from .card import card
from .combination import Combination, fit
from .histories import histories, static
from .hour_features import HOURS, HourFeatures
from .made_up import cases
from .measures import MEASURES
from .network import ChannelTransformer, words
from .network_training import network_scores, train_network
from .published_graph import build, front_graph, unknown
from .stays import MEASURED, PERSON, STATIC, VITALS, Stays, load, utilities
from .tree_graph import Forest
from .trees import LABEL, SIGN, SIGN_AGAIN, WORTH, Trees, raw_scores, train_trees

FOLDER = Path(__file__).resolve().parents[2]
#: Columns of what was measured, and of what is known, that each model is given.
MODELS = {"sepsis": (len(MEASURED), len(STATIC)), "sepsis-vitals": (VITALS, PERSON)}
CHECKED = 4000
BATCH = 1024
#: What the trees of each are taught.
BAGS = {"sepsis": (LABEL, WORTH, SIGN, SIGN_AGAIN), "sepsis-vitals": (LABEL, WORTH)}


class Training:
    """One of the models, with what the cache holds of it; `encoder` has the transformer of vital signs that both use."""

    def __init__(self, name: str, stays: Stays, cache: Path, seed: int, encoder: "Training | None" = None):
        self.name, self.stays, self.cache, self.seed = name, stays, cache, seed
        self.encoder = encoder or self
        self.measured, self.known = MODELS[name]
        names = MEASURED[: self.measured]
        _, centre, spread = zip(*(MEASURES[channel] for channel in names))
        self.front = HourFeatures(names, STATIC[: self.known], VITALS, centre, spread).eval()
        self.features = self._features()
        with torch.no_grad():
            self.front(*unknown(self.front).values())
        self.words = words(self.front.names, names)

    def say(self, line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {self.name} {line}", flush=True)

    def _inputs(self, hours: np.ndarray) -> dict[str, np.ndarray]:
        return {"hours": histories(self.stays, hours, self.measured), "static": static(self.stays, hours, self.known)}

    def _features(self) -> np.ndarray:
        """Of all hours, as the graph says them."""
        file, graph = self.cache / f"{self.name}-features.npy", self.cache / f"{self.name}-front.onnx"
        if not file.exists():
            save(front_graph(self.front), graph)
            run, parts = session(graph), []
            for at in range(0, len(self.stays.rows), BATCH):
                parts.append(run.run(None, self._inputs(np.arange(at, min(at + BATCH, len(self.stays.rows)))))[0])
            np.save(file, np.concatenate(parts))
            self.say(f"features {np.load(file, mmap_mode='r').shape}")
        return np.load(file, mmap_mode="r")

    def _part(self, fold: int | None) -> tuple[str, np.ndarray, int]:
        """What is trained without this fold: its name in the cache, its hours, its seed."""
        hours = np.flatnonzero(self.stays.fold_of_hour != (-1 if fold is None else fold))
        seed = self.seed * 10 + (FOLDS if fold is None else fold)
        return f"{self.name}-{'all' if fold is None else fold}-{self.seed}", hours, seed

    def trees(self, fold: int | None) -> list[Trees]:
        called, hours, seed = self._part(fold)
        files = {self.cache / f"{called}-trees-{index}.txt": bag for index, bag in enumerate(BAGS[self.name])}
        return train_trees(self.stays, self.features, self.front.names, hours, seed, files, self.say)

    def network(self, fold: int | None) -> ChannelTransformer:
        called, hours, seed = self._part(fold)
        file = self.cache / f"{called}-net.pt"
        if not file.exists():
            trees = self.trees(fold)
            taught = lambda table: raw_scores(trees, table)
            say = lambda line: self.say(f"{called} {line}")
            torch.save(train_network(self.words, self.stays, self.features, hours, taught, seed, say).state_dict(), file)
        nothing = np.zeros(self.features.shape[1], np.float32)
        net = ChannelTransformer(self.words, nothing, nothing + 1)
        net.load_state_dict(torch.load(file))
        return net.eval()

    def scores(self, fold: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Hours of the stays of a fold, and the log-odds that trees and transformer without it give them."""
        hours = np.flatnonzero(self.stays.fold_of_hour == fold)
        trees = raw_scores(self.trees(fold), self.features[hours])
        return hours, trees, network_scores(self.encoder.network(fold), self.encoder.features[hours])

    def publish(self, fold: int | None, combination: Combination, file: Path) -> int:
        """Writes the file, and answers how many numbers were learnt."""
        trees, net = self.trees(fold), self.encoder.network(fold)
        forest = Forest(trees)
        save(build(self.front, self.encoder.front, net, forest, combination), file)
        self.check(trees, net, combination, file)
        return sum(value.numel() for value in net.parameters()) + len(forest.split) + len(forest.leaves)

    def check(self, trees: list[Trees], net: ChannelTransformer, combination: Combination, file: Path) -> None:
        """The file against LightGBM and torch, on hours of which some know nothing of some channels."""
        rng = np.random.default_rng(0)
        inputs = self._inputs(rng.choice(len(self.stays.rows), CHECKED, replace=False))
        inputs["hours"][np.repeat(rng.random((CHECKED, 1, self.measured)) < 0.2, HOURS, 1)] = np.nan
        inputs["static"][rng.random(inputs["static"].shape) < 0.2] = np.nan
        features = self._graph_features(inputs)
        of_vitals = {"hours": inputs["hours"][:, :, : self.encoder.measured], "static": inputs["static"][:, : self.encoder.known]}
        network = network_scores(net, self.encoder._graph_features(of_vitals))
        expected = combination.log_odds(raw_scores(trees, features), network) - combination.threshold
        (margin,) = session(file).run(["margin"], inputs)
        apart = np.abs(margin[:, 0] - expected).max()
        self.say(f"{file.name}: {file.stat().st_size / 1e6:.2f} MB, apart by {apart:.1e} at most")
        if not apart < 1e-4:
            raise AssertionError(f"{file} answers {apart} apart")

    def _graph_features(self, inputs: dict[str, np.ndarray]) -> np.ndarray:
        return session(self.cache / f"{self.name}-front.onnx").run(None, inputs)[0]


def combine(training: Training, stays: Stays) -> dict[int | None, Combination]:
    """For each fold from the scores of the others; None: from all."""
    alarm, silence, best = utilities(stays)
    scores = {fold: training.scores(fold) for fold in range(FOLDS)}
    out = {}
    for fold in [None, *range(FOLDS)]:
        hours, trees, network = (np.concatenate(part) for part in zip(*(scores[other] for other in scores if other != fold)))
        out[fold] = fit(trees, network, stays.labels[hours], (alarm - silence)[hours], float((best - silence)[hours].sum()))
        training.say(f"combination without fold {fold}: {out[fold]}")
    return out


def main() -> None:
    args = arguments(
        "vitals/cinc2019_sepsis",
        only={"choices": MODELS, "help": "one of the models"},
        fold={"type": int, "help": "trains what is without this fold, and writes nothing"},
    )
    stays = load(args.data / "vitals" / "cinc2019_sepsis", args.cache)
    encoder = Training("sepsis-vitals", stays, args.cache, args.seed)
    for name in [args.only] if args.only else MODELS:
        training = encoder if name == encoder.name else Training(name, stays, args.cache, args.seed, encoder)
        if args.fold is not None:
            training.scores(args.fold)
            continue
        combinations = combine(training, stays)
        folder = FOLDER / name
        for fold in range(FOLDS):
            training.publish(fold, combinations[fold], folder / "held-out" / f"fold-{fold}.onnx")
        parameters = training.publish(None, combinations[None], folder / "model.onnx")
        write_golden(folder, "made-up histories; models/training/sepsis/made_up.py", cases(*MODELS[name]))
        write_card(folder, card(name, *MODELS[name], combinations[None], parameters, len(stays.names), int(stays.septic.sum()), args.seed))


if __name__ == "__main__":
    main()
