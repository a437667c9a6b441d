"""What the three cards say beside the figures."""
import json

from . import signs, waves
from .assembly import RESTS_ON
from .composition import COUPLING, ILL_ODDS_NOTE
from .evidence import EVIDENCE, MODELS, NOTES, PCG, SUBSETS, VIDEO, VITALS, WAVEFORMS
from .fitting import REPLICAS
from .network import OUTPUTS
from .seconds import STEP_MS

HORIZON_MS = 6 * 3_600_000
HOW = {
    "early": "one network over the tokens of all kinds of evidence side by side",
    "late": "each kind's calibrated odds, weighed by two learnt numbers: how often its finding is there in who deteriorates, and in who does not",
    "hybrid": "late fusion, corrected by at most 1 in log-odds by cross-attention over the tokens of all kinds",
}
INPUTS = {
    VITALS: ("hours", "static"), WAVEFORMS: ("waveforms", "waveforms_mask", "alarm"), PCG: ("pcg", "mask"), VIDEO: ("frame", "frame_mask"), NOTES: ("tokens",),
}  # fmt: skip
SOURCES = {"hours": "vitals_history", "static": "person", "mask": "pcg_mask", "tokens": "note_tokens"}
FRAME_MASK = {"name": "frame_mask", "shape": ["batch", 1], "unit": "1 where there is a frame, else 0", "rateHz": None, "normalisation": "none"}
MEANINGS = {
    "risk": "probability that sepsis begins within 6 h or has begun, of a composed patient",
    "risk_interval": "low and high end: where for 95 of 100 composed patients the risk from all evidence would lie",
    "shares": "the base rate, then what each kind of evidence adds to the risk or takes from it (Shapley); they sum to the risk",
    "used": "1 where the kind of evidence counted",
    "present": "1 where there was something of it",
    "strangeness": "distance from what its encoder knows as a share of the limit; from 1 on it does not count",
    "subsets": "the risk from every subset of what counted; bit i of the place is evidence i",
    "signs": f"how much each vital sign adds to the log-odds of sepsis from vital signs alone: {', '.join(signs.NAMES)}; 0 where it was not measured",
    "waves": f"how much each channel adds to the log-odds that the alarm is true: {', '.join(waves.NAMES)}; 0 where it was not measured, where no other moves, and where no alarm is to be judged",
    "seconds": "how much each second of the heart sound adds to the log-odds of a murmur; 0 where there is none",
    "sepsis": "from vital signs alone: expected, not expected",
    "alarm_true": "the arrhythmia alarm is true, false, not known",
    "murmur": "murmur present, unknown, absent",
    "view_state": "laparoscopic view lost, ok, not known",
    "instrument": "laryngeal instrument present, absent, not known",
    "lung": "lung ultrasound abnormal, normal, not known",
    "death": "from notes alone: dies in hospital, survives",
}
#: output: evidence, classes, the answer of which encoder's card it is, and its output there
ANSWERS = {
    "sepsis": (VITALS, "probabilities"), "alarm_true": (WAVEFORMS, "probabilities"), "murmur": (PCG, "probabilities"),
    "view_state": (VIDEO, "view_state"), "instrument": (VIDEO, "instrument"), "lung": (VIDEO, "lung"), "death": (NOTES, "probabilities"),
}  # fmt: skip
CANNOT = [
    "It is not a medical device. Its risk is learnt from patients that nobody was: recordings of different real patients, put together by odds that were assumed. What evidence adds here is not what it adds for a real patient; no clinical benefit can be read from any figure of it.",
    "The outcome is the label of sepsis of one hospital system (PhysioNet 2019): what clinicians ordered as much as how a patient was. Another illness it does not foresee.",
    "Kinds of evidence are taken to be independent once the outcome is known. In a real patient they are not, and two that say the same would count twice.",
    "Waveforms count only while a heart rate asks for an alarm, and then from the last seconds of the window. Without an alarm they say nothing here.",
    "Of frames only ultrasound of the lung says something of the risk; few patients are behind it.",
    "A heart sound through a stethoscope that the training recordings did not come through is mostly called strange and does not count; a site's own stethoscope may be such a one.",
    "What a gate lets through may still be wrong: it knows noise, silence, a black frame and most strange devices, not every one.",
    "What its encoders cannot do, it cannot do either: see the cards of sepsis-vitals, alarm-truth, heart-sound, procedure-view and notes-context.",
]


def outputs() -> list[dict]:
    count = len(EVIDENCE)
    widths = {"risk": 1, "risk_interval": 2, "shares": 1 + count, "used": count, "present": count, "strangeness": count, "subsets": SUBSETS, "sepsis": 2, "death": 2}
    widths |= {output: width for output, width, _ in RESTS_ON.values()}
    names = ["present", *(output for output, _, _ in RESTS_ON.values()), *OUTPUTS]
    return [{"name": name, "dtype": "float32", "shape": ["batch", widths.get(name, 3)], "meaning": MEANINGS[name]} for name in names]


def channels() -> list[dict]:
    """What each evidence's own answer rests on."""
    return [
        {"evidence": VITALS.name, "output": "signs", "names": [*signs.NAMES]},
        {"evidence": WAVEFORMS.name, "output": "waves", "names": [*waves.NAMES]},
        {"evidence": PCG.name, "output": "seconds", "stepMs": STEP_MS},
    ]


def card(kind: str, seed: int, base_rate: float, numbers: int, patients: dict[str, int]) -> dict:
    encoders = {one: json.loads((MODELS / one.model / "card.json").read_text()) for one in EVIDENCE}
    inputs = []
    for one, names in INPUTS.items():
        theirs = {one.inputs[entry["name"]]: entry for entry in encoders[one]["inputs"] if entry["name"] in one.inputs} | {"frame_mask": FRAME_MASK}
        for name in names:
            inputs.append({**theirs[name], "name": name, "source": SOURCES.get(name, name), "dtype": "float32", "required": False})
    answers = []
    for name, (one, theirs) in ANSWERS.items():
        answer = next(answer for answer in encoders[one]["answers"] if answer["output"] == theirs)
        told = {key: value for key, value in answer.items() if key != "logits"}
        if name == "alarm_true":
            told |= {"classes": [*told["classes"], "not known"], "undecided": "not known", "multipliers": [*told["multipliers"], 1]}
        answers.append({**told, "output": name, "evidence": one.name})
    data, seen = [], set()
    for one in EVIDENCE:
        for entry in encoders[one]["data"]:
            if entry["name"] not in seen:
                seen.add(entry["name"])
                data.append({**entry, "use": f"its encoder, {one.model} ({entry['use']}); composed patients"})
    odds = "; ".join(f"{one.finding} {low:g} and {high:g}" for one in EVIDENCE if one.name in COUPLING for low, high in [COUPLING[one.name]])
    return {
        "name": f"ward-{kind}",
        "version": "1.0.0",
        "title": f"Risk of the next 6 h from all that a bed sends, {kind} fusion",
        "purpose": "says how likely sepsis is to begin within six hours, what each kind of evidence adds to that, and what each shows by itself; for evaluation only",
        "scorer": "ward",
        "fusion": kind,
        "modalities": ["vitals", "pcg", "video"],
        "opset": 18,
        "parameters": numbers,
        "inputs": inputs,
        "outputs": outputs(),
        "answers": answers,
        "risk": {
            "output": "risk", "interval": "risk_interval", "shares": "shares", "used": "used", "present": "present", "strangeness": "strangeness", "subsets": "subsets",
            "evidence": [{"name": one.name, "inputs": [*INPUTS[one]]} for one in EVIDENCE],
            "channels": channels(),
            "baseRate": round(base_rate, 6), "horizonMs": HORIZON_MS, "event": "sepsis begins or has begun",
        },
        "calibration": {
            "method": f"{HOW[kind]}; {REPLICAS} replicas on bootstraps of the subjects answer together. Learnt on patients of whom one in five deteriorates, then moved to the share of labelled hours in PhysioNet 2019. Limits of strangeness: of what was left out 1 in 100 lies beyond them, of stethoscopes 1 in 50, of vital signs 1 in 2,000, since who is very ill is far from most. Encoders of heart sound, frames and notes are stored in 8 bits: on 400 dev recordings a kind that moved a murmur's probability by 0.004 at most, a frame's by 0.003 on average and 0.075 at most, death's by 0.004 at most",
            "values": {"baseRate": round(base_rate, 6), **{f"{name}.{who}": value for name, pair in COUPLING.items() for who, value in zip(("well", "ill"), pair)}},
        },
        "data": data,
        "training": {
            "script": "python -m training.ward", "seed": seed,
            "split": f"five folds by subject of each data set ({', '.join(f'{name} {count}' for name, count in patients.items())}); a composed patient has recordings of one fold only, read by encoders that had not learnt from it. How often a finding is there in who does not deteriorate and in who does was assumed: {odds}. {ILL_ODDS_NOTE}",
        },
        "metrics": [],
        "cannot": CANNOT,
    }  # fmt: skip
