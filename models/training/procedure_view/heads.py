"""What is answered from the features: three questions and the procedure, each a logistic regression on standardised features."""
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from .encoder import FEATURES, MIDDLE_CHANNELS
from .frames import LAPAROSCOPY, LARYNGOSCOPY, LUNG_ULTRASOUND, NONE, PROCEDURES

EVERYTHING = slice(0, FEATURES)
MIDDLE_MEANS = slice(0, MIDDLE_CHANNELS)
LAST = slice(2 * MIDDLE_CHANNELS, FEATURES)


@dataclass(frozen=True)
class Question:
    output: str
    procedure: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    reads: slice
    """which features; what and how strongly was chosen by subjects left out (README)"""
    strength: float
    """inverse of the penalty"""
    calibrated: bool
    """false where so few people were seen that their scores, left out, would shift the answers more than they mend them"""


QUESTIONS = (
    Question("view_state", LAPAROSCOPY, ("view_compromised", "out_of_body", "no_signal"), ("view_ok",), EVERYTHING, 0.01, True),
    Question("instrument", LARYNGOSCOPY, ("instrument",), ("no_instrument",), LAST, 0.01, True),
    Question("lung", LUNG_ULTRASOUND, ("abnormal_lung",), ("normal_lung",), MIDDLE_MEANS, 0.003, False),
)
PROCEDURE_STRENGTH = 0.003
CASES_PER_SUBJECT = 20


@dataclass(frozen=True)
class Linear:
    """logits = features @ weight + bias, of features as the encoder gives them"""

    weight: np.ndarray
    """[FEATURES, outputs]"""
    bias: np.ndarray
    """[outputs]"""

    def __call__(self, features: np.ndarray) -> np.ndarray:
        return features @ self.weight + self.bias


def fit_linear(features: np.ndarray, classes: np.ndarray, reads: slice, strength: float, weights: np.ndarray | None = None) -> Linear:
    """Classes that are rare count as much as those that are not. Two classes give one logit, of the second; more give one each."""
    part = features[:, reads]
    mean, spread = part.mean(0), part.std(0) + 1e-6
    model = LogisticRegression(C=strength, max_iter=3000, class_weight="balanced")
    model.fit((part - mean) / spread, classes, sample_weight=weights)
    weight = np.zeros((features.shape[1], len(model.coef_)))
    weight[reads] = (model.coef_ / spread).T
    return Linear(weight, model.intercept_ - model.coef_ @ (mean / spread))


def fit_question(question: Question, features: np.ndarray, labels: np.ndarray) -> Linear:
    asked = is_asked(question, labels)
    return fit_linear(features[asked], np.isin(labels[asked], question.positive), question.reads, question.strength)


def is_asked(question: Question, labels: np.ndarray) -> np.ndarray:
    return np.isin(labels, question.positive + question.negative)


def fit_procedure(features: np.ndarray, procedures: np.ndarray) -> Linear:
    classes = np.array([PROCEDURES.index(name) for name in procedures])
    return fit_linear(features, classes, EVERYTHING, PROCEDURE_STRENGTH)


@dataclass(frozen=True)
class Platt:
    """probability = logistic(slope · logit + offset) (Platt 1999)"""

    slope: float
    offset: float


def fit_platt(logits: np.ndarray, happened: np.ndarray, subjects: np.ndarray) -> Platt:
    """On logits of subjects that were left out. A subject's frames are alike and count as so many cases at most; a prior of ten cases
    keeps it near what the regression says."""
    count = {subject: np.sum(subjects == subject) for subject in set(subjects)}
    weight = np.array([min(1, CASES_PER_SUBJECT / count[subject]) for subject in subjects])

    def loss(at: np.ndarray) -> float:
        z = np.exp(at[0]) * logits + at[1]
        likelihood = (weight * np.logaddexp(0, np.where(happened, -z, z))).sum()
        return likelihood + 10 * (np.square(at[0]) + 0.1 * np.square(at[1])) / 2

    slope, offset = minimize(loss, np.zeros(2)).x
    return Platt(float(np.exp(slope)), float(offset))


def fit_temperature(logits: np.ndarray, classes: np.ndarray) -> float:
    """By which logits of subjects that were left out are divided for their softmax to be most likely (Guo 2017)."""
    loss = lambda log_t: -log_softmax(logits / np.exp(log_t), 1)[np.arange(len(classes)), classes].mean()
    return float(np.exp(minimize_scalar(loss, bounds=(-2, 2), method="bounded").x))
