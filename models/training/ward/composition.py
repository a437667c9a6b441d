"""Patients that nobody was: put together from recordings of different real patients, each kind of evidence drawn by what the outcome makes likely.

No public set has all kinds of evidence of one patient. A composed patient has an hour of a real stay with its real label (PhysioNet 2019).
To it come recordings of others, whose finding is drawn with the odds of COUPLING and then found among the recordings. Those odds are ASSUMED:
they were written down here and learnt from no data. So a composed patient can show that fusion weighs, misses and gates evidence as it
should; it cannot show that the evidence helps a real patient.
"""
import numpy as np

from .evidence import EVIDENCE, NOTES, PCG, VIDEO, VITALS, WAVEFORMS
from .recordings import ABSENT, PRESENT, UNKNOWN, Recordings

#: How often the finding is there in who does not deteriorate, and in who does. Odds ratios 3, 1.5, 4 and 4.
COUPLING = {WAVEFORMS.name: (0.35, 0.62), PCG.name: (0.17, 0.235), VIDEO.name: (0.30, 0.63), NOTES.name: (0.08, 0.26)}

ILL_ODDS_NOTE = "Vital signs go with the outcome as they did in the stays; frames that are no ultrasound of the lung, and unjudged heart sounds, go with any."


class Pool:
    """Recordings of one kind, of some subjects, to draw from."""

    def __init__(self, recordings: Recordings, of_subjects: np.ndarray, each: np.ndarray):
        """of_subjects: which rows may be drawn; each: how often each row's subject is there (a bootstrap)."""
        weight = recordings.weight * each * of_subjects
        self.kinds = sorted(set(recordings.kind))
        self.of: dict[tuple[str, int], tuple[np.ndarray, np.ndarray]] = {}
        for kind in self.kinds:
            for finding in (UNKNOWN, ABSENT, PRESENT):
                rows = np.flatnonzero((recordings.kind == kind) & (recordings.finding == finding) & (weight > 0))
                if len(rows):
                    self.of[kind, finding] = rows, np.cumsum(weight[rows]) / weight[rows].sum()
        #: by kind, the share of its recordings whose finding nobody knows
        self.unknown = {kind: float(_share(weight[recordings.kind == kind], recordings.finding[recordings.kind == kind] == UNKNOWN)) for kind in self.kinds}

    def draw(self, findings: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """A row for each finding, of kinds evenly. Where a kind has no recording with that finding, one of a kind that says nothing of it."""
        out = np.empty(len(findings), int)
        for finding in (ABSENT, PRESENT):
            able = [kind for kind in self.kinds if (kind, finding) in self.of or self.unknown[kind] == 1]
            here = np.flatnonzero(findings == finding)
            kinds = rng.integers(0, len(able), len(here))
            for index, kind in enumerate(able):
                of_kind = here[kinds == index]
                nobody_knows = rng.random(len(of_kind)) < self.unknown[kind]
                for chosen, key in ((of_kind[~nobody_knows], (kind, finding)), (of_kind[nobody_knows], (kind, UNKNOWN))):
                    if len(chosen):
                        rows, cumulative = self.of[key]
                        at = np.searchsorted(cumulative, rng.random(len(chosen)), "right")
                        out[chosen] = rows[np.minimum(at, len(rows) - 1)]
        return out


def _share(weight: np.ndarray, of: np.ndarray) -> float:
    return weight[of].sum() / weight.sum() if weight.sum() > 0 else 0.0


def bootstrap(count: int, rng: np.random.Generator) -> np.ndarray:
    """How much each of so many subjects counts (Bayesian bootstrap, Rubin 1981): none ever not at all, and some kinds have few."""
    return rng.exponential(1.0, count)


def pools_of(tables: dict[str, Recordings], folds: list[int], rng: np.random.Generator | None) -> dict[str, Pool]:
    """Of subjects of these folds; rng: of a bootstrap of them."""
    out = {}
    for name, table in tables.items():
        names, who = np.unique(table.subject, return_inverse=True)
        each = np.ones(len(names)) if rng is None else bootstrap(len(names), rng)
        out[name] = Pool(table, np.isin(table.fold, folds), each[who])
    return out


def compose(pools: dict[str, Pool], outcome: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Rows of each table for patients with these outcomes (0 or 1)."""
    out = {VITALS.name: pools[VITALS.name].draw(outcome, rng)}
    for evidence in EVIDENCE:
        if evidence is not VITALS:
            likely = np.array(COUPLING[evidence.name])[outcome]
            out[evidence.name] = pools[evidence.name].draw((rng.random(len(outcome)) < likely).astype(int), rng)
    return out
