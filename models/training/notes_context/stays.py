"""The stays of the eICU demo, each as it was known at the end of hours 6, 12 and 24 in the unit."""
import lzma
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from ..folds import fold_of
from .entries import NOTES, PROBLEMS
from .vital_signs import summaries

HOURS = (6, 12, 24)


@dataclass
class Row:
    """A stay at an hour; only who is still in the unit then has one."""

    stay: int
    subject: str
    fold: int
    hour: int
    died: bool
    expected: float  # hospital mortality as APACHE IVa predicted it from the first day; NaN where it did not. Never an input
    age: float
    male: float
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    vitals: np.ndarray | None = None


def table(folder: Path, name: str) -> pd.DataFrame:
    with lzma.open(folder / "tables" / f"{name}.csv.xz", "rt") as file:
        return pd.read_csv(file, low_memory=False)


def _entered(folder: Path, sources, until: int) -> dict[int, list[str]]:
    """In order of table, then time, then of the row; each phrase once."""
    entered: dict[int, dict[str, None]] = {}
    for name, minutes, column, make in sources:
        rows = table(folder, name)
        rows = rows[rows[minutes] <= until].sort_values(minutes, kind="stable")
        for stay, path in zip(rows["patientunitstayid"], rows[column]):
            made = make(str(path))
            if made:
                entered.setdefault(int(stay), {})[made] = None
    return {stay: list(phrases) for stay, phrases in entered.items()}


def _expected(folder: Path) -> dict[int, float]:
    results = table(folder, "apachepatientresult")
    results = results[(results["apacheversion"] == "IVa") & (results["predictedhospitalmortality"].astype(float) > 0)]
    return dict(zip(results["patientunitstayid"], results["predictedhospitalmortality"].astype(float)))


def read(data: Path) -> list[Row]:
    folder = data / "vitals" / "eicu_demo"
    patients = table(folder, "patient")
    split = pd.read_csv(folder / "records.csv")
    patients = patients[patients["patientunitstayid"].isin(split["record"]) & patients["hospitaldischargestatus"].notna()]
    expected = _expected(folder)
    rows = []
    for hour in HOURS:
        problems, notes = (_entered(folder, sources, hour * 60) for sources in (PROBLEMS, NOTES))
        vitals = summaries({name: table(folder, name) for name in ("vitalaperiodic", "physicalexam", "respiratorycharting", "apacheapsvar")}, hour)
        for patient in patients[patients["unitdischargeoffset"] > hour * 60].itertuples():
            stay = int(patient.patientunitstayid)
            age = {"> 89": 90.0}.get(patient.age) or float(patient.age)
            male = {"Male": 1.0, "Female": 0.0}.get(patient.gender, np.nan)
            rows.append(Row(
                stay, patient.uniquepid, fold_of(patient.uniquepid), hour, patient.hospitaldischargestatus == "Expired",
                expected.get(stay, np.nan), age, male, problems.get(stay, []), notes.get(stay, []), vitals(stay),
            ))  # fmt: skip
    return rows
