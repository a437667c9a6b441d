"""Parts of a graph put behind each other."""
import numpy as np
import onnxruntime
from onnx import GraphProto, ModelProto, NodeProto, TensorProto, compose, helper


def append(graph: GraphProto, part: GraphProto, names: dict[str, str]) -> None:
    """What the part calls by a name of `names` is called by its value there."""
    for step in part.node:
        for ends in (step.input, step.output):
            ends[:] = [names.get(end, end) for end in ends]
    graph.node.extend(part.node)
    graph.initializer.extend(part.initializer)


def around(encoder: ModelProto, name: str, asked: list[str], before: list[ModelProto], after: list[ModelProto]) -> ModelProto:
    """An encoder (of this name) that is asked more than a window: parts before it make `many_X` of its input X, parts after it X of its output `many_X`.

    `asked` are its inputs and outputs that are meant. What the parts call alike is the same.
    """
    inner = {f"{name}/{one}": f"{name}/many_{one}" for one in asked}
    whole = ModelProto()
    whole.CopyFrom(encoder)
    del whole.graph.node[:], whole.graph.initializer[:]
    for part in before:
        join(whole, part, name, {})
    append(whole.graph, encoder.graph, inner)
    for part in after:
        join(whole, part, name, {})
    return whole


def join(whole: ModelProto, part: ModelProto, name: str, names: dict[str, str]) -> None:
    """Puts a part behind the encoder of this name: its ends are the encoder's of the same name, or as `names` says."""
    inside = f"{name}/{part.graph.output[-1].name}_of/"
    ends = [end.name for end in [*part.graph.input, *part.graph.output]]
    prefixed = compose.add_prefix(part, inside)
    renamed = {f"{inside}{end}": f"{name}/{end}" for end in ends} | {f"{inside}{theirs}": ours for theirs, ours in names.items()}
    own = [one for one in prefixed.graph.initializer if one.name not in renamed]
    del prefixed.graph.initializer[:]
    prefixed.graph.initializer.extend(own)
    append(whole.graph, prefixed.graph, renamed)
    whole.functions.extend(prefixed.functions)


def nodes_between(graph: GraphProto, given: list[str], outputs: list[str]) -> list[NodeProto]:
    """What makes these outputs of what is given, in the graph's order."""
    made = {name: node for node in graph.node for name in node.output}
    needed, waiting = set(), [*outputs]
    while waiting:
        name = waiting.pop()
        if name in made and name not in given and name not in needed:
            needed.add(name)
            waiting += [one for one in made[name].input if one]
    return [node for node in graph.node if needed.intersection(node.output)]


def between(model: ModelProto, given: list[str], outputs: list[str]) -> ModelProto:
    """The model with no more in it than makes these outputs of what is given; its ends are as they were."""
    out = ModelProto()
    out.CopyFrom(model)
    nodes = nodes_between(model.graph, given, outputs)
    read = {name for node in nodes for name in node.input}
    del out.graph.node[:], out.graph.initializer[:]
    out.graph.node.extend(nodes)
    out.graph.initializer.extend(one for one in model.graph.initializer if one.name in read)
    return out


def answers(model: ModelProto, names: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
    """What a model says of some rows by these names, ends of it or not."""
    asked = ModelProto()
    asked.CopyFrom(model)
    del asked.graph.output[:]
    asked.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(asked.SerializeToString(), options, providers=["CPUExecutionProvider"]).run(names, given)
