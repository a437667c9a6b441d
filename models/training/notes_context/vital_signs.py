"""Vital signs of the first hours: last, lowest, highest and mean of each, from wherever they were charted.

test/evaluate/eicu-vitals.ts does the same.
"""
from collections.abc import Callable

import numpy as np
import pandas as pd

SUMMARIES = ("last", "min", "max", "mean")
# What a person can have; outside it a value was mistyped.
LIMITS = {
    "hr": (10, 300), "rr": (3, 80), "spo2": (30, 100), "sbp": (30, 300), "dbp": (10, 200), "map": (15, 250),
    "temp": (25, 43), "fio2": (21, 100), "gcs_eyes": (1, 4), "gcs_verbal": (1, 5), "gcs_motor": (1, 6),
}  # fmt: skip
SIGNS = tuple(LIMITS)
NAMES = tuple(f"{sign}_{summary}" for sign in SIGNS for summary in SUMMARIES)

CUFF = {"sbp": "noninvasivesystolic", "dbp": "noninvasivediastolic", "map": "noninvasivemean"}
EXAMINED = {
    "hr": "/HR/HR ", "rr": "/Resp Rate/Resp ", "spo2": "/O2 Sat%/O2 Sat% ", "sbp": "/BP (systolic)/BP (systolic) ",
    "dbp": "/BP (diastolic)/BP (diastolic) ", "fio2": "/FiO2%/FiO2%", "gcs_eyes": "/GCS/Eyes Score/",
    "gcs_verbal": "/GCS/Verbal Score/", "gcs_motor": "/GCS/Motor Score/",
}  # fmt: skip
CHARTED = {"RR (patient)": "rr", "Total RR": "rr", "SaO2": "spo2", "FiO2": "fio2", "FIO2 (%)": "fio2"}
# The first day's most deviating values; known when the day is over.
FIRST_DAY = {
    "temperature": "temp", "respiratoryrate": "rr", "heartrate": "hr", "meanbp": "map", "eyes": "gcs_eyes",
    "verbal": "gcs_verbal", "motor": "gcs_motor",
}  # fmt: skip
EARLIEST_MIN = -60
FIRST_DAY_HOURS = 24


def _readings(tables: dict[str, pd.DataFrame], hour: int) -> pd.DataFrame:
    until = hour * 60
    parts = []

    def add(sign, rows, minutes, values):
        parts.append(pd.DataFrame({"sign": sign, "stay": rows["patientunitstayid"].astype(int), "at": minutes, "value": pd.to_numeric(values, errors="coerce")}))

    cuff = tables["vitalaperiodic"]
    cuff = cuff[cuff["observationoffset"].between(EARLIEST_MIN, until)]
    for sign, column in CUFF.items():
        add(sign, cuff, cuff["observationoffset"], cuff[column])
    exam = tables["physicalexam"]
    exam = exam[exam["physicalexamoffset"] <= until]
    for sign, path in EXAMINED.items():
        rows = exam[exam["physicalexampath"].str.contains(path, regex=False)]
        # Of lowest, highest and current, noted together, the current one is the last.
        now = np.where(rows["physicalexampath"].str.contains("Current", regex=False), 0.5, 0)
        add(sign, rows, rows["physicalexamoffset"] + now, rows["physicalexamvalue" if sign.startswith("gcs") else "physicalexamtext"])
    chart = tables["respiratorycharting"]
    chart = chart[(chart["respchartentryoffset"].between(EARLIEST_MIN, until)) & (chart["respchartoffset"] <= until)]
    for label, sign in CHARTED.items():
        rows = chart[chart["respchartvaluelabel"] == label]
        add(sign, rows, rows["respchartoffset"], rows["respchartvalue"].astype(str).str.removesuffix("%"))
    if hour >= FIRST_DAY_HOURS:
        day = tables["apacheapsvar"]
        for column, sign in FIRST_DAY.items():
            add(sign, day, -np.inf, day[column])
    readings = pd.concat(parts)
    low, high = (readings["sign"].map({sign: limits[end] for sign, limits in LIMITS.items()}) for end in (0, 1))
    return readings[(readings["value"] >= low) & (readings["value"] <= high)]


def summaries(tables: dict[str, pd.DataFrame], hour: int) -> Callable[[int], np.ndarray]:
    """A stay's values in the order of NAMES, NaN where nothing was charted."""
    groups = _readings(tables, hour).sort_values("at", kind="stable").groupby(["stay", "sign"])["value"]
    wide = groups.agg(["last", "min", "max", "mean"]).unstack("sign")
    wide.columns = [f"{sign}_{summary}" for summary, sign in wide.columns]
    wide = wide.reindex(columns=NAMES)
    values, places = wide.to_numpy(np.float32), {int(stay): index for index, stay in enumerate(wide.index)}
    nothing = np.full(len(NAMES), np.nan, np.float32)
    return lambda stay: values[places[stay]] if stay in places else nothing
