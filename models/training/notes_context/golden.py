"""Made-up persons; nobody real."""
import numpy as np
from tokenizers import Tokenizer

from .vital_signs import NAMES
from .word_pieces import LENGTH, encode

STEADY = {"hr": 78, "rr": 16, "spo2": 97, "sbp": 124, "dbp": 70, "map": 88, "gcs_eyes": 4, "gcs_verbal": 5, "gcs_motor": 6}
SHOCKED = {"hr": 128, "rr": 31, "spo2": 89, "sbp": 82, "dbp": 41, "map": 55, "temp": 39.4, "fio2": 80, "gcs_eyes": 2, "gcs_verbal": 1, "gcs_motor": 4}


def _vitals(signs: dict[str, float]) -> np.ndarray:
    return np.array([signs.get(name.rsplit("_", 1)[0], np.nan) for name in NAMES], np.float32)


def cases(of: Tokenizer, vitals: int) -> dict[str, dict[str, np.ndarray]]:
    person = lambda age, male: np.array([age, male], np.float32)
    unknown = np.full(vitals, np.nan, np.float32)
    long = [f"problem number {index} of a very long list" for index in range(80)]
    made = lambda problems, notes, who, signs: {"tokens": encode(of, problems, notes), "context": who, "context_vitals": signs}
    return {
        "septic shock, old": made(["septic shock", "acute renal failure"], ["history of liver cirrhosis", "mechanical ventilation"], person(82, 1), _vitals(SHOCKED)),
        "ketoacidosis, young": made(["diabetic ketoacidosis"], ["insulin by pump"], person(24, 0), _vitals(STEADY)),
        "no vital signs": made(["community-acquired pneumonia"], ["productive cough for five days"], person(65, 1), unknown),
        "no text": {"tokens": np.zeros(LENGTH, np.float32), "context": person(65, 0), "context_vitals": _vitals(STEADY)},
        "notes only, of unknown words": made([], ["Qwzx ßœ µ-value 12.5 %"], person(np.nan, np.nan), _vitals(STEADY)),
        "nothing known": {"tokens": np.zeros(LENGTH, np.float32), "context": person(np.nan, np.nan), "context_vitals": unknown},
        "more than fits": made(long, ["a note that is cut off"], person(50, 1), _vitals(STEADY)),
    }
