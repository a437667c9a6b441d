"""Records as test/parity/python-cases.ts reads them: an index, and by model one file of little-endian float32, packed."""
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

Tensors = dict[str, np.ndarray]


def write_cases(folder: Path, way: str, cases: Iterable[tuple[str, Tensors, Tensors]]) -> list[dict]:
    """Writes FOLDER/WAY.f32.gz (- for /); what the index says of it: by record where inputs and outputs stand, in numbers from the start."""
    at, records = 0, []
    with gzip.open(folder / f"{way.replace('/', '-')}.f32.gz", "wb", compresslevel=1) as file:

        def put(tensors: Tensors) -> dict:
            nonlocal at
            places = {}
            for name, values in tensors.items():
                places[name] = {"shape": list(values.shape), "at": at}
                file.write(values.astype("<f4").tobytes())
                at += values.size
            return places

        for name, inputs, outputs in cases:
            records.append({"name": name, "inputs": put(inputs), "outputs": put(outputs)})
    return records


def write_index(folder: Path, made: str, models: dict[str, dict]) -> None:
    (folder / "index.json").write_text(json.dumps({"made": made, "models": models}) + "\n")


#: What is kept of a tensor of a made-up record: so many of its values, evenly spread.
KEPT = 40


def brief(values: np.ndarray) -> dict:
    """A tensor by its shape, the number of its unknown values, the sum of the others, and some of them (null: unknown)."""
    flat = values.astype(np.float64).ravel()
    some = flat[np.arange(min(KEPT, len(flat))) * (len(flat) - 1) // max(1, min(KEPT, len(flat)) - 1)]
    written = lambda value: None if np.isnan(value) else float(np.float32(value))
    return {
        "shape": list(values.shape),
        "unknown": int(np.isnan(flat).sum()),
        "sum": round(float(np.nansum(flat)), 4),
        "values": [written(value) for value in some],
    }
