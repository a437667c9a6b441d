"""The whole model as one ONNX graph: features, trees, transformer, calibration."""
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

from ..model_folder import export
from .combination import Combination
from .hour_features import HOURS, HourFeatures
from .network import WIDTH, ChannelTransformer
from .tree_graph import Forest

TREES_DOMAIN, TREES_VERSION = "ai.onnx.ml", 5
OUTPUTS = {"probabilities": 2, "margin": 1, "pooled": WIDTH}


class Learned(nn.Module):
    """`hours`, `static` -> features of the trees, log-odds of the network [batch, 1], its embedding.

    The network reads features of vital signs, age and sex, the first columns of both inputs, whatever else there is.
    """

    def __init__(self, front: HourFeatures, of_vitals: HourFeatures, net: ChannelTransformer):
        super().__init__()
        self.front, self.of_vitals, self.net = front, of_vitals, net
        self.same = front is of_vitals

    def forward(self, hours, static):
        features = self.front(hours, static)
        vitals, person = len(self.of_vitals.measured), len(self.of_vitals.static)
        heard = features if self.same else self.of_vitals(hours[:, :, :vitals], static[:, :person])
        embedding, logits = self.net(heard)
        return features, logits.mean(1, keepdim=True), embedding


def front_graph(front: HourFeatures) -> onnx.ModelProto:
    """Features alone: the trees are trained on what this graph says, not on what torch does."""
    return export(front, unknown(front), ["features"])


def unknown(front: HourFeatures, batch: int = 3) -> dict[str, torch.Tensor]:
    nan = float("nan")
    return {"hours": torch.full((batch, HOURS, len(front.measured)), nan), "static": torch.full((batch, len(front.static)), nan)}


def build(
    front: HourFeatures, of_vitals: HourFeatures, net: ChannelTransformer, forest: Forest, combination: Combination
) -> onnx.ModelProto:
    model = export(Learned(front, of_vitals, net), unknown(front), ["features", "network_log_odds", "pooled"])
    graph = model.graph
    numbers = {
        "of_trees": combination.trees,
        "of_network": combination.network,
        "constant": combination.constant + combination.trees * forest.constant,
        "threshold": combination.threshold,
        "one": 1.0,
    }
    for name, value in numbers.items():
        graph.initializer.append(helper.make_tensor(f"sepsis_{name}", TensorProto.FLOAT, [], [value]))
    graph.node.extend([
        forest.node("features", "tree_log_odds"),
        helper.make_node("Mul", ["tree_log_odds", "sepsis_of_trees"], ["from_trees"]),
        helper.make_node("Mul", ["network_log_odds", "sepsis_of_network"], ["from_network"]),
        helper.make_node("Add", ["from_trees", "from_network"], ["from_both"]),
        helper.make_node("Add", ["from_both", "sepsis_constant"], ["log_odds"]),
        helper.make_node("Sub", ["log_odds", "sepsis_threshold"], ["margin"]),
        helper.make_node("Sigmoid", ["log_odds"], ["sepsis"]),
        helper.make_node("Sub", ["sepsis_one", "sepsis"], ["no_sepsis"]),
        helper.make_node("Concat", ["sepsis", "no_sepsis"], ["probabilities"], axis=1),
    ])  # fmt: skip
    batch = graph.input[0].type.tensor_type.shape.dim[0].dim_param
    del graph.output[:]
    graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, size]) for name, size in OUTPUTS.items())
    model.opset_import.append(helper.make_opsetid(TREES_DOMAIN, TREES_VERSION))
    return model
