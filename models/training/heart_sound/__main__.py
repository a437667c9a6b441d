"""Trains all networks, calibrates each from recordings that its scorers had not heard, and writes the model folder.

    cd models && python -m training.heart_sound DATA --cache CACHE --seed 0
"""
from pathlib import Path

from training.command import arguments

import numpy as np
import torch

from training.model_folder import export, save, session, write_card, write_golden

from .anchor import write_anchor
from .batches import spectrograms
from .calibration import AbnormalLine, Scored, abnormal_line_of, child_costs_of, temperature_of
from .card import card
from .held_out import ALL, FOLD_NAMES, NETWORKS, is_held_out, scores_of, trained
from .network import Shipped
from .recordings import CIRCOR, Recording, load, windows
from .synthetic_beats import golden_cases

MODEL = Path(__file__).resolve().parents[2] / "heart-sound"
OUTPUTS = ["logits", "probabilities", "abnormal", "pooled"]


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    args = arguments("heart-sound/manifest.csv", only={"help": "train these networks, comma between, and write nothing"})
    recordings = load(args.data / "heart-sound", args.cache)
    mels = spectrograms(recordings)
    chosen = args.only.split(",") if args.only else NETWORKS
    nets = {network: trained(network, recordings, mels, args.cache, args.seed, say) for network in chosen}
    if args.only:
        return
    unheard = {network: scores_of(net, [one for one in recordings if is_unheard(network, one)]) for network, net in nets.items()}
    say("scored what each had not heard")
    files = calibrated(unheard)
    for name, (network, *numbers) in files.items():
        write_network(MODEL / f"{name}.onnx", Shipped(nets[network], *numbers), recordings)
    write_golden(MODEL, f"synthetic heart sounds, training/heart_sound/synthetic_beats.py, seed {args.seed}", golden_cases(args.seed))
    parameters = sum(parameter.numel() for parameter in nets[ALL].parameters())
    write_card(MODEL, card(recordings, parameters, args.seed, *files["model"][1:], child_costs(unheard)))
    write_anchor(recordings)


def is_unheard(network: str, recording: Recording) -> bool:
    """Children of the fold; of 2016, which no network has heard, all."""
    return recording.source != CIRCOR or is_held_out(network, recording)


def children_outside(unheard: dict[str, Scored], left_out: str | None = None) -> Scored:
    """Windows of children by the networks that had not heard them; for a fold's own file those of the other folds."""
    return [one for name in FOLD_NAMES if name != left_out for one in unheard[name] if one[0].source == CIRCOR]


def calibrated(unheard: dict[str, Scored]) -> dict[str, tuple[str, float, AbnormalLine]]:
    """By file: its network, the temperature of murmur, and how abnormal is told; each from others than it will be held against."""
    of_2016 = {name: [one for one in scored if one[0].source != CIRCOR] for name, scored in unheard.items()}
    hospitals = sorted({recording.source for recording, _ in of_2016[ALL]})
    temperature = temperature_of(children_outside(unheard))
    files = {"model": (ALL, temperature, abnormal_line_of(children_outside(unheard), of_2016[ALL]))}
    for name in FOLD_NAMES:
        others = [one for one in of_2016[name] if not is_held_out(name, one[0])]
        children = children_outside(unheard, name)
        files[f"held-out/{name}"] = (name, temperature_of(children), abnormal_line_of(children, others))
    for hospital in hospitals:
        others = [one for one in of_2016[ALL] if one[0].source != hospital]
        files[f"held-out/without-{hospital}"] = (ALL, temperature, abnormal_line_of(children_outside(unheard), others))
    for name, (_, temperature, line) in files.items():
        say(f"{name}: temperature {temperature:.3f}, {line}")
    return files


def child_costs(unheard: dict[str, Scored]) -> dict[str, tuple[float, float]]:
    """By what the name in the card ends with: nothing, or the fold that they were chosen without."""
    left_out = {"": None} | {f"WithoutFold{fold}": name for fold, name in enumerate(FOLD_NAMES)}
    costs = {}
    for ending, name in left_out.items():
        children = children_outside(unheard, name)
        costs[ending] = child_costs_of(children, temperature_of(children))
    return costs


def write_network(file: Path, shipped: Shipped, recordings: list[Recording]) -> None:
    """Exports, and holds ONNX Runtime against torch on every 40th recording."""
    shipped = shipped.eval()
    example = {"pcg": torch.randn(2, 10_000), "mask": torch.ones(2, 10_000)}
    save(export(shipped, example, OUTPUTS), file)
    run, worst = session(file), 0.0
    with torch.no_grad():
        for recording in recordings[::40]:
            pcg, mask = windows(recording.samples)
            theirs = run.run(OUTPUTS, {"pcg": pcg, "mask": mask})
            mine = shipped(torch.tensor(pcg), torch.tensor(mask))
            worst = max(worst, *(float(np.abs(a - b.numpy()).max()) for a, b in zip(theirs, mine)))
    say(f"{file.name}: {file.stat().st_size} bytes, at most {worst:.1e} from torch")
    if worst > 1e-4:
        raise ValueError(f"{file} differs from torch by {worst}")


if __name__ == "__main__":
    main()
