"""Windows that hold several kinds of evidence, put together from the records of the single readers: what a ward's model is asked.

The name of a window says what is in it, `KIND=RECORD #ROW` by kind of evidence, so that TypeScript puts together the same.
"""
import json
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np

from ..ward.evidence import EVIDENCE, MODELS, SUBSETS, VIDEO, Evidence

NOTHING = "nothing"
BETWEEN = " + "

Record = tuple[str, dict[str, np.ndarray]]
Reader = Callable[[Path, int, Path], Iterator[Record]]


def ward_readers(models: tuple[str, ...], readers: dict[str, Reader]) -> dict[str, Reader]:
    """Of each ward model a reader: every subset of the evidence is asked as often, the records are drawn."""

    @cache
    def pool(evidence: Evidence, data: Path, count: int) -> list[Record]:
        way = evidence.model if evidence.file == "model.onnx" else f"{evidence.model}/{Path(evidence.file).stem}"
        with tempfile.TemporaryDirectory() as scratch:
            return [row for record in readers[way](data, count, Path(scratch)) for row in _rows(evidence, *record)]

    def reader(model: str) -> Reader:
        gone = _nothing_of(model)
        return lambda data, count, _: composed({evidence: pool(evidence, data, count) for evidence in EVIDENCE}, gone, count)

    return {model: reader(model) for model in models}


def composed(pools: dict[Evidence, list[Record]], gone: dict[str, np.ndarray], count: int) -> Iterator[Record]:
    rng = np.random.default_rng(0)
    subsets = np.resize(rng.permutation(SUBSETS), count)
    # So that a short list has them too.
    subsets[:2] = SUBSETS - 1, 0
    for subset in subsets:
        parts, inputs = [], dict(gone)
        for bit, evidence in enumerate(EVIDENCE):
            name, row = pools[evidence][rng.integers(len(pools[evidence]))]
            if subset >> bit & 1:
                parts.append(f"{evidence.name}={name}")
                inputs |= row
        yield BETWEEN.join(parts) or NOTHING, inputs


def _nothing_of(model: str) -> dict[str, np.ndarray]:
    inputs = json.loads((MODELS / model / "card.json").read_text())["inputs"]
    absent = lambda name: np.nan if name in ("hours", "static") else 0
    return {one["name"]: np.full((1, *one["shape"][1:]), absent(one["name"]), np.float32) for one in inputs}


def _rows(evidence: Evidence, record: str, inputs: dict[str, np.ndarray]) -> Iterator[Record]:
    """Each row of a record by itself, as the ward's model names its inputs."""
    for row in range(len(next(iter(inputs.values())))):
        given = {ours: inputs[theirs][row : row + 1].astype(np.float32) for theirs, ours in evidence.inputs.items()}
        if evidence is VIDEO:
            given["frame_mask"] = np.ones((1, 1), np.float32)
        yield f"{record} #{row}", given
