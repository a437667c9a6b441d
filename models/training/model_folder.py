"""What every training writes: an ONNX file without a trace of the machine it was made on, golden cases, a card without figures.

The figures come from `npm run evaluate -- --write-cards`, which runs the files that are written here.
"""
import base64
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from . import held_out_files
from .weights import NETWORKS, in_bytes, in_half

OPSET = 18
IR_VERSION = 9  # what onnxruntime-node 1.30 reads for certain
SMALL_SHARE = 0.6  # of a file, that a smaller one may have at most to be worth it


def export(module: torch.nn.Module, example: dict[str, torch.Tensor], outputs: list[str]) -> onnx.ModelProto:
    """A graph whose inputs are named as in `example`, the first dimension of each a free batch."""
    batch = torch.export.Dim("batch")
    program = torch.onnx.export(
        module.eval(), tuple(example.values()), input_names=list(example), output_names=outputs, dynamo=True,
        opset_version=OPSET, dynamic_shapes=tuple({0: batch} for _ in example), verbose=False,
    )  # fmt: skip
    return program.model_proto


def save(proto: onnx.ModelProto, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    proto.ir_version = IR_VERSION
    forget_origin(proto)
    onnx.checker.check_model(proto)
    onnx.save(proto, file)


def forget_origin(proto: onnx.ModelProto) -> None:
    """Drops what the exporter notes of the source files: paths, and different bytes on every machine."""
    graph = proto.graph
    for part in [proto, graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer, *proto.functions]:
        part.doc_string = ""
        if hasattr(part, "metadata_props"):
            del part.metadata_props[:]


def session(file: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _written(values: np.ndarray) -> dict:
    """NaN stays NaN only in base64."""
    flat = values.astype("<f4").ravel()
    if len(flat) <= 16 and np.isfinite(flat).all():
        return {"as": "values", "values": [float(value) for value in flat]}
    if len(np.unique(flat[:64])) == 1 and len(np.unique(flat)) == 1 and np.isfinite(flat).all():
        return {"as": "runs", "runs": [[float(flat[0]), len(flat)]]}
    if np.isfinite(flat).all() and (np.abs(flat) < 2**15).all() and (flat == np.round(flat)).all():
        return {"as": "int16", "base64": base64.b64encode(flat.astype("<i2").tobytes()).decode(), "scale": 1}
    return {"as": "float32", "base64": base64.b64encode(flat.tobytes()).decode()}


def write_golden(folder: Path, made: str, cases: dict[str, dict[str, np.ndarray]], absolute: float = 1e-4, relative: float = 1e-3) -> None:
    """Cases are inputs by name without the batch dimension, made up and never a patient's; the answers are those of the file."""
    run = session(folder / "model.onnx")
    names = [output.name for output in run.get_outputs()]
    written = lambda array: {"shape": list(array.shape), "written": _written(array)}
    out = []
    for name, inputs in cases.items():
        answers = run.run(names, {key: value[None].astype(np.float32) for key, value in inputs.items()})
        out.append({
            "name": name,
            "inputs": {key: written(value) for key, value in inputs.items()},
            "outputs": {key: written(value[0]) for key, value in zip(names, answers)},
        })  # fmt: skip
    golden = {"made": made, "tolerance": {"absolute": absolute, "relative": relative}, "cases": out}
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def write_small(folder: Path) -> None:
    """NAME.small.onnx beside each file: its network as int8, the answers almost the same (small.py). None where trees are what is large."""
    for file in sorted(folder.glob("*.onnx")):
        if folder.name not in NETWORKS or file.name.endswith(".small.onnx"):
            continue
        small = file.with_suffix(".small.onnx")
        save(in_bytes(onnx.load(file), NETWORKS[folder.name]), small)
        if small.stat().st_size > SMALL_SHARE * file.stat().st_size:
            small.unlink()


def write_card(folder: Path, card: dict) -> None:
    """Adds the hash and the versions; figures that a card of the same file already has are kept."""
    file = folder / "card.json"
    sha256 = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    kept = []
    if file.exists():
        before = json.loads(file.read_text())
        kept = before["metrics"] if before["sha256"] == sha256 else []
        # What a smaller file loses was measured on what it was made from.
        if before["sha256"] == sha256 and "small" in before:
            card = {**card, "small": before["small"]}
    versions = [f"{name} {version(name)}" for name in ("torch", "numpy", "onnx", "onnxruntime", "lightgbm", "scikit-learn")]
    card = {**card, "sha256": sha256, "opset": OPSET, "metrics": kept}
    card["training"] = {**card["training"], "versions": versions}
    file.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    write_small(folder)
    pack_held_out(folder)


def pack_held_out(folder: Path) -> None:
    """Networks in 16 bits, and what files have alike once; the same bytes on every machine."""
    for file in sorted((folder / "held-out").glob("*.onnx")):
        if folder.name in NETWORKS:
            save(in_half(onnx.load(file), NETWORKS[folder.name]), file)
    held_out_files.pack(folder / "held-out")
