"""Weights stored in fewer bits. The graph widens each again, once, when a runtime loads the file: a smaller file, as fast as the other.

float16 loses a two-thousandth of a weight, and no figure is changed by it: so files that only `npm run evaluate` reads are stored like that. int8
keeps 255 steps for each output of a layer; what that costs is measured (test/evaluate) before a file is shipped like that.
"""
import re
from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST = 1024
"""weights of an array that is worth it"""

NETWORKS = {
    "alarm-truth": "^head/network",
    "heart-sound": "^net",
    "notes-context": "^encoder|^val_",
    "procedure-view": "^encoder",
    "sepsis": "^net|^val_",
    "sepsis-vitals": "^net|^val_",
}
"""of each model, the names of the arrays of its network"""


def in_half(proto: onnx.ModelProto, names: str) -> onnx.ModelProto:
    """The arrays whose names the pattern finds: a network's, not the kernels of a front end, whose quietest answers count, nor thresholds."""

    def half(name: str, values: np.ndarray) -> list[onnx.NodeProto] | None:
        halved = values.astype(np.float16)
        # Numbers of places, and what half precision is too narrow for.
        if not np.isfinite(halved).all() or np.abs(halved - values).max() > 5e-4 * np.abs(values).max() or (values == np.round(values)).all():
            return None
        return [numpy_helper.from_array(halved, f"{name}_half"), helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT)]

    return _stored(proto, names, half)


def in_bytes(proto: onnx.ModelProto, names: str) -> onnx.ModelProto:
    """Each matrix as int8 with a scale for each of its outputs (or inputs: whichever loses less)."""

    def bytes_(name: str, values: np.ndarray) -> list[onnx.NodeProto] | None:
        if values.ndim < 2 or (values == np.round(values)).all():
            return None
        found = []
        for axis in (0, values.ndim - 1) if values.ndim == 2 else (0,):
            others = tuple(other for other in range(values.ndim) if other != axis)
            scale = np.maximum(np.abs(values).max(others, keepdims=True), 1e-12).astype(np.float32) / 127
            steps = np.round(values / scale).astype(np.int8)
            found.append((float(((steps * scale - values) ** 2).sum()), steps, scale))
        _, steps, scale = min(found, key=lambda each: each[0])
        return [
            numpy_helper.from_array(steps, f"{name}_steps"), numpy_helper.from_array(scale, f"{name}_scale"),
            helper.make_node("Cast", [f"{name}_steps"], [f"{name}_wide"], to=TensorProto.FLOAT), helper.make_node("Mul", [f"{name}_wide", f"{name}_scale"], [name]),
        ]  # fmt: skip

    return _stored(proto, names, bytes_)


def _stored(proto: onnx.ModelProto, names: str, of: Callable) -> onnx.ModelProto:
    out = widened(proto)
    kept, made = [], []
    for weight in out.graph.initializer:
        values = numpy_helper.to_array(weight)
        parts = of(weight.name, values) if values.dtype == np.float32 and values.size >= LEAST and re.search(names, weight.name) else None
        for part in [weight] if parts is None else parts:
            (made if isinstance(part, onnx.NodeProto) else kept).append(part)
    kept, nodes = [onnx.TensorProto.FromString(part.SerializeToString()) for part in kept], [onnx.NodeProto.FromString(part.SerializeToString()) for part in [*made, *out.graph.node]]
    del out.graph.initializer[:], out.graph.node[:]
    out.graph.initializer.extend(kept)
    out.graph.node.extend(nodes)
    return out


def widened(proto: onnx.ModelProto) -> onnx.ModelProto:
    """The same with every array that was stored in half as it is computed with."""
    out = onnx.ModelProto()
    out.CopyFrom(proto)
    halves = {part.name: part for part in out.graph.initializer if part.data_type == TensorProto.FLOAT16}
    casts = [node for node in out.graph.node if node.op_type == "Cast" and node.input[0] in halves]
    for cast in casts:
        out.graph.initializer.append(numpy_helper.from_array(numpy_helper.to_array(halves[cast.input[0]]).astype(np.float32), cast.output[0]))
        out.graph.node.remove(cast)
    for part in halves.values():
        out.graph.initializer.remove(part)
    return out
