"""Puts the fusion that ships into the graph of now: what else a ward's model says is new, and risk, shares and interval are what they were.

    cd models && python -m training.ward.anew

Trained once more, a head is never the same to the last digit. The encoders must be those that the fusion was fitted behind: where an answer is
another than before on the golden cases, nothing is written. The figures of the card are then those of `npm run evaluate -- --only ward --write-cards`.
"""
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np
import onnx
import onnxruntime

from ..model_folder import save, session, write_card, write_golden
from . import assembly
from .card import channels, outputs
from .golden import cases
from .heads import HEADS
from .network import OUTPUTS

FOLDER = Path(__file__).parents[2]
ROUNDING = 1e-6


def furthest(before: onnxruntime.InferenceSession, after: onnxruntime.InferenceSession, given: dict[str, dict[str, np.ndarray]]) -> float:
    apart = 0.0
    for inputs in given.values():
        row = {name: value[None].astype(np.float32) for name, value in inputs.items()}
        for old, new in zip(before.run(OUTPUTS, row), after.run(OUTPUTS, row)):
            apart = max(apart, float(np.abs(old - new).max()))
    return apart


def main() -> None:
    for kind in HEADS:
        folder = FOLDER / f"ward-{kind}"
        file, made = folder / "model.onnx", folder / "anew.onnx"
        card = json.loads((folder / "card.json").read_text())
        given = cases(card["training"]["seed"])
        save(assembly.assemble(assembly.fusion_of(onnx.load(file))), made)
        apart = furthest(session(file), session(made), given)
        if not apart <= ROUNDING:
            made.unlink()
            raise SystemExit(f"{folder.name} would answer otherwise, by {apart:.2g}: it is to be trained")
        made.replace(file)
        write_golden(folder, json.loads((folder / "golden.json").read_text())["made"], given)
        write_card(folder, {**card, "outputs": outputs(), "risk": {**card["risk"], "channels": channels()}})
        print(f"{folder.name}: {file.stat().st_size / 1e6:.2f} MB, apart by {apart:.2g}", flush=True)


if __name__ == "__main__":
    main()
