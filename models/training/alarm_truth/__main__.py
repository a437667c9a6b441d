"""Trains, exports and writes models/alarm-truth: python -m training.alarm_truth DATA --cache CACHE --seed 0"""
from pathlib import Path

from ..command import arguments

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
from .network import Network, Reach
from .records import KINDS, SAMPLES, SLOTS, Alarms, connected, read_alarms
from .sizes import FULL, SIZES, Size

OUT = Path(__file__).parents[2] / "alarm-truth"
#: the score that the threshold is for: it hardly moves with it
EXPECTED_SCORE = 0.85


def front_end(size: Size, cache: Path) -> tuple[onnx.ModelProto, list[str]]:
    file, names = cache / f"{size.name}-front.onnx", cache / f"{size.name}-front-names.txt"
    if not file.exists():
        module = Features(size.stretch).eval()
        example = {
            "waveforms": torch.randn(2, len(SLOTS), SAMPLES, generator=torch.Generator().manual_seed(0)),
            "waveforms_mask": torch.ones(2, len(SLOTS), SAMPLES),
            "alarm": torch.eye(len(KINDS))[:2],
        }
        module(*example.values())
        names.write_text("\n".join(module.names))
        model_folder.save(model_folder.export(module, example, ["features", "traces"]), file)
    return onnx.load(file), names.read_text().split("\n")


def found_of(size: Size, alarms: Alarms, cache: Path) -> tuple[np.ndarray, np.ndarray]:
    """Features and traces, by the exported front end itself, a row at a time, as at the bedside: of every alarm for each time of connection."""
    file = cache / f"{size.name}-found.npz"
    if not file.exists():
        run = model_folder.session(cache / f"{size.name}-front.onnx")
        rows = [
            (*connected(wave, mask, seconds), kind)
            for seconds in size.connected_s
            for wave, mask, kind in zip(alarms.waveforms, alarms.mask, alarms.alarm)
        ]
        found = [run.run(None, {"waveforms": wave[None], "waveforms_mask": mask[None], "alarm": kind[None]}) for wave, mask, kind in rows]
        np.savez(file, features=np.concatenate([row[0] for row in found]), traces=np.concatenate([row[1] for row in found]))
    kept = np.load(file)
    return kept["features"], kept["traces"]


def network_of(file: Path, inputs: list[np.ndarray], true: np.ndarray, versions: int, reach: Reach, seed: int) -> Network:
    if not file.exists():
        torch.save(train_network.train(*inputs, true, versions, reach, seed).state_dict(), file)
    network = Network(reach)
    network.load_state_dict(torch.load(file))
    return network.eval()


def forests_of(features: np.ndarray, kind: np.ndarray, true: np.ndarray, swapped: np.ndarray, seed: int) -> dict[str, forest.Forest]:
    given = (features, kind, true, swapped, seed)
    return {"trees": forest.of_all_kinds(*given), "kind_trees": forest.of_each_kind(*given)}


def members_of(forests: dict[str, forest.Forest], network: Network, features: np.ndarray, inputs: list[np.ndarray]) -> np.ndarray:
    """[n, 3]: the trees of all kinds, those of this kind, the network."""
    alarm = inputs[2]
    of_kind = (forests["kind_trees"].probability(features) * alarm).sum(1)
    with torch.no_grad():
        heard = torch.sigmoid(network(*(torch.tensor(part) for part in inputs))[0])[:, 0].numpy()
    return np.stack([forests["trees"].probability(features)[:, 0], of_kind, heard], 1)


def main() -> None:
    given = arguments("vitals/cinc2015_false_alarm")
    alarms = read_alarms(given.data, given.cache)
    for size in SIZES:
        blended, parameters = made(size, alarms, given.cache, given.seed)
        if size is FULL:
            golden_made = f"made-up heartbeats and pulses, models/training/alarm_truth/golden.py, seed {given.seed}"
            model_folder.write_golden(OUT, golden_made, golden.cases(given.seed))
            full = card(blended, blend.threshold(EXPECTED_SCORE), parameters, given.seed)
    model_folder.write_card(OUT, full)


def made(size: Size, alarms: Alarms, cache: Path, seed: int) -> tuple[blend.Blend, int]:
    """Trains a size and writes its files."""
    front, names = front_end(size, cache)
    features, traces = found_of(size, alarms, cache)
    versions = len(size.connected_s)
    kind, true, folds = (np.concatenate([part] * versions) for part in (alarms.alarm, alarms.true, alarms.folds))
    swapped = forest.swapped_places(names)
    usable = [names.index(f"{channel}_measured16") for channel in CHANNELS]
    inputs = [traces, features[:, usable], kind]

    forests, networks = {}, {}
    members = np.zeros((len(true), 3))
    for fold in [*range(FOLDS), None]:
        seen = folds != fold if fold is not None else np.ones(len(true), bool)
        file = cache / f"{size.name}-network-{'all' if fold is None else f'without-{fold}'}.pt"
        networks[fold] = network_of(file, [part[seen] for part in inputs], true[seen], versions, size.reach, seed)
        forests[fold] = forests_of(features[seen], kind[seen], true[seen], swapped, seed)
        if fold is not None:
            members[~seen] = members_of(forests[fold], networks[fold], features[~seen], [part[~seen] for part in inputs])
    np.savez(cache / f"{size.name}-members.npz", members=members, true=true, folds=folds)

    for fold in [*range(FOLDS), None]:
        others = folds != fold if fold is not None else np.ones(len(true), bool)
        blended = blend.fit(members[others], true[others])
        example = {"features": features, "traces": traces, "alarm": kind, "trees": members[:, :1], "trees_swapped": members[:, :1]}
        example |= {name: kind / 2 for name in ("kind_trees", "kind_trees_swapped")}
        example = {name: torch.tensor(value[:2], dtype=torch.float32) for name, value in example.items()}
        head = model_folder.export(Head(networks[fold], usable, blended), example, assembly.OUTPUTS)
        file = OUT / size.file(fold)
        model_folder.save(assembly.assemble(front, forests[fold], head), file)
        some = np.arange(0, len(alarms.true), 13)
        check(file, blended.probability(members_of(forests[fold], networks[fold], features[some], [part[some] for part in inputs])), alarms, some)
    parameters = sum(each.nodes for each in forests[None].values()) + sum(part.numel() for part in networks[None].parameters())
    return blended, parameters


def check(file: Path, expected: np.ndarray, alarms: Alarms, some: np.ndarray) -> None:
    """The file against scikit-learn and torch, on some records: within 1e-4."""
    given = {"waveforms": alarms.waveforms[some], "waveforms_mask": alarms.mask[some], "alarm": alarms.alarm[some]}
    gap = np.abs(model_folder.session(file).run(["probabilities"], given)[0][:, 0] - expected).max()
    print(file.name, f"{file.stat().st_size / 1e6:.2f} MB, differs from scikit-learn and torch by at most {gap:.1e}", flush=True)
    if gap > 1e-4:
        raise SystemExit(f"{file} does not answer as trained")


if __name__ == "__main__":
    main()
