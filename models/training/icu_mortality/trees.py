"""Gradient-boosted trees, grown by LightGBM on the features, and the same trees as tensors so that they are part of the graph.

A tree is at most four decisions deep, so each is laid out as a complete one: 15 decisions and 16 leaves, a thirtieth of the bytes of a
TreeEnsembleRegressor of the ONNX-ML domain.
"""
import lightgbm
import numpy as np
import torch

DEPTH = 4
DECISIONS, LEAVES = 2**DEPTH - 1, 2**DEPTH
COMMON = dict(
    verbosity=-1, num_threads=1, deterministic=True, force_row_wise=True, num_leaves=8, max_depth=DEPTH, min_data_in_leaf=40,
    bagging_fraction=0.7, bagging_freq=1, lambda_l2=10,
)  # fmt: skip


def grow(features: np.ndarray, label: np.ndarray, params: dict, rounds: int, seed: int) -> lightgbm.Booster:
    return lightgbm.train({**COMMON, **params, "seed": seed}, lightgbm.Dataset(features, label), rounds)


class Trees(torch.nn.Module):
    """[batch, features] to [batch]: the mean of the raw scores of boosters; NaN goes the way LightGBM learned for it."""

    def __init__(self, boosters: list[lightgbm.Booster]) -> None:
        super().__init__()
        laid = [lay_out(tree["tree_structure"]) for booster in boosters for tree in booster.dump_model()["tree_info"]]
        feature, threshold, nan_goes_right, leaf = (np.stack(parts) for parts in zip(*laid))
        self.count = len(laid)
        self.register_buffer("feature", torch.tensor(feature.ravel(), dtype=torch.int16))
        self.register_buffer("threshold", torch.tensor(threshold.ravel()))
        self.register_buffer("nan_goes_right", torch.tensor(nan_goes_right.ravel()))
        self.register_buffer("leaf", torch.tensor((leaf / len(boosters)).astype(np.float32).ravel()))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        x = torch.index_select(features, 1, self.feature.long())
        right = (x > self.threshold) | (torch.isnan(x) & self.nan_goes_right)
        right = right.to(torch.int64).reshape(-1, self.count, DECISIONS)
        at = right[:, :, :1] + 1
        for _ in range(DEPTH - 1):
            at = 2 * at + 1 + torch.gather(right, 2, at)
        leaf = at[:, :, 0] - DECISIONS + LEAVES * torch.arange(self.count)
        return torch.take(self.leaf, leaf).sum(1)


def lay_out(root: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, thresholds and where NaN goes, [15], in the order of a heap; leaves [16] from left to right."""
    feature, threshold = np.zeros(DECISIONS, np.int64), np.full(DECISIONS, np.inf, np.float32)
    nan_goes_right, leaf = np.zeros(DECISIONS, bool), np.zeros(LEAVES)

    def place(node: dict, at: int, depth: int) -> None:
        if "leaf_value" in node:
            width = 2 ** (DEPTH - depth)
            first = (at + 1) * width - LEAVES
            leaf[first : first + width] = node["leaf_value"]
            return
        feature[at] = node["split_feature"]
        threshold[at] = below(node["threshold"])
        # Without a NaN in training LightGBM reads one as 0.
        nan_goes_right[at] = not node["default_left"] if node["missing_type"] == "NaN" else not 0 <= node["threshold"]
        place(node["left_child"], 2 * at + 1, depth + 1)
        place(node["right_child"], 2 * at + 2, depth + 1)

    place(root, 0, 0)
    return feature, threshold, nan_goes_right, leaf


def below(threshold: float) -> np.float32:
    """The largest single that is not above: singles are on the same side of it as of the double."""
    single = np.float32(min(threshold, 3e38))
    return single if float(single) <= threshold else np.nextafter(single, np.float32(-np.inf))
