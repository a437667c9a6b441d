"""Trains, exports and writes models/alarm-truth: python -m training.alarm_truth DATA --cache CACHE --seed 0"""
import argparse
from pathlib import Path

import numpy as np
import onnx
import torch

from .. import model_folder
from ..folds import FOLDS
from . import assembly, blend, forest, golden
from .card import card
from .features import Features
from .head import Head
from .records import KINDS, SAMPLES, SLOTS, Alarms, read_alarms

OUT = Path(__file__).parents[2] / "alarm-truth"
#: the score that the threshold is for: it hardly moves with it
EXPECTED_SCORE = 0.85


def front_end(cache: Path) -> tuple[onnx.ModelProto, list[str]]:
    file, names = cache / "front.onnx", cache / "front-names.txt"
    if not file.exists():
        module = Features().eval()
        example = {
            "waveforms": torch.randn(2, len(SLOTS), SAMPLES, generator=torch.Generator().manual_seed(0)),
            "waveforms_mask": torch.ones(2, len(SLOTS), SAMPLES),
            "alarm": torch.eye(len(KINDS))[:2],
        }
        module(*example.values())
        names.write_text("\n".join(module.names))
        model_folder.save(model_folder.export(module, example, ["features"]), file)
    return onnx.load(file), names.read_text().split("\n")


def features_of(alarms: Alarms, cache: Path) -> np.ndarray:
    """By the exported front end itself, a row at a time, as at the bedside."""
    file = cache / "features.npy"
    if not file.exists():
        run = model_folder.session(cache / "front.onnx")
        rows = zip(alarms.waveforms, alarms.mask, alarms.alarm)
        found = [run.run(["features"], {"waveforms": wave[None], "waveforms_mask": mask[None], "alarm": kind[None]})[0] for wave, mask, kind in rows]
        np.save(file, np.concatenate(found))
    return np.load(file)


def forests_of(some: np.ndarray, features: np.ndarray, alarms: Alarms, swapped: np.ndarray, seed: int) -> dict[str, forest.Forest]:
    given = (features[some], alarms.alarm[some], alarms.true[some], swapped, seed)
    return {"trees": forest.of_all_kinds(*given), "kind_trees": forest.of_each_kind(*given)}


def members_of(forests: dict[str, forest.Forest], features: np.ndarray, alarm: np.ndarray) -> np.ndarray:
    """[n, 2]"""
    of_kind = (forests["kind_trees"].probability(features) * alarm).sum(1)
    return np.stack([forests["trees"].probability(features)[:, 0], of_kind], 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    alarms = read_alarms(given.data, given.cache)
    front, names = front_end(given.cache)
    features = features_of(alarms, given.cache)
    swapped = forest.swapped_places(names)

    forests = {}
    members = np.zeros((len(alarms.true), 2))
    for fold in [*range(FOLDS), None]:
        seen = alarms.folds != fold if fold is not None else np.ones(len(alarms.true), bool)
        forests[fold] = forests_of(seen, features, alarms, swapped, given.seed)
        members[~seen] = members_of(forests[fold], features[~seen], alarms.alarm[~seen]) if fold is not None else 0

    for fold in [*range(FOLDS), None]:
        others = alarms.folds != fold if fold is not None else np.ones(len(alarms.true), bool)
        blended = blend.fit(members[others], alarms.alarm[others], alarms.true[others])
        example = {"alarm": alarms.alarm[:2], "trees": members[:2, :1], "trees_swapped": members[:2, :1]}
        example |= {name: alarms.alarm[:2] / 2 for name in ("kind_trees", "kind_trees_swapped")}
        example = {name: torch.tensor(value, dtype=torch.float32) for name, value in example.items()}
        head = model_folder.export(Head(blended), example, assembly.OUTPUTS)
        file = OUT / ("model.onnx" if fold is None else f"held-out/fold-{fold}.onnx")
        model_folder.save(assembly.assemble(front, forests[fold], head), file)
        check(file, forests[fold], blended, features, alarms)
    golden_made = f"made-up heartbeats and pulses, models/training/alarm_truth/golden.py, seed {given.seed}"
    model_folder.write_golden(OUT, golden_made, golden.cases(given.seed))
    nodes = sum(each.nodes for each in forests[None].values())
    model_folder.write_card(OUT, card(blended, blend.threshold(EXPECTED_SCORE), nodes, given.seed))


def check(file: Path, forests: dict[str, forest.Forest], blended: blend.Blend, features: np.ndarray, alarms: Alarms) -> None:
    """The file against scikit-learn, on records: within 1e-4."""
    some = np.arange(0, len(alarms.true), 13)
    given = {"waveforms": alarms.waveforms[some], "waveforms_mask": alarms.mask[some], "alarm": alarms.alarm[some]}
    answer = model_folder.session(file).run(["probabilities"], given)[0][:, 0]
    expected = blended.probability(members_of(forests, features[some], alarms.alarm[some]), alarms.alarm[some])
    gap = np.abs(answer - expected).max()
    print(file.name, f"{file.stat().st_size / 1e6:.2f} MB, differs from scikit-learn by at most {gap:.1e}", flush=True)
    if gap > 1e-4:
        raise SystemExit(f"{file} does not answer as trained")


if __name__ == "__main__":
    main()
