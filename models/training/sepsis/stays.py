"""PhysioNet/CinC 2019 stays: hourly rows, read once, with the challenge's utility of each hour."""
import csv
import hashlib
import tarfile
from pathlib import Path

import numpy as np

from ..folds import fold_of

MEASURED = (
    "HR O2Sat Temp SBP MAP DBP Resp EtCO2 BaseExcess HCO3 FiO2 pH PaCO2 SaO2 AST BUN Alkalinephos Calcium Chloride "
    "Creatinine Bilirubin_direct Glucose Lactate Magnesium Phosphate Potassium Bilirubin_total TroponinI Hct Hgb PTT WBC "
    "Fibrinogen Platelets"
).split()
STATIC = "Age Gender Unit1 Unit2 HospAdmTime ICULOS".split()
VITALS = 8  # the first so many of MEASURED
PERSON = 2  # the first so many of STATIC: age and sex

EARLIEST_H, OPTIMAL_H, LATEST_H, LABEL_LEAD_H = -12, -6, 3, 6


class Stays:
    """`rows` [hours of all stays, 40] (NaN: not measured in that hour), `labels` [hours], `start` of each stay, `names`."""

    def __init__(self, rows, labels, start, names):
        self.rows, self.labels, self.start, self.names = rows, labels, start, names
        lengths = np.diff(np.append(start, len(rows)))
        self.stay_of_hour = np.repeat(np.arange(len(names)), lengths)
        self.hour = np.arange(len(rows)) - np.repeat(start, lengths)
        self.septic = np.array([labels[s : s + n].any() for s, n in zip(start, lengths)])
        self.lengths = lengths
        self.fold = np.array([fold_of(str(name)) for name in names])
        self.fold_of_hour = self.fold[self.stay_of_hour]


def load(folder: Path, cache: Path) -> Stays:
    with open(folder / "records.csv", newline="") as file:
        wanted = [row["record"] for row in csv.DictReader(file)]
    key = hashlib.sha256("".join(wanted).encode()).hexdigest()[:16]
    cached = cache / f"sepsis-{key}.npz"
    if not cached.exists():
        cache.mkdir(parents=True, exist_ok=True)
        stays = {}
        with tarfile.open(folder / "psv.tar.xz") as archive:
            for member in archive:
                if not member.name.endswith(".psv"):
                    continue
                head, *lines = archive.extractfile(member).read().decode().split()
                if head.split("|") != [*MEASURED, *STATIC, "SepsisLabel"]:
                    raise ValueError(f"{member.name} has other columns")
                stays[Path(member.name).stem] = np.array(
                    [[np.nan if cell in ("NaN", "") else float(cell) for cell in line.split("|")] for line in lines],
                    np.float32,
                )
        tables = [stays[name] for name in wanted]
        start = np.cumsum([0, *[len(table) for table in tables[:-1]]])
        rows = np.concatenate(tables)
        np.savez(cached, rows=rows[:, :-1], labels=rows[:, -1] == 1, start=start, names=np.array(wanted))
    held = np.load(cached)
    return Stays(held["rows"], held["labels"], held["start"], held["names"])


def utilities(stays: Stays) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Utility of an alarm, of silence, and of whoever knows the onset, for each hour (evaluate_sepsis_score.py)."""
    first = np.full(len(stays.names), np.inf)
    hours = np.where(stays.labels, stays.hour, np.inf)
    np.minimum.at(first, stays.stay_of_hour, hours)
    since = stays.hour - (first[stays.stay_of_hour] + LABEL_LEAD_H)
    septic = stays.septic[stays.stay_of_hour]
    since = np.where(septic, since, 0)
    early = np.maximum((since - EARLIEST_H) / (OPTIMAL_H - EARLIEST_H), -0.05)
    left = (LATEST_H - since) / (LATEST_H - OPTIMAL_H)
    alarm = np.where(since > LATEST_H, 0, np.where(since <= OPTIMAL_H, early, left))
    silence = np.where((since > LATEST_H) | (since <= OPTIMAL_H), 0, -2 * (1 - left))
    alarm, silence = np.where(septic, alarm, -0.05), np.where(septic, silence, 0)
    told = septic & (since >= EARLIEST_H) & (since <= LATEST_H)
    return alarm, silence, np.where(told, alarm, silence)


def normalised(alarm, silence, best, called) -> float:
    """1: whoever knows the onset; 0: nobody who says anything."""
    worth = np.where(called, alarm, silence).sum()
    return float((worth - silence.sum()) / (best.sum() - silence.sum()))
