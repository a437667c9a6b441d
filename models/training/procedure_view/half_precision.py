"""Large weights are stored in 16 bits, which they were rounded to before anything was fitted: half the file, the same numbers."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST = 256


def stored_in_half(proto: onnx.ModelProto) -> onnx.ModelProto:
    """A cast before its use widens each again; a runtime does that once, when it loads the file."""
    graph, casts = proto.graph, []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        halved = values.astype(np.float16) if values.dtype == np.float32 and values.size >= LEAST else None
        if halved is None or not np.array_equal(halved.astype(np.float32), values):
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(halved, f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return proto
