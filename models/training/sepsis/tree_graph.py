"""LightGBM's trees as one ONNX node that answers as they do, unknown values included."""
import numpy as np
import onnx
from onnx import helper, numpy_helper

from .trees import Trees

LESS_OR_EQUAL = 0


class Forest:
    """The trees of several boosters, each booster's sum weighed alike, in the arrays of ai.onnx.ml's TreeEnsemble (version 5)."""

    def __init__(self, bags: list[Trees]):
        self.share = 1 / len(bags)
        self.roots, self.feature, self.split, self.unknown_left = [], [], [], []
        self.left, self.left_is_leaf, self.right, self.right_is_leaf = [], [], [], []
        self.leaves: list[float] = []
        self.constant = 0.0
        for bag in bags:
            for tree in bag.booster.dump_model()["tree_info"]:
                root = tree["tree_structure"]
                if "leaf_value" in root:
                    self.constant += root["leaf_value"] * self.share
                else:
                    self.roots.append(self._add(root, bag.columns))

    def _add(self, node: dict, columns: np.ndarray) -> int:
        """`columns`: which feature of the graph each of the booster's is."""
        index = len(self.feature)
        if node["decision_type"] != "<=" or node["missing_type"] not in ("None", "NaN"):
            raise ValueError(f"a split of another kind: {node['decision_type']}, {node['missing_type']}")
        self.feature.append(int(columns[node["split_feature"]]))
        self.split.append(_below(node["threshold"]))
        # Where no value was unknown in training, LightGBM takes an unknown one for zero.
        unknown_left = node["default_left"] if node["missing_type"] == "NaN" else node["threshold"] >= 0
        self.unknown_left.append(int(unknown_left))
        for side, is_leaf in ((self.left, self.left_is_leaf), (self.right, self.right_is_leaf)):
            side.append(0), is_leaf.append(0)
        children = ((self.left, self.left_is_leaf, "left_child"), (self.right, self.right_is_leaf, "right_child"))
        for side, is_leaf, name in children:
            child = node[name]
            is_leaf[index] = int("leaf_value" in child)
            side[index] = self._leaf(child["leaf_value"]) if is_leaf[index] else self._add(child, columns)
        return index

    def _leaf(self, value: float) -> int:
        self.leaves.append(value * self.share)
        return len(self.leaves) - 1

    def node(self, features: str, output: str) -> onnx.NodeProto:
        """[batch, features] -> raw score [batch, 1], without `constant`."""
        return helper.make_node(
            "TreeEnsemble", [features], [output], domain="ai.onnx.ml", aggregate_function=1, post_transform=0, n_targets=1,
            tree_roots=self.roots, nodes_featureids=self.feature,
            nodes_splits=_tensor("splits", self.split, np.float32),
            nodes_modes=_tensor("modes", [LESS_OR_EQUAL] * len(self.split), np.uint8),
            nodes_missing_value_tracks_true=self.unknown_left,
            nodes_truenodeids=self.left, nodes_trueleafs=self.left_is_leaf,
            nodes_falsenodeids=self.right, nodes_falseleafs=self.right_is_leaf,
            leaf_targetids=[0] * len(self.leaves), leaf_weights=_tensor("leaves", self.leaves, np.float32),
        )  # fmt: skip


def _below(threshold: float) -> float:
    """The largest float32 that is not above: every float32 falls on the same side of it as of the threshold."""
    with np.errstate(over="ignore"):
        near = np.float32(threshold)
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))


def _tensor(name: str, values: list, dtype) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(values, dtype), name)
