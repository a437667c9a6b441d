"""What golden.json says, read again, and how far another file's answers lie from it."""
import base64
import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .model_folder import session

Tensors = dict[str, np.ndarray]


def cases(folder: Path) -> Iterator[tuple[Tensors, Tensors]]:
    """Inputs and outputs of each case, without the batch dimension; model_folder.py writes them."""
    for case in json.loads((folder / "golden.json").read_text())["cases"]:
        yield tuple({name: _read(**tensor) for name, tensor in case[part].items()} for part in ("inputs", "outputs"))


def moves(folder: Path, file: str) -> dict[str, float]:
    """By output, the largest difference of this file's answers from the golden ones, rounded up to two digits."""
    run = session(folder / file)
    names = [output.name for output in run.get_outputs()]
    largest = dict.fromkeys(names, 0.0)
    for inputs, outputs in cases(folder):
        answers = run.run(names, {name: value[None] for name, value in inputs.items()})
        for name, answer in zip(names, answers):
            largest[name] = max(largest[name], float(np.abs(answer[0] - outputs[name]).max()))
    return {name: _up(value) for name, value in largest.items()}


def _up(value: float) -> float:
    if value == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step) * step:.2g}")


def _read(shape: list[int], written: dict) -> np.ndarray:
    how = written["as"]
    if how == "values":
        flat = np.array(written["values"], np.float32)
    elif how == "runs":
        flat = np.concatenate([np.full(times, value, np.float32) for value, times in written["runs"]])
    elif how == "int16":
        flat = np.frombuffer(base64.b64decode(written["base64"]), "<i2").astype(np.float32) * np.float32(written["scale"])
    else:
        flat = np.frombuffer(base64.b64decode(written["base64"]), "<f4")
    return flat.reshape(shape)
