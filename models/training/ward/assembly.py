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
from .evidence import EVIDENCE, VITALS, Evidence
from .network import OUTPUTS, Behind, Fusion, heard_names
from .senses import Senses
from .signs import VARIANTS, Apart, Without

HOURS, SIGNS, WAVES, STRETCH, KINDS, TOKENS = 48, 8, 4, 7500, 5, 256


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


def encoder_graph(evidence: Evidence) -> onnx.ModelProto:
    """What ships, without what only its other outputs need; inputs by the ward's names, and NaN where a ward leaves something not known."""
    whole = onnx.load_from_string(encoder_file(evidence, None))
    given = [*evidence.inputs, *evidence.unknown]
    needed = _needed(whole, list(evidence.outputs))
    kept = Extractor(whole).extract_model([name for name in given if name in needed], list(evidence.outputs))
    return compose.add_prefix(widened(kept), f"{evidence.name}/")


def with_signs(encoder: onnx.ModelProto) -> onnx.ModelProto:
    """The encoder of vital signs, asked without each of them as well; its outputs are those of the whole, and signs."""
    before = export(Without(), {"hours": torch.zeros(2, HOURS, SIGNS), "static": torch.zeros(2, 2)}, ["many_hours", "many_static"])
    many = {f"many_{name}": torch.full((2 * VARIANTS, width), 0.3) for name, width in VITALS.outputs.items()}
    after = export(Apart(), many, [*VITALS.outputs, "signs"])
    inner = {f"vitals/{name}": f"vitals/many_{name}" for name in ["hours", "static", *VITALS.outputs]}
    whole = onnx.ModelProto()
    whole.CopyFrom(encoder)
    del whole.graph.node[:], whole.graph.initializer[:]
    for at, part, ends in (("before", before, [*inner.values(), *inner]), ("", encoder, []), ("after", after, [*inner.values(), *inner, "vitals/signs"])):
        if at:
            part = compose.add_prefix(part, f"vitals/{at}/")
        _append(whole.graph, part.graph, {f"vitals/{at}/{end.removeprefix('vitals/')}": end for end in ends} if at else inner)
        whole.functions.extend(part.functions)
    return whole


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


def assemble(fusion: Fusion) -> onnx.ModelProto:
    whole = copy.deepcopy(senses_graph())
    graph = whole.graph
    batch = graph.input[0].type.tensor_type.shape.dim[0].dim_param
    known = {one.name for one in graph.input}
    domains = {one.domain: one.version for one in whole.opset_import}
    for evidence in EVIDENCE:
        encoder = encoder_graph(evidence)
        if evidence is VITALS:
            encoder = with_signs(encoder)
        names = {f"{evidence.name}/{theirs}": ours for theirs, ours in evidence.inputs.items()}
        names |= {f"{evidence.name}/{output}": f"{evidence.name}_{output}" for output in evidence.outputs}
        for name, width in evidence.unknown.items():
            _add_unknown(graph, f"{evidence.name}/{name}", encoder, width)
        names[f"{evidence.name}/signs"] = "signs"
        for entry in encoder.graph.input:
            ours = names.get(entry.name)
            if ours is not None and ours not in known:
                known.add(ours)
                graph.input.append(_named(entry, ours, batch))
        _append(graph, encoder.graph, names)
        for one in encoder.opset_import:
            domains[one.domain] = max(one.version, domains.get(one.domain, 0))
        whole.functions.extend(encoder.functions)
    fused = compose.add_prefix(fusion_graph(fusion), "fusion/")
    names = {f"fusion/{name}": name for name in ["present", "profile", "roughness", "heard", *OUTPUTS]}
    graph.node.append(helper.make_node("Concat", [*heard_names()], ["heard"], axis=1))
    _append(graph, fused.graph, names)
    whole.functions.extend(fused.functions)
    outputs = {one.name.removeprefix("fusion/"): one for one in fused.graph.output}
    present = next(entry for entry in graph.output if entry.name == "present")
    del graph.output[:]
    signs = helper.make_tensor_value_info("signs", onnx.TensorProto.FLOAT, [batch, SIGNS])
    graph.output.extend([present, signs, *(_named(outputs[name], name, batch) for name in OUTPUTS)])
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


def _append(graph: onnx.GraphProto, part: onnx.GraphProto, names: dict[str, str]) -> None:
    for step in part.node:
        for ends in (step.input, step.output):
            ends[:] = [names.get(end, end) for end in ends]
    graph.node.extend(part.node)
    graph.initializer.extend(part.initializer)


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
