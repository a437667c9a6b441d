"""Child-level measures: the challenge's weighted accuracy, AUROC, and intervals by resampling children."""
import numpy as np
from sklearn.metrics import roc_auc_score

from recordings import CHALLENGE_WEIGHTS


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    return np.log((probabilities + 1e-3) / (1 - probabilities + 1e-3))


def softmax(scores: np.ndarray) -> np.ndarray:
    exps = np.exp(scores - scores.max(-1, keepdims=True))
    return exps / exps.sum(-1, keepdims=True)


def by_child(rows: list[dict], scores: np.ndarray, how: str = "blend") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(class, probabilities [n, 3], subject) by visit of a child, from the scores of its recordings.

    `blend`: midway between the loudest and the mean log-odds, since a murmur is heard at one site and not at all of them.
    """
    visits = {}
    for index, row in enumerate(rows):
        visits.setdefault(row["visit"], []).append(index)
    classes, out, subjects = [], [], []
    odds = log_odds(softmax(scores))
    for indices in visits.values():
        mean, most = odds[indices].mean(0), odds[indices].max(0)
        value = {"mean": mean, "max": most, "blend": (mean + most) / 2}[how]
        p = 1 / (1 + np.exp(-value))
        out.append(p / p.sum())
        classes.append(rows[indices[0]]["child_class"])
        subjects.append(rows[indices[0]]["child"])
    return np.array(classes), np.array(out), np.array(subjects)


def weighted_accuracy(classes: np.ndarray, decided: np.ndarray) -> float:
    weights = CHALLENGE_WEIGHTS[classes]
    return float((weights * (classes == decided)).sum() / weights.sum())


def present_absent_auroc(classes: np.ndarray, probabilities: np.ndarray) -> float:
    known = classes != 1
    return float(roc_auc_score(classes[known] == 0, probabilities[known, 0]))


def decide(probabilities: np.ndarray, costs: tuple[float, float]) -> np.ndarray:
    return np.argmax(probabilities * [costs[0], costs[1], 1], 1)


def choose_costs(classes: np.ndarray, probabilities: np.ndarray) -> tuple[float, float]:
    """Multipliers of present and unknown; the centre of the settings within 0.004 of the best, since the best alone is luck."""
    grid = np.geomspace(0.25, 32, 29)
    tried = [(weighted_accuracy(classes, decide(probabilities, (a, b))), a, b) for a in grid for b in grid]
    best = max(t[0] for t in tried)
    top = [t for t in tried if t[0] >= best - 0.004]
    return tuple(float(np.exp(np.mean([np.log(t[i]) for t in top]))) for i in (1, 2))


def interval(measure, subjects: np.ndarray, times: int = 2000, seed: int = 0) -> list[float]:
    """95 % percentile interval of measure(indices), resampling children with all their visits."""
    rng = np.random.default_rng(seed)
    names, inverse = np.unique(subjects, return_inverse=True)
    groups = [np.flatnonzero(inverse == i) for i in range(len(names))]
    values = []
    for _ in range(times):
        drawn = np.concatenate([groups[i] for i in rng.integers(0, len(names), len(names))])
        try:
            values.append(measure(drawn))
        except ValueError:
            continue
    values = np.array(values)
    values = values[np.isfinite(values)]
    return [float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))]
