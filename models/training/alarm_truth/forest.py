"""Extremely randomised trees over the features, and the same trees as an ONNX operator."""
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import ExtraTreesClassifier

TREES = 110
LEAF = 4
SHARE = 0.3  # of the features that a split may choose from


@dataclass
class Forest:
    """For each target some trees; a target's answer is the mean over its trees of the share of true alarms in the leaf."""

    targets: list[ExtraTreesClassifier]
    #: where each feature stands when the two ECG leads change places
    swapped: np.ndarray

    def probability(self, features: np.ndarray) -> np.ndarray:
        """[n, targets]: the mean of both orders of the leads."""
        each = [[trees.predict_proba(given)[:, 1] for trees in self.targets] for given in (features, features[:, self.swapped])]
        return np.mean(each, 0).T

    @property
    def nodes(self) -> int:
        return sum(tree.tree_.node_count for trees in self.targets for tree in trees.estimators_)


def of_all_kinds(features: np.ndarray, alarm: np.ndarray, true: np.ndarray, swapped: np.ndarray, seed: int) -> Forest:
    """One target; the kind of alarm is among the features."""
    return Forest([_fit(features, true, swapped, seed)], swapped)


def of_each_kind(features: np.ndarray, alarm: np.ndarray, true: np.ndarray, swapped: np.ndarray, seed: int) -> Forest:
    """A target for each kind of alarm, grown on the alarms of that kind only."""
    kinds = [alarm[:, kind] > 0.5 for kind in range(alarm.shape[1])]
    return Forest([_fit(features[kind], true[kind], swapped, seed) for kind in kinds], swapped)


def _fit(features: np.ndarray, true: np.ndarray, swapped: np.ndarray, seed: int) -> ExtraTreesClassifier:
    """Every alarm twice, with the leads in either order: which lead a monitor shows first means nothing."""
    trees = ExtraTreesClassifier(TREES, max_features=SHARE, min_samples_leaf=LEAF, random_state=seed, n_jobs=1)
    return trees.fit(np.concatenate([features, features[:, swapped]]), np.concatenate([true, true]))


def swapped_places(names: list[str]) -> np.ndarray:
    place = {name: number for number, name in enumerate(names)}
    other = {"e1": "e2", "e2": "e1"}
    turned = lambda name: name if name.startswith("e1_e2") else "_".join(other.get(word, word) for word in name.split("_"))
    return np.array([place[turned(name)] for name in names])


def node(forest: Forest, features: str, output: str) -> onnx.NodeProto:
    """features [batch, n] to output [batch, targets]; ai.onnx.ml TreeEnsemble, which needs a third of the room of TreeEnsembleRegressor."""
    grown = Ensemble()
    for target, trees in enumerate(forest.targets):
        for estimator in trees.estimators_:
            grown.add(estimator.tree_, target, len(trees.estimators_))
    return grown.node(features, output, len(forest.targets))


class Ensemble:
    def __init__(self):
        self.roots, self.feature, self.split = [], [], []
        self.child: tuple[list[int], list[int]] = ([], [])  # below or at the split, above it: a node, or a leaf
        self.is_leaf: tuple[list[int], list[int]] = ([], [])
        self.target, self.weight = [], []

    def add(self, tree, target: int, count: int) -> None:
        share = tree.value[:, 0, 1] / tree.value[:, 0].sum(1) / count if tree.n_classes[0] > 1 else np.zeros(tree.node_count)
        inner = np.flatnonzero(tree.children_left >= 0)
        place = {old: len(self.feature) + number for number, old in enumerate(inner)}
        self.roots.append(len(self.feature))
        if len(inner) == 0:  # a tree of one leaf: both ways lead to it
            self._node(0, 0.0, [(0, share[0])] * 2, {}, target)
        for old in inner:
            children = [(child, share[child]) for child in (tree.children_left[old], tree.children_right[old])]
            self._node(int(tree.feature[old]), tree.threshold[old], children, place, target)

    def _node(self, feature: int, split: float, children: list[tuple[int, float]], place: dict[int, int], target: int) -> None:
        self.feature.append(feature)
        self.split.append(split)
        for side, (child, share) in enumerate(children):
            leaf = child not in place
            self.is_leaf[side].append(int(leaf))
            self.child[side].append(len(self.weight) if leaf else place[child])
            if leaf:
                self.target.append(target)
                self.weight.append(share)

    def node(self, features: str, output: str, targets: int) -> onnx.NodeProto:
        floats = lambda name, values: helper.make_tensor(name, TensorProto.FLOAT, [len(values)], np.array(values, "<f4").tobytes(), raw=True)
        modes = helper.make_tensor("modes", TensorProto.UINT8, [len(self.feature)], bytes(len(self.feature)), raw=True)  # 0: at most
        return helper.make_node(
            "TreeEnsemble", [features], [output], domain="ai.onnx.ml", n_targets=targets, aggregate_function=1, post_transform=0,
            tree_roots=self.roots, nodes_featureids=self.feature, nodes_splits=floats("splits", self.split), nodes_modes=modes,
            nodes_truenodeids=self.child[0], nodes_trueleafs=self.is_leaf[0], nodes_falsenodeids=self.child[1], nodes_falseleafs=self.is_leaf[1],
            leaf_targetids=self.target, leaf_weights=floats("weights", self.weight),
        )  # fmt: skip
