"""What size of frame and how much of the encoder are worth their time: AUROC by subjects left out, and milliseconds of a core in ONNX Runtime.

    cd models && python -m training.procedure_view.curve DATA --cache CACHE
"""
import time
from pathlib import Path

from ..command import arguments

import numpy as np
import pandas as pd
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score
from torch import nn

from ..folds import FOLDS, fold_of
from ..model_folder import export, save, session
from .encoder import Encoder, without_tint
from .frames import TASKS, area_averaged, subject_of
from .heads import QUESTIONS, fit_linear, is_asked

SIZES = (96, 128, 160, 224)
DEPTHS = (5, 8, 11, 15)
"""how many of the sixteen blocks"""
STRENGTH = 0.003
RUNS = 50


class Pooled(nn.Module):
    """Means and spreads of the last map: one choice of size and depth at a time."""

    def __init__(self, encoder: Encoder, depth: int):
        super().__init__()
        self.encoder, self.depth = encoder, depth

    def forward(self, frame: torch.Tensor) -> torch.Tensor:
        return self.maps(frame)[-1]

    def maps(self, frame: torch.Tensor) -> list[torch.Tensor]:
        x, out = self.encoder.stem(without_tint(frame) / 127.5 - 1), []
        for block in self.encoder.blocks[: self.depth]:
            x = block(x)
            out.append(torch.cat([x.mean((2, 3)), (x - x.mean((2, 3), keepdim=True)).square().mean((2, 3)).sqrt()], 1))
        return out


def milliseconds(pooled: Pooled, size: int, file: Path) -> float:
    save(export(pooled, {"frame": torch.zeros(2, 3, size, size)}, ["features"]), file)
    run, frame = session(file), np.random.default_rng(0).uniform(0, 255, (1, 3, size, size)).astype(np.float32)
    spent = []
    for _ in range(RUNS):
        start = time.process_time()
        run.run(None, {"frame": frame})
        spent.append(time.process_time() - start)
    return 1000 * float(np.median(spent))


def main() -> None:
    args = arguments("video", sizes={"type": int, "nargs": "+", "default": SIZES})
    folder = args.data / "video"
    table = pd.read_csv(folder / "manifest.csv")
    table = table[(table.kind == "frame") & table.task.isin(list(TASKS))]
    labels = table.label.to_numpy(str)
    folds = np.array([fold_of(subject_of(row.subject_or_video, row.task)) for row in table.itertuples()])
    pixels = [np.asarray(Image.open(folder / file).convert("RGB")) for file in table.file]
    encoder = Encoder(max(DEPTHS)).eval()
    print("size blocks ms", *(question.output for question in QUESTIONS), flush=True)
    for size in args.sizes:
        deepest, parts = Pooled(encoder, max(DEPTHS)), []
        with torch.no_grad():
            for start in range(0, len(pixels), 16):
                frames = np.stack([area_averaged(one, size) for one in pixels[start : start + 16]])
                parts.append([part.numpy() for part in deepest.maps(torch.tensor(frames))])
        for depth in DEPTHS:
            features = np.concatenate([part[depth - 1] for part in parts]).astype(np.float64)
            found = []
            for question in QUESTIONS:
                scores, asked = np.zeros(len(labels)), is_asked(question, labels)
                happened = np.isin(labels, question.positive)
                for fold in range(FOLDS):
                    train, test = asked & (folds != fold), asked & (folds == fold)
                    if test.any():
                        head = fit_linear(features[train], happened[train], slice(None), STRENGTH)
                        scores[test] = head(features[test])[:, 0]
                found.append(roc_auc_score(happened[asked], scores[asked]))
            ms = milliseconds(Pooled(encoder, depth).eval(), size, args.cache / "curve.onnx")
            print(size, depth, f"{ms:.2f}", *(f"{value:.3f}" for value in found), flush=True)


if __name__ == "__main__":
    main()
