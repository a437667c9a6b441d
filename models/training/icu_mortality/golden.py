"""Golden cases: made-up charts, nobody's."""
import numpy as np

from .chart import HOURS, hours_of, person_of

MADE = "made-up charts, models/training/icu_mortality/golden.py; answers by the CPU provider"

# Middle and spread of what is charted, and every how many hours.
WELL = {
    "HR": (80, 5, 1), "SysABP": (125, 8, 1), "DiasABP": (65, 5, 1), "MAP": (85, 6, 1), "RespRate": (16, 2, 1), "Temp": (37, 0.3, 4),
    "GCS": (15, 0, 4), "Urine": (90, 20, 1), "SaO2": (98, 1, 6), "Creatinine": (0.9, 0.05, 12), "BUN": (15, 1, 12), "Na": (139, 1, 12),
    "K": (4.1, 0.2, 8), "HCO3": (25, 1, 12), "Glucose": (120, 10, 8), "HCT": (34, 1, 12), "WBC": (9, 1, 24), "Platelets": (220, 10, 24),
    "Weight": (80, 0, 1),
}  # fmt: skip
ILL = {
    **WELL, "HR": (122, 8, 1), "SysABP": (84, 8, 1), "DiasABP": (45, 5, 1), "MAP": (56, 5, 1), "RespRate": (30, 3, 1), "GCS": (4, 1, 4),
    "Urine": (8, 4, 1), "Creatinine": (3.4, 0.3, 12), "BUN": (78, 5, 12), "HCO3": (14, 1, 12), "WBC": (23, 2, 24), "Platelets": (62, 6, 24),
    "Lactate": (7, 1, 6), "pH": (7.2, 0.03, 6), "PaO2": (70, 6, 6), "PaCO2": (48, 4, 6), "FiO2": (0.9, 0.05, 6), "MechVent": (1, 0, 1),
    "Bilirubin": (6, 0.5, 24), "Albumin": (2, 0.1, 24),
}  # fmt: skip
LABORATORY = ("Creatinine", "BUN", "Na", "K", "HCO3", "Glucose", "HCT", "WBC", "Platelets", "Lactate", "pH", "Bilirubin", "Albumin")


def chart(of: dict, rng: np.random.Generator, until_h: int = HOURS) -> list[tuple[int, str, float]]:
    return [
        (hour * 60 + 10, name, round(float(middle + spread * rng.standard_normal()), 2))
        for name, (middle, spread, every) in of.items() for hour in range(0, until_h, every)
    ]  # fmt: skip


def cases(seed: int) -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    old = [(0, "Age", 82), (0, "Gender", 1), (0, "Height", 172), (0, "ICUType", 3)]
    young = [(0, "Age", 45), (0, "Gender", 0), (0, "ICUType", 2)]
    of = lambda values, who, until_h=HOURS: {"hours": hours_of(values, until_h * 60), "person": person_of(who)}
    return {
        "a quiet chart": of(chart(WELL, rng), young),
        "a very ill one": of(chart(ILL, rng), old),
        "laboratory only": of([value for value in chart(ILL, rng) if value[1] in LABORATORY], old),
        "six hours after admission": of(chart(ILL, rng, 6), old, 6),
        "an empty chart": of([], []),
    }
