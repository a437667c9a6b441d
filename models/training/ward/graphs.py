"""Parts of a graph put behind each other."""
from onnx import GraphProto, ModelProto, compose


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
