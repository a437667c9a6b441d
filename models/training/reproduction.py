"""Whether a training made the files that are committed: both are asked of real records, and answer alike.

    cd models && python -m training.reproduction DATA MADE

MADE is a `models` folder of another working tree, in which the trainings were run. Says of each file of each model, held-out ones too, how far its
answers are from the committed file's; ends with 1 where that is more than is allowed, or where a file lacks. On the processor that they were
made on the files come out the same; on another, sums have another order, and a network that learns from them for a thousand steps, or a tree
that splits where two values are nearly the same, is a little different.
"""
import argparse
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import onnxruntime

from . import held_out_files
from .model_folder import IR_VERSION
from .parity.readers import MODELS, READERS

#: A probability of a file that ships, and of one that learnt from four fifths of the subjects. Numbers that are not probabilities are measured in
#: spreads between records where they spread more than 1.
ALLOWED, ALLOWED_HELD_OUT = 0.05, 0.2


def files_of(folder: Path) -> list[str]:
    """Names as trained: those of held-out files without what they are packed in."""
    held = {file.name.removesuffix(".gz") for file in (folder / "held-out").glob("*.onnx.gz")}
    ships = [file.name for file in folder.glob("*.onnx") if not file.name.endswith(".small.onnx")]
    return sorted(ships) + sorted(f"held-out/{name}" for name in held if not name.startswith("shared-"))


def session_of(folder: Path, name: str) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    file = folder / name
    return onnxruntime.InferenceSession(held_out_files.read_bytes(file.parent, file.name), options, providers=["CPUExecutionProvider"])


def answers(folder: Path, name: str, records: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    run = session_of(folder, name)
    names = [output.name for output in run.get_outputs()]
    asked = [run.run(names, inputs) for inputs in records]
    return {output: np.concatenate([row[index] for row in asked]) for index, output in enumerate(names)}


def apart(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Differences of each value; as a share of the values' spread where that is more than 1."""
    both_unknown = np.isnan(ours) & np.isnan(theirs)
    return np.where(both_unknown, 0, np.abs(ours - theirs)) / max(1.0, float(np.nanstd(theirs)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.reproduction")
    parser.add_argument("data", type=Path, help="a folder laid out like shared/data")
    parser.add_argument("made", type=Path, help="a models folder that the trainings wrote into")
    parser.add_argument("--records", type=int, default=100, help="of each modality")
    parser.add_argument("--only", default=",".join(way for way in READERS if "/" not in way), help="models, comma between")
    args = parser.parse_args()
    fine = True
    for model in args.only.split(","):
        with tempfile.TemporaryDirectory() as scratch:
            records = [inputs for _, inputs in READERS[model](args.data, args.records, Path(scratch))]
        for name in files_of(MODELS / model):
            if model.startswith("ward-") and "/" in name:
                continue  # a fusion alone, which takes what encoders say
            if name not in files_of(args.made / model):
                print(model, name, "was not made")
                fine = False
                continue
            ours, theirs = (answers(folder / model, name, records) for folder in (args.made, MODELS))
            # An embedding has no meaning of its own, and what is read out of it, and out of logits, is among the answers.
            gaps = np.concatenate([apart(ours[output], committed).ravel() for output, committed in theirs.items() if output not in ("pooled", "logits")])
            print(f"{model} {name}: on the mean {gaps.mean():.1e}, 99 of 100 below {np.quantile(gaps, 0.99):.1e}, at most {gaps.max():.1e}", flush=True)
            fine = fine and bool(gaps.max() <= (ALLOWED_HELD_OUT if "/" in name else ALLOWED))
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
