"""What the card says beside the figures."""
from .chart import HOURS, PARAMETERS, PERSON
from .members import NAMES


def card(facts: dict) -> dict:
    tensor = lambda name, source, shape, unit: {
        "name": name, "source": source, "dtype": "float32", "shape": ["batch", *shape], "unit": unit, "rateHz": None,
        "normalisation": "in the graph", "required": True,
    }  # fmt: skip
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": ["batch", size], "meaning": meaning}
    threshold = facts["threshold"]
    return {
        "name": "icu-mortality",
        "version": "1.0.0",
        "title": "Death in hospital from the first 48 h in intensive care",
        "purpose": "ranks the patients of intensive care by their risk of dying in hospital, from what was charted in 48 h; for evaluation only",
        "scorer": "icu-mortality",
        "fusion": "single",
        "modalities": ["vitals"],
        "opset": 18,
        "parameters": facts["parameters"],
        "inputs": [
            tensor("hours", "chart_hours", (HOURS, len(PARAMETERS), 4), "mean, least, most and number of the hour's measurements of " + ", ".join(PARAMETERS) + "; units of PhysioNet/CinC 2012; NaN where not measured"),
            tensor("person", "chart_person", (len(PERSON),), "age in years, 1 man 0 woman, height in cm, unit 1 coronary 2 cardiac surgery recovery 3 medical 4 surgical; NaN where not known"),
        ],
        "outputs": [
            output("probabilities", 2, "calibrated probability to leave hospital alive, to die there"),
            output("called", 1, "1 where the probability to die is at or above the threshold, else 0"),
            output("pooled", 64, "embedding of the chart, for later fusion"),
        ],
        "answers": [{
            "output": "probabilities",
            "classes": ["not expected", "expected"],
            "positive": "expected",
            "undecided": None,
            # Dying is decided for from the threshold on.
            "multipliers": [1, round((1 - threshold) / threshold, 4)],
            "finding": "death in hospital",
        }],
        "calibration": {
            "method": "logistic regression, weights not below 0, of the scores of the members (boosted trees, a logistic regression, a recurrent network) on stays that none of them had been trained on, and a second one for charts that lack much, on the same stays with parameters or hours taken away; the threshold calls as many of these as died. Each held-out file has its own, from the other folds' stays. All are in the graph",
            "values": {"threshold": round(threshold, 4), **{f"weight {name}": round(float(value), 4) for name, value in zip((*NAMES, "constant"), facts["weights"])}},
        },
        "data": [{
            "name": "PhysioNet/Computing in Cardiology Challenge 2012, sets a, b and c",
            "licence": "Open Data Commons Attribution License 1.0 (ODC-BY 1.0)",
            "attribution": "Silva I., Moody G., Scott D.J., Celi L.A., Mark R.G., Predicting in-hospital mortality of ICU patients: The PhysioNet/Computing in Cardiology Challenge 2012, Computing in Cardiology 39:245-248, 2012; Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215-e220, 2000",
            "doi": None,
            "use": f"training and calibration ({facts['stays']} stays, {facts['deaths']} deaths); no stay is in this folder",
        }],
        "training": {
            "script": "models/training/icu_mortality",
            "seed": facts["seed"],
            "split": "by stay (one a patient): held-out/fold-N.onnx is trained without the stays of fold N (models/training/folds.py), model.onnx on all",
        },
        "metrics": [],
        "cannot": [
            "It is not a medical device. A risk is a statement about many patients alike and none about what to do for one; it must never be a reason to withhold or withdraw care.",
            "Its patients were adults in the units of one hospital in Boston, 2001-2008, who stayed at least 48 h; elsewhere, today, and for those who leave or die sooner its ranking is untested and its calibration does not hold.",
            "It learned from the first 48 h after admission. Later hours, and fewer than 48, are answered but were no part of training.",
            "What is measured, and how often, is part of what it goes by: it is care as much as illness, and changes with the unit's habits.",
            "It does not know diagnoses, drugs, vasopressors, surgery, or limits set to treatment, of which all matter for death in hospital.",
            "Death after leaving hospital counts as survival.",
            "The charts of golden.json are made up; its answers to them prove only that it runs.",
        ],
    }  # fmt: skip
