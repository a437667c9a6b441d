"""The real recordings from which patients are composed: one table a kind of evidence, of whoever it is, with what is true of it.

Each is read as its own encoder's training reads it, in the form that a bedside's window has it.
"""
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..alarm_truth.records import RATE_HZ, read_alarms
from ..folds import fold_of
from ..heart_sound import recordings as heart_sounds
from ..notes_context import stays as noted
from ..notes_context.word_pieces import encode, read_vocabulary, tokenizer
from ..procedure_view.frames import NONE, TASKS, read_frames
from ..sepsis import stays as charted
from ..sepsis.histories import histories, static
from ..sepsis.stays import PERSON, VITALS

MODELS = Path(__file__).parents[2]
HOURS_PER_STAY = 2
#: A window at a bedside holds no more of a waveform than its own length.
WINDOW_S = 10
#: What a finding is: nobody knows, it is not there, it is there.
UNKNOWN, ABSENT, PRESENT = -1, 0, 1


@dataclass
class Recordings:
    """One kind of evidence; rows are recordings."""

    inputs: dict[str, np.ndarray]
    subject: np.ndarray
    #: UNKNOWN, ABSENT or PRESENT: the finding that a composed patient's outcome may go with
    finding: np.ndarray
    #: what is drawn evenly: procedures, of frames
    kind: np.ndarray
    #: 1 by default; how many of the data's rows a row stands for
    weight: np.ndarray

    @property
    def fold(self) -> np.ndarray:
        return np.array([fold_of(str(one)) for one in self.subject])


def of_vitals(data: Path, cache: Path, seed: int) -> tuple[Recordings, float]:
    """Hours of PhysioNet/CinC 2019 stays: two of each without sepsis, all labelled ones of the others; and the label's share of all hours."""
    stays = charted.load(data / "vitals" / "cinc2019_sepsis", cache)
    rng = np.random.default_rng(seed)
    plain = np.flatnonzero(~stays.septic[stays.stay_of_hour])
    plain = plain[rng.permutation(len(plain))]
    order = np.argsort(stays.stay_of_hour[plain], kind="stable")
    of_stay = stays.stay_of_hour[plain][order]
    nth = np.arange(len(order)) - np.searchsorted(of_stay, of_stay)
    chosen = np.sort(plain[order[nth < HOURS_PER_STAY]])
    ill = np.flatnonzero(stays.labels)
    hours = np.concatenate([chosen, ill])
    # A stay of many hours is met as often as it has hours.
    weight = np.concatenate([(stays.lengths[stays.stay_of_hour[chosen]] / HOURS_PER_STAY), np.ones(len(ill))])
    table = Recordings(
        {"hours": histories(stays, hours, VITALS), "static": static(stays, hours, PERSON)},
        stays.names[stays.stay_of_hour[hours]], stays.labels[hours].astype(int), np.full(len(hours), "hour"), weight,
    )  # fmt: skip
    return table, float(stays.labels.mean())


def of_waveforms(data: Path, cache: Path) -> Recordings:
    """Alarms of PhysioNet/CinC 2015, with the last seconds before them: is it true?"""
    alarms = read_alarms(data, cache)
    newest = np.zeros_like(alarms.mask)
    newest[:, :, -WINDOW_S * RATE_HZ :] = 1
    inputs = {"waveforms": alarms.waveforms * newest, "waveforms_mask": alarms.mask * newest, "alarm": alarms.alarm}
    return _table(inputs, alarms.records, alarms.true.astype(int))


def of_heart_sounds(data: Path, cache: Path) -> Recordings:
    """The first 10 s of CirCor recordings: was a murmur heard there?"""
    kept = [one for one in heart_sounds.load(data / "heart-sound", cache) if one.source == heart_sounds.CIRCOR]
    pcg, mask = (np.stack(part) for part in zip(*(tuple(part[0] for part in heart_sounds.windows(one.samples)) for one in kept)))
    finding = np.array([{0: PRESENT, 1: UNKNOWN, 2: ABSENT}[one.murmur] for one in kept])
    return _table({"pcg": pcg, "mask": mask}, [one.subject for one in kept], finding)


def of_frames(data: Path) -> Recordings:
    """Frames of procedures; only of ultrasound of the lung does the finding say something of how ill somebody is."""
    kept = [one for one in read_frames(data / "video") if one.label and one.procedure != NONE]
    ill = {"abnormal_lung": PRESENT, "normal_lung": ABSENT}
    finding = [ill[one.label] if one.procedure == TASKS["lung_abnormal"] else UNKNOWN for one in kept]
    table = _table({"frame": np.stack([one.pixels for one in kept])}, [one.subject for one in kept], np.array(finding))
    table.kind = np.array([one.procedure for one in kept])
    return table


def of_notes(data: Path) -> Recordings:
    """Stays of the eICU demo at 6, 12 and 24 h, as they were written about: did he die in hospital? Age and sex go with the vital signs."""
    rows = noted.read(data)
    of = tokenizer(read_vocabulary(MODELS / "notes-context" / "vocabulary.txt"))
    tokens = np.stack([encode(of, row.problems, row.notes) for row in rows])
    written = tokens.any(1)
    who, died = (np.array([getattr(row, name) for row in rows])[written] for name in ("subject", "died"))
    return _table({"tokens": tokens[written]}, who, died.astype(int))


def _table(inputs: dict[str, np.ndarray], subject, finding: np.ndarray) -> Recordings:
    return Recordings(inputs, np.array(subject), finding, np.full(len(subject), "any"), np.ones(len(subject)))
