"""What is learnt on top of the encoder: four linear scores, and the answers that are logistic in one or two of them.

Scores learn towards what happened, what APACHE IVa expected of the first day (hospital mortality; a label like any other, never an input), or the
middle of both: few died, and what is expected says more of who is ill. Answers are fitted to what happened alone, on scores of subjects whom those
scores were not trained on.
"""
from dataclasses import dataclass

import numpy as np
import torch
from scipy.sparse import csr_matrix, diags, hstack, vstack

from ..folds import FOLDS
from .bends import Bends
from .regression import fit
from .word_pieces import NOTES

SCORES = ("vitals", "vitals_and_context", "text", "words")
# What each answer is logistic in: scores, or the mean of two of them.
READ = ("text", "words")
ANSWERS = {
    "probabilities": (READ,),
    "with_vitals": (("vitals_and_context",), READ),
    "vitals": (("vitals",),),
    "vitals_and_context": (("vitals_and_context",),),
    "transformer": (("text",),),
    "transformer_with_vitals": (("vitals_and_context",), ("text",)),
    "bag_of_words": (("words",),),
    "bag_of_words_with_vitals": (("vitals_and_context",), ("words",)),
}
VITAL_BENDS, CONTEXT_BENDS = (0.1, 0.5, 0.9), (0.1, 0.25, 0.5, 0.75, 0.9)
PENALTY = {"vitals": 10.0, "context": 3.0, "text": 2.0, "words": 2.0}
# How much of a label is what APACHE IVa expected, where it did.
EXPECTED_SHARE = {"vitals": 0.5, "vitals_and_context": 0.5, "text": 1.0, "words": 1.0}
# How much a stay counts a second time without its text, so that no text is answered by age and sex.
SILENT_WEIGHT = 0.1


@dataclass
class Features:
    died: np.ndarray  # [rows] 0 or 1
    expected: np.ndarray  # [rows] NaN: not known
    fold: np.ndarray
    vitals: np.ndarray  # [rows, 44]
    context: np.ndarray  # [rows, 2]
    pooled: np.ndarray  # [rows, 128]
    counts: csr_matrix  # [rows, vocabulary]

    def __getitem__(self, keep: np.ndarray) -> "Features":
        return Features(*(part[keep] for part in vars(self).values()))

    def target(self, share: float) -> np.ndarray:
        return np.where(np.isnan(self.expected), self.died, share * np.nan_to_num(self.expected) + (1 - share) * self.died)


def counts_of(tokens: np.ndarray, vocabulary: int) -> csr_matrix:
    rows, places = np.nonzero(tokens > NOTES)
    return csr_matrix((np.ones(len(rows)), (rows, tokens[rows, places].astype(int))), shape=(len(tokens), vocabulary))


def weighed(counts: csr_matrix, rarity: np.ndarray) -> csr_matrix:
    """(1 + log count) x rarity, scaled to length one."""
    words = counts.copy()
    words.data = 1 + np.log(words.data)
    words = words @ diags(rarity)
    length = np.sqrt(np.asarray(words.multiply(words).sum(1)).ravel())
    return diags(1 / np.maximum(length, 1e-6)) @ words


class Heads:
    def __init__(self, features: Features) -> None:
        self.vital_bends = Bends.of(features.vitals, VITAL_BENDS)
        self.context_bends = Bends.of(features.context, CONTEXT_BENDS)
        seen = np.asarray((features.counts > 0).sum(0)).ravel()
        # A piece that fewer than five rows have is not listened to.
        self.rarity = np.where(seen >= 5, np.log((1 + len(features.died)) / (1 + seen)) + 1, 0)
        self.weights = {}
        inputs, silent = self.inputs(features), self.inputs(features, silent=True)
        persons = self.context_bends.count
        for name in SCORES:
            own, target, weight = inputs[name], features.target(EXPECTED_SHARE[name]), None
            if name in ("text", "words"):
                own = vstack([own, silent[name]]).tocsr() if name == "words" else np.concatenate([own, silent[name]])
                target, weight = np.tile(target, 2), np.repeat([1, SILENT_WEIGHT], len(target))
            penalty = np.full(own.shape[1], PENALTY["vitals" if name.startswith("vitals") else name])
            if name != "vitals":
                penalty[:persons] = PENALTY["context"]
            self.weights[name] = fit(own, target, penalty, weight)

    def inputs(self, features: Features, silent: bool = False) -> dict:
        """Age and sex first; silent: without their text."""
        bent = lambda bends, values: bends(torch.tensor(values)).numpy().astype(float)
        context, vitals = bent(self.context_bends, features.context), bent(self.vital_bends, features.vitals)
        told = 0.0 if silent else 1.0
        return {
            "vitals": vitals,
            "vitals_and_context": np.concatenate([context, vitals], 1),
            "text": np.concatenate([context, features.pooled * told], 1),
            "words": hstack([csr_matrix(context), weighed(features.counts, self.rarity) * told]).tocsr(),
        }

    def scores(self, features: Features) -> np.ndarray:
        """[rows, 4]"""
        inputs = self.inputs(features)
        return np.stack([inputs[name] @ self.weights[name][0] + self.weights[name][1] for name in SCORES], 1)


def unseen_scores(features: Features) -> np.ndarray:
    """Each subject's scores by heads that were trained on the other folds."""
    scores = np.zeros((len(features.died), len(SCORES)))
    for fold in range(FOLDS):
        apart = features.fold == fold
        if apart.any():
            scores[apart] = Heads(features[~apart]).scores(features[apart])
    return scores


def fit_answers(scores: np.ndarray, died: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[scores, answers] and [answers]: the logit of each answer."""
    slopes, offsets = np.zeros((len(SCORES), len(ANSWERS))), np.zeros(len(ANSWERS))
    for column, means in enumerate(ANSWERS.values()):
        # [scores, means]: how much of each score is in each mean
        shares = np.array([[(name in names) / len(names) for names in means] for name in SCORES])
        slope, offsets[column] = fit(scores @ shares, died.astype(float), np.full(len(means), 1e-3))
        slopes[:, column] = shares @ slope
    return slopes, offsets
