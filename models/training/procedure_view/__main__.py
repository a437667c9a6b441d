"""Fits the five held-out files and the one that ships, exports them and writes the model's folder.

    cd models && python -m training.procedure_view DATA --cache CACHE --seed 0
"""
from pathlib import Path

from ..command import arguments

import numpy as np
import torch

from ..folds import FOLDS, fold_of
from ..model_folder import export, save, session, write_card, write_golden
from .card import card
from .encoder import Encoder
from .features import features_of
from .fitting import Fitted, Known, fit
from .frames import SIZE, read_frames
from .golden import MADE, golden_cases
from .half_precision import stored_in_half
from .made_frames import made_frames
from .network import OUTPUTS, ProcedureView

MODEL = Path(__file__).parents[2] / "procedure-view"


def write(fitted: Fitted, encoder: Encoder, file: Path, frames: np.ndarray) -> ProcedureView:
    """Exports, and makes sure that ONNX Runtime says what torch does."""
    network = ProcedureView(encoder, fitted).eval()
    save(stored_in_half(export(network, {"frame": torch.zeros(2, 3, SIZE, SIZE)}, OUTPUTS)), file)
    run = session(file)
    with torch.no_grad():
        expected = network(torch.tensor(frames))
    for name, mine, theirs in zip(OUTPUTS, run.run(OUTPUTS, {"frame": frames}), expected):
        worst = float(np.abs(mine - theirs.numpy()).max())
        assert np.isfinite(mine).all() and worst < 1e-4 * max(1, float(np.abs(mine).max())), (name, worst)
    print(file.relative_to(MODEL), file.stat().st_size, "bytes", flush=True)
    return network


def main() -> None:
    args = arguments("video")
    torch.manual_seed(args.seed)

    frames = read_frames(args.data / "video") + made_frames(args.seed)
    encoder = Encoder().eval()
    known = Known(
        features_of(frames, args.cache, encoder),
        np.array([frame.label for frame in frames]),
        np.array([frame.procedure for frame in frames]),
        np.array([frame.subject for frame in frames]),
        np.array([fold_of(frame.subject) for frame in frames]),
    )
    checked = np.stack([frame.pixels for frame in frames[::29]] + [np.full((3, SIZE, SIZE), np.nan, np.float32)])
    for fold in range(FOLDS):
        write(fit(known, fold), encoder, MODEL / "held-out" / f"fold-{fold}.onnx", checked)
    fitted = fit(known, None)
    network = write(fitted, encoder, MODEL / "model.onnx", checked)
    write_golden(MODEL, MADE, golden_cases())
    write_card(MODEL, card(known, fitted, network, args.seed))


if __name__ == "__main__":
    main()
