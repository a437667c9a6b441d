"""Trains early, late and hybrid fusion on composed patients, and writes models/ward-early, ward-late and ward-hybrid.

    cd models && python -m training.ward DATA --cache CACHE --seed 0

The encoders are those in models/, which their own trainings have written: their held-out files say what is learnt from.
"""
import hashlib
import pickle
from pathlib import Path

from ..command import arguments

import numpy as np
import torch

from ..folds import FOLDS
from ..model_folder import save, session, write_card, write_golden
from . import assembly, recordings
from .card import card
from .composition import compose, pools_of
from .encoders import Heard, hear
from .evidence import EVIDENCE, PCG, SUBSETS, WAVEFORMS
from .fitting import REPLICAS, Told, fit, gathered, told_of
from .golden import cases
from .heads import HEADS
from .network import GATED, Fitted, Fusion, bits
from .recordings import Recordings
from .senses import Senses, roughness
from .strangeness import Devices, fit_devices_known, fit_roughness, fit_surroundings

FOLDER = Path(__file__).parents[2]
COMPOSED = 2000
BELIEVED = (2.5, 97.5)


def say(line: str) -> None:
    print(line, flush=True)


class Training:
    def __init__(self, data: Path, cache: Path, seed: int):
        self.cache, self.seed = cache, seed
        vitals, self.base_rate = recordings.of_vitals(data, cache, seed)
        self.tables: dict[str, Recordings] = {
            "vitals": vitals, "waveforms": recordings.of_waveforms(data, cache), "pcg": recordings.of_heart_sounds(data, cache),
            "video": recordings.of_frames(data), "notes": recordings.of_notes(data),
        }  # fmt: skip
        self.heard: dict[str, Heard] = {one.name: hear(one, self.tables[one.name], cache, say) for one in EVIDENCE}
        self.told: dict[str, Told] = {}
        self.scales, self.alignments = {}, {}
        for one in EVIDENCE:
            self.told[one.name], self.scales[one.name], self.alignments[one.name] = told_of(one, self.heard[one.name])
        said = (getattr(told, field).tobytes() for told in self.told.values() for field in ("token", "found", "trusted"))
        #: of what encoders say: with another encoder a head is trained anew
        self.said = hashlib.sha256(b"".join(said)).hexdigest()[:12]
        self.profiles = profiles_of(self.tables[PCG.name])
        self.rough = roughness_of(self.tables[WAVEFORMS.name])

    def gates(self, fold: int | None) -> tuple[dict, Devices, np.ndarray]:
        near = {one.name: fit_surroundings(one, self.heard[one.name], fold) for one in GATED}
        devices = fit_devices_known(self.profiles, self.tables[PCG.name].fold, fold, self.seed)
        return near, devices, fit_roughness(self.rough, self.tables[WAVEFORMS.name].fold, fold)

    def head(self, kind: str, fold: int | None):
        file = self.cache / f"head-{kind}-{'all' if fold is None else fold}-{self.seed}-{self.said}.pickle"
        if not file.exists():
            folds = [other for other in range(FOLDS) if other != fold]
            made = fit(kind, self.tables, self.told, folds, self.seed * 10 + (FOLDS if fold is None else fold))
            file.write_bytes(pickle.dumps(made))
            say(f"{kind}: {file.name}")
        return pickle.loads(file.read_bytes())

    def added(self, kind: str, fold: int) -> tuple[np.ndarray, np.ndarray]:
        """Outcomes of patients composed of this fold's subjects, and what every subset adds to their log-odds [REPLICAS, SUBSETS, patients]."""
        rng = np.random.default_rng([self.seed, fold])
        outcome = rng.integers(0, 2, COMPOSED)
        rows = compose(pools_of(self.tables, [fold], None), outcome, rng)
        told = [part[None].expand(REPLICAS, *part.shape) for part in gathered(self.told, rows)]
        taken = torch.tensor(bits(), dtype=torch.float32)[:, None].expand(SUBSETS, COMPOSED, len(EVIDENCE))
        head = self.head(kind, fold)
        with torch.no_grad():
            return outcome, head(*told, taken).numpy()


def profiles_of(table: Recordings) -> np.ndarray:
    profile, parts = Senses().profile, []
    with torch.no_grad():
        for at in range(0, len(table.subject), 256):
            parts.append(profile(*(torch.tensor(table.inputs[name][at : at + 256]) for name in ("pcg", "mask"))).numpy())
    return np.concatenate(parts).astype(float)


def roughness_of(table: Recordings) -> np.ndarray:
    rough, _ = roughness(*(torch.tensor(table.inputs[name]) for name in ("waveforms", "waveforms_mask")))
    return rough.numpy().astype(float)


def still_unknown(base_rate: float, parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """[SUBSETS, 2]: how far the log-odds from all evidence lie below and above those from a subset, for all but five of a hundred patients."""
    base = np.log(base_rate / (1 - base_rate))
    logit = lambda p: np.log(p / (1 - p))
    apart, weight = [], []
    for outcome, added in parts:
        risk = (1 / (1 + np.exp(-(base + added)))).mean(0)
        apart.append(logit(risk[-1]) - logit(risk))
        weight.append(np.where(outcome == 1, base_rate, 1 - base_rate))
    apart, weight = np.concatenate(apart, 1), np.concatenate(weight)
    out = np.zeros((SUBSETS, 2))
    for subset in range(SUBSETS):
        order = np.argsort(apart[subset])
        share = 100 * np.cumsum(weight[order]) / weight.sum()
        low, high = (apart[subset][order][np.searchsorted(share, at)] for at in BELIEVED)
        out[subset] = max(-low, 0), max(high, 0)
    return out


def main() -> None:
    args = arguments("heart-sound, vitals and video, as for the encoders", only={"choices": HEADS, "help": "one of the fusions"})
    training = Training(args.data, args.cache, args.seed)
    gates = {fold: training.gates(fold) for fold in [None, *range(FOLDS)]}
    say("gates fitted")
    for kind in [args.only] if args.only else HEADS:
        parts = {fold: training.added(kind, fold) for fold in range(FOLDS)}
        folder = FOLDER / f"ward-{kind}"
        for fold in [*range(FOLDS), None]:
            near, devices, rough = gates[fold]
            aligned = {name: of[fold] for name, of in training.alignments.items()}
            unknown = still_unknown(training.base_rate, [part for other, part in parts.items() if other != fold])
            fusion = Fusion(Fitted(training.head(kind, fold), training.scales, aligned, near, devices, rough, training.base_rate, unknown)).eval()
            if fold is not None:
                save(assembly.fusion_graph(fusion), folder / "held-out" / f"fold-{fold}.onnx")
            else:
                save(assembly.assemble(assembly.fusion_graph(fusion)), folder / "model.onnx")
        save(assembly.senses_graph(), folder / "held-out" / "senses.onnx")
        say(f"{folder.name}: {(folder / 'model.onnx').stat().st_size / 1e6:.2f} MB")
        write_golden(folder, f"made-up inputs of the encoders' own golden cases, models/training/ward/golden.py, seed {args.seed}", cases(args.seed))
        numbers = sum(part.numel() for part in [*fusion.parameters(), *fusion.buffers()])
        patients = {name: len(set(table.subject)) for name, table in training.tables.items()}
        write_card(folder, card(kind, args.seed, training.base_rate, numbers, patients))


if __name__ == "__main__":
    main()
