"""Heart sounds of two sets, decoded once: CirCor 2022 (murmur, by child) and PhysioNet/CinC 2016 (normal or abnormal, by hospital)."""
import csv
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from training.folds import fold_of

RATE_HZ = 1000
WINDOW_S, WINDOW_HOP_S = 10, 5
MURMUR = ("present", "unknown", "absent")
CHALLENGE_WEIGHTS = np.array([5.0, 3.0, 1.0])  # CirCor 2022, weighted accuracy of the murmur task
CIRCOR = "circor"
NONE = -1  # a label that a recording does not have


@dataclass
class Recording:
    name: str
    #: circor, or a hospital of 2016 with its device: a, b or e
    source: str
    #: who must not be on two sides of a split: a child, or the recording itself in 2016, which names nobody
    subject: str
    #: the challenge's patient: a campaign visit of a child; two visits of one child are one subject
    visit: str
    #: index in MURMUR of the visit, and of what was heard at this site; NONE in 2016
    visit_murmur: int
    murmur: int
    #: 1, 0 or NONE
    abnormal: int
    #: int16 at 1 kHz
    samples: np.ndarray

    @property
    def fold(self) -> int:
        return fold_of(self.subject)


def load(folder: Path, cache: Path) -> list[Recording]:
    """Every recording of a folder with manifest.csv and circor_reference_hr.csv, in the manifest's order."""
    rows = _table(folder / "manifest.csv")
    heard = {row["file"]: row["murmur_at_site"] for row in _table(folder / "circor_reference_hr.csv")}
    samples = _samples(folder, cache, rows)
    return [_recording(row, heard.get(row["file"]), samples[row["record"]]) for row in rows]


def _recording(row: dict, heard: str | None, samples: np.ndarray) -> Recording:
    name = row["record"]
    if row["source_set"] != CIRCOR:
        hospital = row["site"].removeprefix("training-")
        return Recording(name, hospital, name, name, NONE, NONE, int(row["label"] == "abnormal"), samples)
    visit_murmur = MURMUR.index(row["label"].removeprefix("murmur_"))
    # A murmur is heard at some sites of a child and not at others: a stretch is judged by what its own site had.
    murmur = 2 if visit_murmur == 0 and heard == "no" else visit_murmur
    # What a murmur is an instance of; a child without one may be ill in a way that cannot be heard.
    abnormal = {0: 1, 1: NONE, 2: 0 if row["outcome"] == "Normal" else NONE}[murmur]
    return Recording(name, CIRCOR, row["subject"], name.split("_")[0], visit_murmur, murmur, abnormal, samples)


def _table(file: Path) -> list[dict]:
    with open(file, newline="") as text:
        return list(csv.DictReader(text))


def _samples(folder: Path, cache: Path, rows: list[dict]):
    key = hashlib.sha256("".join(row["sha256"] for row in rows).encode()).hexdigest()[:16]
    cached = cache / f"heart-sounds-{key}.npz"
    if not cached.exists():
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(cached, **{row["record"]: _decoded(folder / row["file"]) for row in rows})
    return np.load(cached)


def _decoded(file: Path) -> np.ndarray:
    samples, rate_hz = soundfile.read(file, dtype="int16")
    if rate_hz != RATE_HZ:
        raise ValueError(f"{file.name} is at {rate_hz} Hz, not {RATE_HZ}")
    return samples


def windows(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the model hears of a recording: [n, 10000] stretches every 5 s and one at the end, and the mask of samples that exist."""
    size, hop = WINDOW_S * RATE_HZ, WINDOW_HOP_S * RATE_HZ
    starts = [0] if len(samples) <= size else [*range(0, len(samples) - size, hop), len(samples) - size]
    pcg, mask = (np.zeros((len(starts), size), np.float32) for _ in range(2))
    for index, start in enumerate(starts):
        part = samples[start : start + size]
        pcg[index, : len(part)] = part / 32768.0
        mask[index, : len(part)] = 1
    return pcg, mask
