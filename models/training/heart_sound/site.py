"""All of the network trained further on what a site labelled, and scores of it by which `vigil judge` lets it through or not.

    cd models && python -m training.heart_sound.site DATA --labels labels.csv --parent heart-sound --out FOLDER --cache CACHE --seed 0

DATA has the children whom the parent must not be made to forget. The table is that of `vigil fine-tune`: file, label, subject and, where they are
known, age_band, sex, site. FOLDER gets the model without lineage and figures, which `vigil judge` adds, and scores.json.
"""
import argparse
import csv
import hashlib
import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

from training.command import arguments

import numpy as np
import onnx
import soundfile
import torch
from onnx import numpy_helper
from scipy.signal import resample_poly
from torch.nn import functional as F

from training.folds import FOLDS, fold_of
from training.model_folder import write_card, write_golden

from .__main__ import MODEL, write_network
from .anchor import FINDING, write_anchor
from .batches import BATCH, Batches, spectrograms
from .calibration import AbnormalLine
from .devices import another_device
from .network import HeartSoundNet, Shipped
from .recordings import MURMUR, NONE, RATE_HZ, Recording, load, windows
from .synthetic_beats import golden_cases

#: the finding of an answer: its place among what Shipped gives, and its classes
ANSWERS = {"murmur": (1, list(MURMUR)), "heart_sound": (2, ["abnormal", "normal"])}
GROUPS = ("age_band", "sex", "site")
RATE = 2e-4
WEIGHT_DECAY = 0.02


@dataclass
class Labelled:
    recording: Recording
    label: int
    groups: dict[str, str]


def say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    args = arguments(
        "heart-sound/manifest.csv",
        labels={"type": Path, "required": True, "help": "table of what the site labelled"},
        parent={"type": Path, "default": MODEL, "help": "folder of the model to go on from"},
        out={"type": Path, "required": True, "help": "folder that is to be made"},
        answer={"choices": list(ANSWERS), "default": "heart_sound"},
        steps={"type": int, "default": 60},
    )
    if args.out.exists():
        raise SystemExit(f"{args.out} is there already")
    labelled = read_labels(args.labels, ANSWERS[args.answer][1])
    mels = spectrograms([one.recording for one in labelled])
    parent = shipped_of(args.parent)
    folds = []
    for fold in [*range(FOLDS), None]:
        kept = [index for index, one in enumerate(labelled) if fold is None or one.recording.fold != fold]
        net = further([labelled[index] for index in kept], [mels[index] for index in kept], args)
        folds.append((net, sorted({labelled[index].recording.subject for index in kept})))
        say(f"{'all' if fold is None else f'without fold {fold}'}: {len(kept)} recordings")
    write(args, labelled, parent, folds)


def read_labels(table: Path, classes: list[str]) -> list[Labelled]:
    with open(table, newline="", encoding="utf-8-sig") as text:
        return [labelled_of(row, table.parent, classes) for row in csv.DictReader(text)]


def labelled_of(row: dict, folder: Path, classes: list[str]) -> Labelled:
    name = row["file"]
    samples, rate_hz = soundfile.read(folder / name, dtype="int16")
    samples = samples if samples.ndim == 1 else samples[:, 0]
    if rate_hz != RATE_HZ:
        ratio = math.gcd(rate_hz, RATE_HZ)
        samples = np.clip(np.round(resample_poly(samples.astype(float), RATE_HZ // ratio, rate_hz // ratio)), -32768, 32767).astype(np.int16)
    recording = Recording(name, "site", row["subject"], name, NONE, NONE, NONE, samples)
    return Labelled(recording, classes.index(row["label"]), {group: row[group] for group in GROUPS if row.get(group)})


def shipped_of(folder: Path) -> Shipped:
    """The network in a file of this training. The exporter has put batch norm into the convolutions; it comes back as nothing but a bias."""
    stored = {one.name: torch.tensor(numpy_helper.to_array(one)) for one in onnx.load(folder / "model.onnx").graph.initializer}
    net = HeartSoundNet()
    for name, module in net.named_modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_var.fill_(1 - module.eps)
            module.bias.data.copy_(stored[f"net.{name[:-1]}0.weight_bias"])
        for kind, parameter in module.named_parameters(recurse=False):
            if f"net.{name}.{kind}" in stored:
                parameter.data.copy_(stored[f"net.{name}.{kind}"])
    values = json.loads((folder / "card.json").read_text())["calibration"]["values"]
    return Shipped(net, values["temperature"], AbnormalLine(values["abnormalSlope"], values["abnormalZero"])).eval()


def further(labelled: list[Labelled], mels: list[np.ndarray], args: argparse.Namespace) -> Shipped:
    """A few steps from the parent: its answer towards the labels, its other answer as it was."""
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    parent, shipped = shipped_of(args.parent), shipped_of(args.parent)
    place, _ = ANSWERS[args.answer]
    other = 3 - place
    label_of = {one.recording.name: one.label for one in labelled}
    enough = -(-BATCH // len(labelled))
    batches = Batches([one.recording for one in labelled] * enough, mels * enough, rng)
    optimiser = torch.optim.AdamW(shipped.net.parameters(), lr=RATE, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=args.steps, pct_start=0.2)
    # Batch norm stays as it is: what the exporter left of it has no spread of its own.
    shipped.net.drop.train()
    for _ in range(args.steps):
        chosen, mel, frames = batches.draw()
        heard = another_device(mel, frames, rng)
        answers = shipped.told(heard, frames)
        with torch.no_grad():
            before = parent.told(mel, frames)
        target = torch.tensor([label_of[recording.name] for recording in chosen])
        loss = F.nll_loss(torch.log(answers[place] + 1e-6), target)
        loss = loss + F.kl_div(torch.log(answers[other] + 1e-6), before[other], reduction="batchmean")
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(shipped.net.parameters(), 2)
        optimiser.step()
        schedule.step()
    return shipped.eval()


@torch.no_grad()
def write(args: argparse.Namespace, labelled: list[Labelled], parent: Shipped, folds: list[tuple[Shipped, list[str]]]) -> None:
    out, (whole, _) = args.out, folds[-1]
    out.mkdir(parents=True)
    card = json.loads((args.parent / "card.json").read_text())
    recordings = load(args.data / "heart-sound", args.cache)
    write_network(out / "model.onnx", whole, recordings[:40])
    write_golden(out, f"synthetic heart sounds, training/heart_sound/synthetic_beats.py, seed {args.seed}", golden_cases(args.seed))
    anchor = anchor_of(args, recordings)
    place, classes = ANSWERS[args.answer]
    rows = []
    for one in labelled:
        pcg, mask = windows(one.recording.samples)
        fold = one.recording.fold
        theirs, ours = (shipped(torch.tensor(pcg), torch.tensor(mask))[place].double().numpy() for shipped in (parent, folds[fold][0]))
        rows += [{
            "subject": one.recording.subject, "groups": one.groups, "label": classes[one.label], "fold": fold,
            "content": hashlib.sha256(pcg[index].tobytes() + mask[index].tobytes()).hexdigest(),
            "parent": normed(theirs[index]), "candidate": normed(ours[index]),
        } for index in range(len(pcg))]  # fmt: skip
    scores = {
        "made": f"models/training/heart_sound/site.py, seed {args.seed}, {args.steps} steps",
        "parent": {key: card[key] for key in ("name", "version", "sha256")},
        "candidate": {"sha256": hashlib.sha256((out / "model.onnx").read_bytes()).hexdigest()},
        "finding": args.answer, "classes": classes,
        "folds": [{"trainedOn": subjects} for _, subjects in folds[:-1]],
        "windows": rows, "anchor": {FINDING: anchor},
    }  # fmt: skip
    (out / "scores.json").write_text(json.dumps(scores) + "\n")
    script = "models/training/heart_sound/site.py (python -m training.heart_sound.site)"
    card["training"] = {"script": script, "seed": args.seed, "split": "five folds by subject (models/training/folds.py); each scored by a network trained without it"}
    write_card(out, {key: value for key, value in card.items() if key not in ("small", "lineage")})
    (out / "model.small.onnx").unlink(missing_ok=True)
    shutil.rmtree(out / "held-out", ignore_errors=True)
    say(f"{out}: {len(rows)} windows of {len({row['subject'] for row in rows})} subjects; now vigil judge --candidate {out} --scores {out / 'scores.json'}")


def anchor_of(args: argparse.Namespace, recordings: list[Recording]) -> list[dict]:
    """The parent's children as the parent and the candidate see them; the candidate brings them too."""
    theirs = json.loads((args.parent / "anchor.json").read_text())["answers"][FINDING]
    ours = write_anchor(recordings, args.out)
    return [
        {"subject": one["subject"], "label": one["label"], "parent": normed(np.array(one["parent"])), "candidate": normed(np.array(own["parent"]))}
        for one, own in zip(theirs, ours, strict=True)
    ]


def normed(probabilities: np.ndarray) -> list[float]:
    return [round(float(p), 6) for p in probabilities / probabilities.sum()]


if __name__ == "__main__":
    main()
