"""Which seconds of a heart sound the answer of its encoder rests on: its pooling is done again without each, and what is behind that is a few small matrices."""
import numpy as np
import torch
from onnx import ModelProto, numpy_helper
from torch import nn
from torch.nn import functional as F

from ..heart_sound.recordings import RATE_HZ, WINDOW_S
from ..heart_sound.spectrogram import FRAME, HOP
from ..model_folder import export
from .evidence import PCG
from .graphs import join
from .tokens import logit

STEP_MS = 1000
#: frames of the spectrogram that the network makes one of, and the middle of the first of these
THINNED, MIDDLE = 8, 3.5
#: as training/heart_sound/network.py calls them
WEIGHTS = ("net.embed.weight", "net.embed.bias", "net.murmur.weight", "net.murmur.bias", "log_weights")


def seconds_of(frames: int) -> np.ndarray:
    """[frames, seconds]: 1 where the middle of a frame lies in the second."""
    middle = ((np.arange(frames) * THINNED + MIDDLE) * HOP + FRAME / 2) / RATE_HZ
    return (np.floor(middle)[:, None] == np.arange(WINDOW_S)).astype(np.float32)


class Seconds(nn.Module):
    """What is pooled [batch, 96, frames], its weights and which frames there are [batch, 1, frames], and the encoder's probabilities
    -> [batch, seconds]: what each second adds to the log-odds of a murmur.

    0 where there is nothing of the second, and where there is nothing else.
    """

    def __init__(self, weights: dict[str, np.ndarray], temperature: float, frames: int):
        super().__init__()
        for name, value in weights.items():
            self.register_buffer(name.replace(".", "_"), torch.tensor(value))
        self.temperature = temperature
        self.register_buffer("within", torch.tensor(seconds_of(frames)))

    def forward(self, pooled: torch.Tensor, weights: torch.Tensor, there: torch.Tensor, probabilities: torch.Tensor) -> torch.Tensor:
        # Not the whole less the second: where the second weighs nearly all, that would be rounding.
        without = 1 - self.within
        left = there @ without
        attended = ((pooled * weights) @ without) / (weights @ without).clamp_min(1e-6)
        mean = (pooled @ without) / left.clamp_min(1)
        both = torch.cat([attended, mean], 1).transpose(1, 2).flatten(0, 1)
        embedding = F.relu(F.linear(both, self.net_embed_weight, self.net_embed_bias))
        scores = F.linear(embedding, self.net_murmur_weight, self.net_murmur_bias)
        lacking = torch.softmax((scores - self.log_weights) / self.temperature, 1)[:, 0]
        apart = logit(probabilities[:, :1]) - logit(lacking).reshape(-1, WINDOW_S)
        counts = ((there @ self.within > 0) & (left > 0)).squeeze(1)
        return torch.where(counts, apart, torch.zeros_like(apart))


def with_seconds(encoder: ModelProto) -> ModelProto:
    """The encoder of heart sounds, and `seconds`; no weight of it lies in the graph twice."""
    mine = lambda name: f"{PCG.name}/{name}"
    graph = encoder.graph
    made = {output: node for node in graph.node for output in node.output}
    kept = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    # By their structure: an exporter's names of what lies between are of no meaning.
    attend = _only(node for node in graph.node if mine("net.attend.weight") in node.input)
    pooled = attend.input[0]
    strength = _only(node.output[0] for node in graph.node if node.op_type == "Exp")
    weighing = _only(node for node in graph.node if strength in node.input)
    there = _only(name for name in weighing.input if name != strength)
    tempered = made[made[mine("probabilities")].input[0]]
    if [weighing.op_type, tempered.op_type] != ["Mul", "Div"]:
        raise ValueError("the encoder of heart sounds does not pool as it did")
    _, width, frames = _shape(encoder, pooled)
    part = Seconds({name: kept[mine(name)] for name in WEIGHTS}, float(kept[tempered.input[1]]), frames)
    example = {
        "pooled_frames": torch.rand(2, width, frames), "frame_weights": torch.rand(2, 1, frames), "frames_there": torch.ones(2, 1, frames),
        "probabilities": torch.full((2, 3), 0.3),
    }  # fmt: skip
    names = {"pooled_frames": pooled, "frame_weights": weighing.output[0], "frames_there": there}
    exported = export(part, example, ["seconds"])
    names |= {name.replace(".", "_"): mine(name) for name in WEIGHTS}
    lost = set(names) - set(example) - {one.name for one in exported.graph.initializer}
    if lost:
        raise ValueError(f"the exporter keeps these by other names: {', '.join(sorted(lost))}")
    whole = ModelProto()
    whole.CopyFrom(encoder)
    join(whole, exported, PCG.name, names)
    return whole


def _shape(encoder: ModelProto, name: str) -> list[int]:
    return _only([dim.dim_value for dim in one.type.tensor_type.shape.dim] for one in encoder.graph.value_info if one.name == name)


def _only(found):
    (one,) = found
    return one
