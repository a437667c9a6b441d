"""What the encoders say of the recordings: of each recording by the file that was trained without its subject, and by all others."""
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime

from ..folds import FOLDS
from ..held_out_files import read_bytes
from .evidence import MODELS, Evidence
from .recordings import Recordings

BATCH = 64


@dataclass
class Heard:
    """Outputs by file: a fold (trained without it), or None (trained on all, which ships)."""

    by_file: dict[int | None, dict[str, np.ndarray]]
    #: fold of each recording
    fold: np.ndarray

    def unheard(self) -> dict[str, np.ndarray]:
        """Of each recording by the file that was trained without its subject."""
        out = {name: value.copy() for name, value in self.by_file[None].items()}
        for name, value in out.items():
            for fold in range(FOLDS):
                here = self.fold == fold
                value[here] = self.by_file[fold][name][here]
        return out


def encoder_file(evidence: Evidence, fold: int | None) -> bytes:
    folder = MODELS / evidence.model
    return (folder / evidence.file).read_bytes() if fold is None else read_bytes(folder / "held-out", evidence.held_out.format(fold))


def hear(evidence: Evidence, recordings: Recordings, cache: Path, say) -> Heard:
    by_file = {}
    for fold in [None, *range(FOLDS)]:
        model = encoder_file(evidence, fold)
        rows = hashlib.sha256(b"".join(value.tobytes() for value in recordings.inputs.values()))
        key = hashlib.sha256(model + rows.digest()).hexdigest()[:16]
        file = cache / f"heard-{evidence.name}-{key}.npz"
        if not file.exists():
            np.savez(file, **_run(evidence, recordings, model))
            say(f"{evidence.name}: heard by {'what ships' if fold is None else f'fold {fold}'}")
        by_file[fold] = dict(np.load(file))
    return Heard(by_file, recordings.fold)


def _run(evidence: Evidence, recordings: Recordings, model: bytes) -> dict[str, np.ndarray]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    count, parts = len(recordings.subject), []
    for at in range(0, count, BATCH):
        rows = slice(at, min(at + BATCH, count))
        given = {name: recordings.inputs[ours][rows] for name, ours in evidence.inputs.items()}
        size = len(next(iter(given.values())))
        given |= {name: np.full((size, width), np.nan, np.float32) for name, width in evidence.unknown.items()}
        parts.append(session.run(list(evidence.outputs), given))
    return {name: np.concatenate(part) for name, part in zip(evidence.outputs, zip(*parts))}
