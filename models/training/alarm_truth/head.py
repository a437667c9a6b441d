"""Behind the features: the network over the traces, and one probability of what it and the trees say."""
import torch
from torch import Tensor, nn

from .blend import EDGE, Blend
from .network import Network


class Head(nn.Module):
    def __init__(self, network: Network, usable_places: list[int], blend: Blend):
        super().__init__()
        self.network = network
        self.register_buffer("usable_places", torch.tensor(usable_places))
        constant = lambda values: torch.tensor(values, dtype=torch.float32)
        self.register_buffer("weights", constant(blend.weights)[:, None])
        self.register_buffer("offset", constant([blend.offset]))

    def forward(
        self, features: Tensor, traces: Tensor, alarm: Tensor, trees: Tensor, trees_swapped: Tensor, kind_trees: Tensor, kind_trees_swapped: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """trees: [batch, 1]; kind_trees: [batch, 5]; out: probabilities [batch, 2] of true and false, their logits, pooled [batch, 64]."""
        # Of a kind that is not known the answer is the mean of all kinds.
        known = alarm + (1 - alarm.sum(1, keepdim=True)).clamp_min(0) / alarm.shape[1]
        of_kind = ((kind_trees + kind_trees_swapped) / 2 * known).sum(1, keepdim=True)
        heard, pooled = self.network(traces, features.index_select(1, self.usable_places), alarm)
        members = torch.cat([(trees + trees_swapped) / 2, of_kind, torch.sigmoid(heard)], 1).clamp(EDGE, 1 - EDGE)
        logit = (torch.log(members) - torch.log(1 - members)) @ self.weights + self.offset
        logits = torch.cat([logit, -logit], 1) / 2
        return torch.softmax(logits, 1), logits, pooled
