"""Training of the replicas: each on patients composed from a bootstrap of the subjects, anew at every step, with evidence left out at random."""
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from ..folds import FOLDS
from .composition import Pool, bootstrap, compose, pools_of
from .encoders import Heard
from .evidence import EVIDENCE
from .heads import HEADS, TOKEN
from .recordings import ABSENT, PRESENT, Recordings
from .reliability import Reliability
from .tokens import align, facts, finding

REPLICAS, BATCH = 16, 256
STEPS = {"late": 250, "early": 700, "hybrid": 500}
RATE, DECAY = {"late": 0.1, "early": 0.01, "hybrid": 0.01}, {"late": 0.0, "early": 3e-3, "hybrid": 3e-3}
#: of composed patients who deteriorate. More than in truth, so that there are enough; not half, so that those who do not count as they should
ILL = 0.2
WHOLE = 0.3  # of the patients keep all evidence; of the others each kind is kept as often as not


@dataclass
class Told:
    """Of one kind of evidence, by recording: token [TOKEN], found, trusted."""

    token: np.ndarray
    found: np.ndarray
    trusted: np.ndarray


def told_of(evidence, heard: Heard) -> tuple[Told, dict[str, np.ndarray], dict]:
    """As by files that had not heard the recording; the scale of facts; the alignments."""
    unheard = {name: torch.tensor(value) for name, value in heard.unheard().items()}
    alignments = align(heard)
    said = facts(evidence, unheard).numpy().astype(float)
    centre, size = said.mean(0), said.std(0) + 1e-3
    placed = np.zeros((len(heard.fold), alignments[None].bias.size))
    for fold in range(FOLDS):
        own = heard.fold == fold
        placed[own] = alignments[fold].place(heard.by_file[fold]["pooled"][own])
    token = np.zeros((len(heard.fold), TOKEN), np.float32)
    token[:, : said.shape[1]] = (said - centre) / size
    token[:, TOKEN - placed.shape[1] :] = placed.clip(-4, 4)
    found, trusted = (part.numpy().astype(np.float32) for part in finding(evidence, unheard))
    return Told(token, found, trusted), {"centre": centre, "size": size}, alignments


def gathered(told: dict[str, Told], rows: dict[str, np.ndarray]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """[..., evidence, TOKEN], [..., evidence], [..., evidence]"""
    pick = lambda field: torch.tensor(np.stack([getattr(told[one.name], field)[rows[one.name]] for one in EVIDENCE], rows[EVIDENCE[0].name].ndim))
    return pick("token"), pick("found"), pick("trusted")


def lines_of(tables: dict[str, Recordings], told: dict[str, Told], folds: list[int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """[REPLICAS, 2, evidence] slopes and offsets of bootstraps of the subjects, and [evidence] how often the findings are there."""
    lines, often = np.zeros((REPLICAS, 2, len(EVIDENCE))), np.zeros(len(EVIDENCE))
    for index, one in enumerate(EVIDENCE):
        table = tables[one.name]
        known = np.isin(table.finding, (ABSENT, PRESENT)) & np.isin(table.fold, folds)
        there, found, weight = table.finding[known] == PRESENT, told[one.name].found[known].astype(float), table.weight[known]
        often[index] = np.average(there, weights=weight)
        names, who = np.unique(table.subject[known], return_inverse=True)
        for replica in range(REPLICAS):
            lines[replica, :, index] = platt(found, there, weight * bootstrap(len(names), rng)[who], len(names))
    return lines, often


def platt(found: np.ndarray, there: np.ndarray, weight: np.ndarray, subjects: int) -> np.ndarray:
    """Slope and offset by Newton's method (Platt 1999). The slope is held to 1 by as much as two subjects know: few subjects may not stretch it."""
    weight = weight / weight.sum() * subjects
    line = np.array([1.0, 0.0])
    x = np.stack([found, np.ones_like(found)], 1)
    for _ in range(30):
        p = 1 / (1 + np.exp(-(x @ line)))
        slope = x.T @ (weight * (p - there)) + [2 * (line[0] - 1), 0]
        line = line - np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + np.diag([2, 1e-6]), slope)
    return line


def fit(kind: str, tables: dict[str, Recordings], told: dict[str, Told], folds: list[int], seed: int) -> nn.Module:
    """On subjects of these folds. The log-odds of ILL are what nothing adds to; the base rate of the ward takes their place afterwards."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    if kind == "hybrid":
        # What each kind says by itself stays as late fusion has it; only what they say together is learnt.
        reliability = fit("late", tables, told, folds, seed).reliability.requires_grad_(False)
    else:
        reliability = Reliability(REPLICAS, *lines_of(tables, told, folds, rng))
    head = HEADS[kind](REPLICAS, reliability)
    pools: list[dict[str, Pool]] = [pools_of(tables, folds, rng) for _ in range(REPLICAS)]
    learnt = [part for part in head.parameters() if part.requires_grad]
    optimiser = torch.optim.AdamW(learnt, lr=RATE[kind], weight_decay=DECAY[kind])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE[kind], total_steps=STEPS[kind])
    without = float(np.log(ILL / (1 - ILL)))
    for _ in range(STEPS[kind]):
        outcome = (rng.random((REPLICAS, BATCH)) < ILL).astype(int)
        drawn = [compose(pool, outcome[index], rng) for index, pool in enumerate(pools)]
        rows = {one.name: np.stack([part[one.name] for part in drawn]) for one in EVIDENCE}
        kept = (rng.random((1, BATCH, len(EVIDENCE))) < 0.5) | (rng.random((1, BATCH, 1)) < WHOLE)
        added = head(*gathered(told, rows), torch.tensor(kept, dtype=torch.float32))[:, 0]
        loss = nn.functional.binary_cross_entropy_with_logits(added + without, torch.tensor(outcome, dtype=torch.float32))
        optimiser.zero_grad()
        # Each replica by its own loss.
        (loss * REPLICAS).backward()
        optimiser.step()
        schedule.step()
    return head.eval()
