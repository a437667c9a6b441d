"""The cards of both models, but for their figures."""
from dataclasses import asdict

import numpy as np

from .combination import Combination
from .hour_features import HOURS
from .measures import MEASURES
from .published_graph import OUTPUTS
from .stays import MEASURED, STATIC

STATIC_UNITS = "years; sex, 1 male, 0 female; medical unit 0 or 1; surgical unit 0 or 1; h from hospital admission to the unit, negative; h in the unit"
DATA = {
    "name": "PhysioNet/Computing in Cardiology Challenge 2019, training set B",
    "licence": "Creative Commons Attribution 4.0 International (CC BY 4.0)",
    "attribution": "Reyna M.A. et al., Early Prediction of Sepsis From Clinical Data: The PhysioNet/Computing in Cardiology Challenge 2019, Crit Care Med 48(2):210-217, 2020, doi 10.1097/CCM.0000000000004145; Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215-e220, 2000",
    "doi": "10.13026/v64v-d857",
}
MEANINGS = {
    "probabilities": "calibrated probabilities that the challenge's label of sepsis (from six hours before onset on) holds in this hour, and that not",
    "margin": "log-odds above the alarm's threshold; an alarm where it is not negative",
    "pooled": "embedding of the transformer, for later fusion",
}
CANNOT = [
    "It is not a medical device and its score is not a diagnosis. It was never used at a bedside.",
    "It knows one hospital system, adults in intensive care, hourly values; another hospital measures other things at other times, and there it is untested and its calibration does not hold.",
    "The label is made of orders and of organ failure as charted: the model predicts when clinicians act as much as when patients fall ill.",
    "Most of its alarms are false, and it misses patients: read the shares of stays with an alarm beside its utility.",
    "Much of what it knows is not physiology but care: how often, how long and what is measured. Where that changes, it is wrong without a sign.",
    "An alarm in the first hours rests on little; a history that begins anew (a monitor exchanged, a patient moved) looks to it like an admission.",
    "It does not know drugs, fluids, cultures, notes or what is wrong with the patient.",
]


def card(name: str, measured: int, known: int, combination: Combination, parameters: int, stays: int, septic: int, seed: int) -> dict:
    is_full = measured > 8
    columns = MEASURED[:measured]
    source = {"hours": "chart_history", "static": "chart_facts"} if is_full else {"hours": "vitals_history", "static": "person"}
    units = ", ".join(f"{column} {MEASURES[column][0]}" for column in columns)
    about = "; ".join(STATIC_UNITS.split("; ")[:known])
    return {
        "name": name,
        "version": "1.1.0" if is_full else "1.0.0",
        "title": "Sepsis within six hours, from " + ("the chart" if is_full else "vital signs"),
        "purpose": "says every hour whether sepsis is to be expected within six hours, as one part of the combined risk; for evaluation only",
        "scorer": name,
        "fusion": "single",
        "modalities": ["vitals"],
        "opset": 18,
        "parameters": parameters,
        "inputs": [
            {"name": "hours", "source": source["hours"], "dtype": "float32", "shape": ["batch", HOURS, measured], "unit": f"hourly medians, NaN where none: {units}", "rateHz": 0.000278, "normalisation": "in the graph", "required": True},
            {"name": "static", "source": source["static"], "dtype": "float32", "shape": ["batch", known], "unit": f"NaN where not known: {about}", "rateHz": None, "normalisation": "in the graph", "required": True},
        ],
        "outputs": [{"name": output, "dtype": "float32", "shape": ["batch", size], "meaning": MEANINGS[output]} for output, size in OUTPUTS.items()],
        "answers": [{
            "output": "probabilities", "classes": ["expected", "not expected"], "positive": "expected", "undecided": None,
            # The larger of p·multiplier and 1 - p decides: the same as a margin that is not negative.
            "multipliers": [round(float(np.exp(-combination.threshold)), 4), 1], "finding": "sepsis within 6 h",
        }],
        "embedding": "pooled",
        "calibration": {
            "method": "logistic regression of the label on the log-odds of trees and transformer (a weight below 0 is taken for 0), and the threshold of the greatest utility, both on out-of-fold scores; each held-out file has those of the other four folds",
            "values": {key: round(value, 4) for key, value in asdict(combination).items()},
        },
        "data": [DATA | {"use": f"training and calibration ({stays} stays, {septic} septic); no stay is in this folder"}],
        "training": {
            "script": "models/training/sepsis (python -m training.sepsis)",
            "seed": seed,
            "split": "five folds by stay (models/training/folds.py); model.onnx is trained on all stays of the dev split",
        },
        "metrics": [],
        "cannot": CANNOT,
    }  # fmt: skip
