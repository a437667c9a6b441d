"""What one model file is made of, and how it is fitted so that its calibration rests on subjects that its parts had not seen."""
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ..folds import FOLDS
from .frames import PROCEDURES
from .heads import QUESTIONS, Linear, Platt, Question, fit_platt, fit_procedure, fit_question, fit_temperature, is_asked
from .strangeness import KNOWN, Surroundings, fit_limits, fit_surroundings


@dataclass(frozen=True)
class Known:
    """Frames in rows."""

    features: np.ndarray
    labels: np.ndarray
    procedures: np.ndarray
    subjects: np.ndarray
    folds: np.ndarray

    def without(self, folds: Iterable[int]) -> "Known":
        return self._part(~np.isin(self.folds, list(folds)))

    def only(self, fold: int) -> "Known":
        return self._part(self.folds == fold)

    def _part(self, rows: np.ndarray) -> "Known":
        return Known(self.features[rows], self.labels[rows], self.procedures[rows], self.subjects[rows], self.folds[rows])


@dataclass(frozen=True)
class Scores:
    """Logits of every question by its output, logits of the procedure, distances."""

    questions: dict[str, np.ndarray]
    procedure: np.ndarray
    distances: np.ndarray


@dataclass(frozen=True)
class Uncalibrated:
    questions: dict[str, Linear]
    procedure: Linear
    surroundings: Surroundings

    def scores(self, features: np.ndarray) -> Scores:
        questions = {name: head(features)[:, 0] for name, head in self.questions.items()}
        return Scores(questions, self.procedure(features), self.surroundings.distances(features))


@dataclass(frozen=True)
class Fitted:
    parts: Uncalibrated
    platt: dict[str, Platt]
    temperature: float
    limits: np.ndarray
    """[KNOWN]"""


def fit_parts(known: Known) -> Uncalibrated:
    questions = {question.output: fit_question(question, known.features, known.labels) for question in QUESTIONS}
    surroundings = fit_surroundings(known.features, known.procedures, known.subjects)
    return Uncalibrated(questions, fit_procedure(known.features, known.procedures), surroundings)


def fit(known: Known, held_out: int | None) -> Fitted:
    """Without a fold, or with all. Each of the other folds is scored by parts fitted without both; on those scores the calibration is fitted."""
    away = [] if held_out is None else [held_out]
    scored: list[tuple[Known, Scores]] = []
    for fold in range(FOLDS):
        part = known.only(fold)
        if fold not in away and len(part.labels) > 0:
            scored.append((part, fit_parts(known.without([*away, fold])).scores(part.features)))
    platt = {question.output: _platt(question, scored) for question in QUESTIONS}
    procedures = np.concatenate([part.procedures for part, _ in scored])
    classes = np.array([PROCEDURES.index(name) for name in procedures])
    temperature = fit_temperature(np.concatenate([scores.procedure for _, scores in scored]), classes)
    limits = fit_limits(np.concatenate([scores.distances for _, scores in scored]), procedures)
    assert limits.shape == (len(KNOWN),)
    return Fitted(fit_parts(known.without(away)), platt, temperature, limits)


def _platt(question: Question, scored: list[tuple[Known, Scores]]) -> Platt:
    if not question.calibrated:
        return Platt(1.0, 0.0)
    asked = [is_asked(question, part.labels) for part, _ in scored]
    logits = np.concatenate([scores.questions[question.output][rows] for (_, scores), rows in zip(scored, asked)])
    labels = np.concatenate([part.labels[rows] for (part, _), rows in zip(scored, asked)])
    subjects = np.concatenate([part.subjects[rows] for (part, _), rows in zip(scored, asked)])
    return fit_platt(logits, np.isin(labels, question.positive), subjects)
