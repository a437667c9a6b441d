"""Early, late and hybrid fusion. Each is many small networks (replicas), trained on patients composed from other subjects, that answer together.

Each gets for every replica: tokens [replicas, batch, evidence, TOKEN], found and trusted [replicas, batch, evidence], and taken
[subsets, batch, evidence], 1 for what may be used; and says what that adds to the log-odds of the base rate, [replicas, subsets, batch].
Nothing taken adds exactly nothing.
"""
import torch
from torch import nn

from .evidence import EVIDENCE
from .reliability import Reliability
from .tokens import DIRECTIONS, FACTS

TOKEN = max(FACTS.values()) + DIRECTIONS
HIDDEN, WIDTH = 24, 12
#: the most that early fusion, and that the hybrid's attention, adds to the log-odds or takes from them
EARLY_MOST, ATTENTION_MOST = 6.0, 1.0


def spread(replicas: int, *shape: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(replicas, *shape) / shape[0] ** 0.5)


def bounded(value: torch.Tensor, most: float) -> torch.Tensor:
    return most * torch.tanh(value / most)


def told(tokens: torch.Tensor) -> torch.Tensor:
    """[replicas, batch, evidence, TOKEN] -> [replicas, evidence, batch, TOKEN + 1], the last one 1."""
    return torch.cat([tokens, torch.ones_like(tokens[..., :1])], 3).transpose(1, 2)


def added_up(taken: torch.Tensor, each: torch.Tensor) -> torch.Tensor:
    """[subsets, batch, evidence], [replicas, evidence, batch, size] -> [replicas, subsets, batch, size]"""
    return sum(taken[None, :, :, index, None] * each[:, None, index] for index in range(len(EVIDENCE)))


class Late(nn.Module):
    """Log-odds of each kind of evidence, added."""

    def __init__(self, replicas: int, reliability: Reliability):
        super().__init__()
        self.reliability = reliability

    def forward(self, tokens, found, trusted, taken):
        added = self.reliability(found, trusted)
        return (added[:, None] * taken[None]).sum(3)


class Early(nn.Module):
    """One network over the tokens of all kinds side by side; what is not taken is zeros, and says so."""

    def __init__(self, replicas: int, _: Reliability):
        super().__init__()
        self.into = spread(replicas, len(EVIDENCE), TOKEN + 1, HIDDEN)
        self.into.data /= TOKEN**0.5
        self.bias = nn.Parameter(torch.zeros(replicas, HIDDEN))
        self.between, self.between_bias = spread(replicas, HIDDEN, HIDDEN), nn.Parameter(torch.zeros(replicas, HIDDEN))
        self.out = spread(replicas, HIDDEN, 1)

    def network(self, inner: torch.Tensor) -> torch.Tensor:
        """[replicas, rows, HIDDEN] -> [replicas, rows]"""
        hidden = torch.relu(inner + self.bias[:, None])
        hidden = torch.relu(hidden @ self.between + self.between_bias[:, None])
        return (hidden @ self.out)[:, :, 0]

    def forward(self, tokens, found, trusted, taken):
        # What a token puts into the first layer is the same in every subset.
        each = told(tokens) @ self.into
        inner = added_up(taken, each)
        replicas, subsets, batch, _ = inner.shape
        added = self.network(inner.reshape(replicas, subsets * batch, HIDDEN)).reshape(replicas, subsets, batch)
        nothing = self.network(torch.zeros_like(inner[:, 0, :1]))
        return bounded(added - nothing[:, None], EARLY_MOST)


class Hybrid(nn.Module):
    """Late fusion, and what a question to all tokens at once (cross-attention) corrects of it."""

    def __init__(self, replicas: int, reliability: Reliability):
        super().__init__()
        self.reliability = reliability
        self.key, self.value = (spread(replicas, len(EVIDENCE), TOKEN + 1, WIDTH) for _ in range(2))
        for part in (self.key, self.value):
            part.data /= TOKEN**0.5
        self.question = spread(replicas, 1, WIDTH)
        self.between, self.between_bias = spread(replicas, WIDTH, WIDTH), nn.Parameter(torch.zeros(replicas, WIDTH))
        self.out = nn.Parameter(torch.zeros(replicas, WIDTH, 1))

    def forward(self, tokens, found, trusted, taken):
        added = (self.reliability(found, trusted)[:, None] * taken[None]).sum(3)
        keys, values = (told(tokens) @ part for part in (self.key, self.value))
        weight = torch.exp(((keys * self.question[:, None]).sum(3, keepdim=True) / WIDTH**0.5).clamp(-8, 8))
        # The question may be answered by nobody: a weight of one that brings nothing.
        answer = added_up(taken, weight * values) / (1 + added_up(taken, weight))
        replicas, subsets, batch, _ = answer.shape
        hidden = torch.tanh(answer.reshape(replicas, subsets * batch, WIDTH) @ self.between + self.between_bias[:, None])
        nothing = torch.tanh(self.between_bias)[:, None]
        corrected = ((hidden - nothing) @ self.out).reshape(replicas, subsets, batch)
        return added + bounded(corrected, ATTENTION_MOST)


HEADS = {"early": Early, "late": Late, "hybrid": Hybrid}
