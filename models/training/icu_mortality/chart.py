"""The chart of a stay as the model takes it; src/predict/chart-history.ts builds the same at the bedside.

`hours` is [48, 37, 4]: the 48 hours up to the moment of asking, the last one last; the parameters below; mean, least, most (NaN where an
hour holds no measurement) and the number of measurements (0 where none). `person` is [4]: age in years, gender (1 male, 0 female), height
in cm, kind of unit (1 coronary, 2 cardiac surgery recovery, 3 medical, 4 surgical); NaN where not known.
"""
import numpy as np

HOURS = 48
PLANES = ("mean", "least", "most", "count")
PERSON = ("Age", "Gender", "Height", "ICUType")
PERSON_RANGES = {"Age": (0, 130), "Gender": (0, 1), "Height": (100, 230), "ICUType": (1, 4)}

# Least and most that a person can have in a unit of intensive care; what is outside is a slip of the pen or of the probe.
PARAMETERS = {
    "HR": (10, 300), "SysABP": (20, 300), "DiasABP": (5, 250), "MAP": (10, 280), "NISysABP": (20, 300), "NIDiasABP": (5, 250),
    "NIMAP": (10, 280), "RespRate": (2, 90), "Temp": (25, 43), "SaO2": (30, 100), "GCS": (3, 15), "Urine": (0, 5000), "MechVent": (0, 1),
    "FiO2": (0.2, 1), "PaO2": (20, 600), "PaCO2": (5, 200), "pH": (6.5, 8), "HCO3": (2, 60), "Lactate": (0.1, 40), "BUN": (1, 300),
    "Creatinine": (0.1, 30), "Na": (95, 190), "K": (1, 15), "Mg": (0.2, 15), "Glucose": (5, 2000), "HCT": (5, 75), "WBC": (0.05, 500),
    "Platelets": (1, 2500), "Albumin": (0.5, 7), "ALP": (1, 10000), "ALT": (1, 50000), "AST": (1, 50000), "Bilirubin": (0.05, 100),
    "Cholesterol": (10, 1000), "TroponinI": (0.01, 500), "TroponinT": (0.005, 100), "Weight": (20, 400),
}  # fmt: skip
CHANNEL = {name: index for index, name in enumerate(PARAMETERS)}


def person_of(measurements: list[tuple[int, str, float]]) -> np.ndarray:
    person = np.full(len(PERSON), np.nan, np.float32)
    for _, name, value in measurements:
        if name in PERSON_RANGES and PERSON_RANGES[name][0] <= value <= PERSON_RANGES[name][1]:
            person[PERSON.index(name)] = value
    return person


def hours_of(measurements: list[tuple[int, str, float]], until_min: int = HOURS * 60) -> np.ndarray:
    """Measurements are (minutes since admission, parameter, value); the moment of asking itself belongs to the last hour."""
    hours = np.full((HOURS, len(PARAMETERS), len(PLANES)), np.nan)
    hours[:, :, 3] = 0
    sums = np.zeros(hours.shape[:2])
    for at_min, name, value in measurements:
        index = CHANNEL.get(name)
        if index is None or not PARAMETERS[name][0] <= value <= PARAMETERS[name][1]:
            continue
        hour = (at_min - until_min) // 60 + HOURS if at_min < until_min else HOURS - 1
        if at_min > until_min or hour < 0:
            continue
        cell = hours[hour, index]
        sums[hour, index] += value
        cell[3] += 1
        cell[0] = sums[hour, index] / cell[3]
        cell[1] = value if np.isnan(cell[1]) else min(cell[1], value)
        cell[2] = value if np.isnan(cell[2]) else max(cell[2], value)
    return hours.astype(np.float32)
