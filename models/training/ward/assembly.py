"""One graph of the senses, the encoders and the fusion."""
import copy
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import compose, helper, numpy_helper
from onnx.utils import Extractor

from ..model_folder import export
from ..weights import in_bytes, in_half, widened
from .chain import PROFILE, SAMPLES
from .encoders import encoder_file
from .evidence import EVIDENCE, PCG, VITALS, WAVEFORMS, Evidence
from .graphs import append, nodes_between
from .network import OUTPUTS, Behind, Fusion, heard_names
from .seconds import with_seconds
from .senses import Senses
from .signs import with_signs
from .waves import with_waves

HOURS, SIGNS, WAVES, STRETCH, KINDS, TOKENS, SECONDS = 48, 8, 4, 7500, 5, 256, 10
#: what an encoder's own answer rests on: output, its width, and the encoder with it
RESTS_ON = {VITALS: ("signs", SIGNS, with_signs), WAVEFORMS: ("waves", WAVES, with_waves), PCG: ("seconds", SECONDS, with_seconds)}


def senses_graph() -> onnx.ModelProto:
    example = {
        "hours": torch.zeros(2, HOURS, SIGNS), "waveforms": torch.randn(2, WAVES, STRETCH), "waveforms_mask": torch.zeros(2, WAVES, STRETCH), "alarm": torch.zeros(2, KINDS),
        "pcg": torch.randn(2, SAMPLES), "mask": torch.ones(2, SAMPLES), "frame_mask": torch.ones(2, 1), "tokens": torch.zeros(2, TOKENS),
    }  # fmt: skip
    return export(Senses(), example, ["present", "profile", "roughness"])


def fusion_graph(fusion: Fusion) -> onnx.ModelProto:
    """The fusion alone: what is held out is this much, behind encoders that are held out."""
    example = {"present": torch.ones(2, len(EVIDENCE)), "profile": torch.zeros(2, PROFILE), "roughness": torch.zeros(2, WAVES), "heard": torch.full((2, sum(heard_names().values())), 0.3)}
    return export(Behind(fusion), example, OUTPUTS)


def fusion_of(shipped: onnx.ModelProto) -> onnx.ModelProto:
    """The fusion as it lies in a ward's model, to the last bit."""
    given = {"present": len(EVIDENCE), "profile": PROFILE, "roughness": WAVES, "heard": sum(heard_names().values())}
    nodes = nodes_between(shipped.graph, [*given], OUTPUTS)
    read = {name for node in nodes for name in node.input}
    batch = shipped.graph.output[0].type.tensor_type.shape.dim[0].dim_param
    inputs = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [batch, width]) for name, width in given.items()]
    outputs = [one for one in shipped.graph.output if one.name in OUTPUTS]
    graph = helper.make_graph(nodes, "fusion", inputs, outputs, [one for one in shipped.graph.initializer if one.name in read])
    out = helper.make_model(graph, opset_imports=shipped.opset_import)
    out.functions.extend(shipped.functions)
    return _unprefixed(out, "fusion/")


def _unprefixed(model: onnx.ModelProto, prefix: str) -> onnx.ModelProto:
    """As it was before it was put in, so that it may be put in again."""
    for node in model.graph.node:
        node.name = node.name.removeprefix(prefix)
        for ends in (node.input, node.output):
            ends[:] = [end.removeprefix(prefix) for end in ends]
    for one in model.graph.initializer:
        one.name = one.name.removeprefix(prefix)
    return model


def encoder_graph(evidence: Evidence) -> onnx.ModelProto:
    """What ships, without what only its other outputs need; inputs by the ward's names, and NaN where a ward leaves something not known."""
    whole = onnx.load_from_string(encoder_file(evidence, None))
    given = [*evidence.inputs, *evidence.unknown]
    needed = _needed(whole, list(evidence.outputs))
    kept = Extractor(whole).extract_model([name for name in given if name in needed], list(evidence.outputs))
    return compose.add_prefix(widened(kept), f"{evidence.name}/")


def _needed(model: onnx.ModelProto, outputs: list[str]) -> set[str]:
    """Graph inputs that these outputs are made of."""
    made = {name: node for node in model.graph.node for name in node.output}
    seen, waiting = set(), list(outputs)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [one for one in made[name].input if one] if name in made else []
    return seen


def assemble(fusion: onnx.ModelProto) -> onnx.ModelProto:
    whole = copy.deepcopy(senses_graph())
    graph = whole.graph
    batch = graph.input[0].type.tensor_type.shape.dim[0].dim_param
    known = {one.name for one in graph.input}
    domains = {one.domain: one.version for one in whole.opset_import}
    for evidence in EVIDENCE:
        encoder = encoder_graph(evidence)
        if evidence in RESTS_ON:
            encoder = RESTS_ON[evidence][2](encoder)
        names = {f"{evidence.name}/{theirs}": ours for theirs, ours in evidence.inputs.items()}
        names |= {f"{evidence.name}/{output}": f"{evidence.name}_{output}" for output in evidence.outputs}
        for name, width in evidence.unknown.items():
            _add_unknown(graph, f"{evidence.name}/{name}", encoder, width)
        names |= {f"{evidence.name}/{one}": one for one in ("present", "roughness", *(output for output, _, _ in RESTS_ON.values()))}
        for entry in encoder.graph.input:
            ours = names.get(entry.name)
            if ours is not None and ours not in known:
                known.add(ours)
                graph.input.append(_named(entry, ours, batch))
        append(graph, encoder.graph, names)
        for one in encoder.opset_import:
            domains[one.domain] = max(one.version, domains.get(one.domain, 0))
        whole.functions.extend(encoder.functions)
    fused = compose.add_prefix(fusion, "fusion/")
    names = {f"fusion/{name}": name for name in ["present", "profile", "roughness", "heard", *OUTPUTS]}
    graph.node.append(helper.make_node("Concat", [*heard_names()], ["heard"], axis=1))
    append(graph, fused.graph, names)
    whole.functions.extend(fused.functions)
    outputs = {one.name.removeprefix("fusion/"): one for one in fused.graph.output}
    present = next(entry for entry in graph.output if entry.name == "present")
    del graph.output[:]
    resting = [helper.make_tensor_value_info(output, onnx.TensorProto.FLOAT, [batch, width]) for output, width, _ in RESTS_ON.values()]
    graph.output.extend([present, *resting, *(_named(outputs[name], name, batch) for name in OUTPUTS)])
    del whole.opset_import[:]
    whole.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in domains.items())
    return narrowed(simplified(whole))


def simplified(model: onnx.ModelProto) -> onnx.ModelProto:
    """Without what ONNX Runtime would take out of it at every start: constants worked out, what is twice once. Standard operators only."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "simplified.onnx"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(file)
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return onnx.load(file)


def narrowed(model: onnx.ModelProto) -> onnx.ModelProto:
    """The encoders' weights in fewer bits."""
    for evidence in EVIDENCE:
        model = {16: in_half, 8: in_bytes}[evidence.bits](model, f"^{evidence.name}/{evidence.narrow}")
    return model


def _add_unknown(graph: onnx.GraphProto, name: str, encoder: onnx.ModelProto, width: int) -> None:
    """NaN [batch, width], as many rows as there are hours."""
    if not any(entry.name == name for entry in encoder.graph.input):
        return
    graph.initializer.append(numpy_helper.from_array(np.array([width], np.int64), f"{name}/width"))
    graph.node.extend([
        helper.make_node("Shape", ["hours"], [f"{name}/shape"], start=0, end=1),
        helper.make_node("Concat", [f"{name}/shape", f"{name}/width"], [f"{name}/size"], axis=0),
        helper.make_node("ConstantOfShape", [f"{name}/size"], [name], value=numpy_helper.from_array(np.array([np.nan], np.float32))),
    ])  # fmt: skip


def _named(entry: onnx.ValueInfoProto, name: str, batch: str) -> onnx.ValueInfoProto:
    out = copy.deepcopy(entry)
    out.name = name
    out.type.tensor_type.shape.dim[0].dim_param = batch
    return out
