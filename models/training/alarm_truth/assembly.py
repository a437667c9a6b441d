"""One graph of the front end, the trees and the head."""
import copy

import numpy as np
import onnx
from onnx import compose, helper, numpy_helper

from .forest import Forest, node

OUTPUTS = ["probabilities", "logits", "pooled"]


def assemble(front: onnx.ModelProto, forests: dict[str, Forest], head: onnx.ModelProto) -> onnx.ModelProto:
    """front: waveforms, waveforms_mask, alarm to features, traces; head: these, alarm and, by the names of forests, their answers for both orders of leads."""
    whole = copy.deepcopy(front)
    graph = whole.graph
    swapped = next(iter(forests.values())).swapped
    graph.initializer.append(numpy_helper.from_array(swapped.astype(np.int64), "other_lead_first"))
    graph.node.append(helper.make_node("Gather", ["features", "other_lead_first"], ["features_swapped"], axis=1))
    for name, forest in forests.items():
        graph.node.append(node(forest, "features", name))
        graph.node.append(node(forest, "features_swapped", f"{name}_swapped"))
    behind = compose.add_prefix(head, "head/").graph
    known = {f"head/{output}": output for output in OUTPUTS} | {given.name: given.name.removeprefix("head/") for given in behind.input}
    for step in behind.node:
        for names in (step.input, step.output):
            names[:] = [known.get(name, name) for name in names]
    graph.node.extend(behind.node)
    graph.initializer.extend(behind.initializer)
    del graph.output[:]
    for output in behind.output:
        output.name = known[output.name]
        graph.output.append(output)
    whole.opset_import.append(helper.make_opsetid("ai.onnx.ml", 5))
    return whole
