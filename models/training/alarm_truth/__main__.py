"""Trains, exports and writes models/alarm-truth: python -m training.alarm_truth DATA --cache CACHE --seed 0"""
import argparse
from pathlib import Path

import numpy as np
import onnx
import torch

from .. import model_folder
from ..folds import FOLDS
from . import assembly, blend, forest, golden, train_network
from .card import card
from .features import Features
from .findings import CHANNELS
from .head import Head
from .network import Network
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
        model_folder.save(model_folder.export(module, example, ["features", "traces"]), file)
    return onnx.load(file), names.read_text().split("\n")


def found_of(alarms: Alarms, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Features and traces, by the exported front end itself, a row at a time, as at the bedside."""
    file = cache / "found.npz"
    if not file.exists():
        run = model_folder.session(cache / "front.onnx")
        rows = zip(alarms.waveforms, alarms.mask, alarms.alarm)
        found = [run.run(None, {"waveforms": wave[None], "waveforms_mask": mask[None], "alarm": kind[None]}) for wave, mask, kind in rows]
        np.savez(file, features=np.concatenate([row[0] for row in found]), traces=np.concatenate([row[1] for row in found]))
    kept = np.load(file)
    return kept["features"], kept["traces"]


def network_of(file: Path, inputs: list[np.ndarray], true: np.ndarray, seed: int) -> Network:
    if not file.exists():
        torch.save(train_network.train(*inputs, true, seed).state_dict(), file)
    network = Network()
    network.load_state_dict(torch.load(file))
    return network.eval()


def forests_of(some: np.ndarray, features: np.ndarray, alarms: Alarms, swapped: np.ndarray, seed: int) -> dict[str, forest.Forest]:
    given = (features[some], alarms.alarm[some], alarms.true[some], swapped, seed)
    return {"trees": forest.of_all_kinds(*given), "kind_trees": forest.of_each_kind(*given)}


def members_of(forests: dict[str, forest.Forest], network: Network, features: np.ndarray, inputs: list[np.ndarray]) -> np.ndarray:
    """[n, 3]: the trees of all kinds, those of this kind, the network."""
    alarm = inputs[2]
    of_kind = (forests["kind_trees"].probability(features) * alarm).sum(1)
    with torch.no_grad():
        heard = torch.sigmoid(network(*(torch.tensor(part) for part in inputs))[0])[:, 0].numpy()
    return np.stack([forests["trees"].probability(features)[:, 0], of_kind, heard], 1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.set_num_threads(1)
    alarms = read_alarms(given.data, given.cache)
    front, names = front_end(given.cache)
    features, traces = found_of(alarms, given.cache)
    swapped = forest.swapped_places(names)
    usable = [names.index(f"{channel}_measured16") for channel in CHANNELS]
    inputs = [traces, features[:, usable], alarms.alarm]

    forests, networks = {}, {}
    members = np.zeros((len(alarms.true), 3))
    for fold in [*range(FOLDS), None]:
        seen = alarms.folds != fold if fold is not None else np.ones(len(alarms.true), bool)
        file = given.cache / ("network-all.pt" if fold is None else f"network-without-{fold}.pt")
        networks[fold] = network_of(file, [part[seen] for part in inputs], alarms.true[seen], given.seed)
        forests[fold] = forests_of(seen, features, alarms, swapped, given.seed)
        if fold is not None:
            members[~seen] = members_of(forests[fold], networks[fold], features[~seen], [part[~seen] for part in inputs])

    for fold in [*range(FOLDS), None]:
        others = alarms.folds != fold if fold is not None else np.ones(len(alarms.true), bool)
        blended = blend.fit(members[others], alarms.true[others])
        example = {"features": features, "traces": traces, "alarm": alarms.alarm, "trees": members[:, :1], "trees_swapped": members[:, :1]}
        example |= {name: alarms.alarm / 2 for name in ("kind_trees", "kind_trees_swapped")}
        example = {name: torch.tensor(value[:2], dtype=torch.float32) for name, value in example.items()}
        head = model_folder.export(Head(networks[fold], usable, blended), example, assembly.OUTPUTS)
        file = OUT / ("model.onnx" if fold is None else f"held-out/fold-{fold}.onnx")
        model_folder.save(assembly.assemble(front, forests[fold], head), file)
        some = np.arange(0, len(alarms.true), 13)
        check(file, blended.probability(members_of(forests[fold], networks[fold], features[some], [part[some] for part in inputs])), alarms, some)
    golden_made = f"made-up heartbeats and pulses, models/training/alarm_truth/golden.py, seed {given.seed}"
    model_folder.write_golden(OUT, golden_made, golden.cases(given.seed))
    parameters = sum(each.nodes for each in forests[None].values()) + sum(part.numel() for part in networks[None].parameters())
    model_folder.write_card(OUT, card(blended, blend.threshold(EXPECTED_SCORE), parameters, given.seed))


def check(file: Path, expected: np.ndarray, alarms: Alarms, some: np.ndarray) -> None:
    """The file against scikit-learn and torch, on some records: within 1e-4."""
    given = {"waveforms": alarms.waveforms[some], "waveforms_mask": alarms.mask[some], "alarm": alarms.alarm[some]}
    gap = np.abs(model_folder.session(file).run(["probabilities"], given)[0][:, 0] - expected).max()
    print(file.name, f"{file.stat().st_size / 1e6:.2f} MB, differs from scikit-learn and torch by at most {gap:.1e}", flush=True)
    if gap > 1e-4:
        raise SystemExit(f"{file} does not answer as trained")


if __name__ == "__main__":
    main()
