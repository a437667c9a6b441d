"""The few numbers that turn scores into probabilities and decisions, each from scores of recordings that the scoring network had not heard."""
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from .children import child_probabilities, choose_costs, softmax
from .recordings import CHALLENGE_WEIGHTS, Recording

LOG_WEIGHTS = np.log(CHALLENGE_WEIGHTS)


@dataclass
class Scores:
    """Of the windows of a recording: murmur [windows, 3] and abnormal [windows], as the network gives them."""

    murmur: np.ndarray
    abnormal: np.ndarray


Scored = list[tuple[Recording, Scores]]


def temperature_of(scored: Scored) -> float:
    """By the likelihood of the windows of children."""
    logits = np.concatenate([scores.murmur - LOG_WEIGHTS for _, scores in scored])
    classes = np.concatenate([[recording.murmur] * len(scores.murmur) for recording, scores in scored])
    loss = lambda log_t: -np.log(softmax(logits / np.exp(log_t))[np.arange(len(classes)), classes] + 1e-12).mean()
    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))


def child_costs_of(scored: Scored, temperature: float) -> tuple[float, float]:
    """What present and unknown are multiplied with for the challenge's weighted accuracy by visit of a child."""
    visits: dict[str, list[tuple[Recording, Scores]]] = {}
    for recording, scores in scored:
        visits.setdefault(recording.visit, []).append((recording, scores))
    calibrated = lambda scores: ((scores.murmur - LOG_WEIGHTS) / temperature).mean(0)
    probabilities = np.array([child_probabilities(np.array([calibrated(s) for _, s in visit])) for visit in visits.values()])
    return choose_costs(np.array([visit[0][0].visit_murmur for visit in visits.values()]), probabilities)


@dataclass
class AbnormalLine:
    """Log odds of abnormal = slope x (abnormality - zero)."""

    slope: float
    zero: float


def abnormality(murmur, abnormal):
    """[..., 3] and [...] scores -> [...]. How far unknown is above absent counts too: what cannot be called is seldom a plain heart."""
    return abnormal + murmur[..., 1] - murmur[..., 2]


def abnormal_zero_of(children: Scored) -> float:
    """Where as many abnormal recordings of children lie below as normal ones above. Not where hospitals would have it: their normal
    recordings lie as far apart as normal from abnormal, and a zero from two of them is worse in the third."""
    of = lambda label: np.sort([_recording_score(scores) for recording, scores in children if recording.abnormal == label])
    normal, abnormal = of(0), of(1)
    at = np.sort(np.concatenate([normal, abnormal]))
    missed, alarmed = np.searchsorted(abnormal, at, "right") / len(abnormal), 1 - np.searchsorted(normal, at, "right") / len(normal)
    return float(at[np.argmin(np.abs(missed - alarmed))])


def abnormal_line_of(children: Scored, hospitals: Scored) -> AbnormalLine:
    """The slope is the likeliest for recordings of hospitals, hospitals and classes counted the same."""
    zero = abnormal_zero_of(children)
    x = np.array([_recording_score(scores) for _, scores in hospitals])
    cells = np.array([(recording.source, recording.abnormal) for recording, _ in hospitals], dtype=object)
    of = lambda hospital, label: (cells[:, 0] == hospital) & (cells[:, 1] == label)
    names = sorted(set(cells[:, 0]))
    loss = lambda slope: np.mean([np.logaddexp(0, (1 - 2 * label) * slope * (x[of(h, label)] - zero)).mean() for h in names for label in (0, 1)])
    # Above 0: a hospital whose labels go against the score must not turn it round.
    return AbnormalLine(float(minimize_scalar(loss, bounds=(0.1, 2), method="bounded").x), zero)


def _recording_score(scores: Scores) -> float:
    return float(abnormality(scores.murmur, scores.abnormal).mean())
