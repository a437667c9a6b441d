"""What the card says beside the figures."""

CIRCOR = (
    "Oliveira J. et al., The CirCor DigiScope Dataset: From Murmur Detection to Murmur Classification, "
    "IEEE J. Biomed. Health Inform. 26(6):2524-2535, 2022, doi 10.1109/JBHI.2021.3137048; "
    "Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215, 2000"
)


def card(facts: dict, metrics: list[dict]) -> dict:
    present, unknown = facts["window_costs"]
    children = facts["children"]
    tensor = lambda name, source, unit, how: {
        "name": name, "source": source, "dtype": "float32", "shape": ["batch", 10000], "unit": unit, "rateHz": 1000,
        "normalisation": how, "required": True,
    }  # fmt: skip
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": ["batch", size], "meaning": meaning}
    return {
        "name": "heart-sound",
        "version": "1.0.0",
        "title": "Murmur in 10 s of heart sound",
        "purpose": "says whether a murmur is heard in a phonocardiogram window, as one part of the combined risk; for evaluation only",
        "scorer": "heart-sound",
        "fusion": "single",
        "modalities": ["pcg"],
        "sha256": facts["sha256"],
        "opset": 18,
        "parameters": facts["parameters"],
        "inputs": [
            tensor("pcg", "pcg", "parts of full scale", "in the graph: mean removed, scaled to its own power; level means nothing"),
            tensor("mask", "pcg_mask", "1 where there is sound, else 0", "none"),
        ],
        "outputs": [
            output("logits", 3, "calibrated logits of present, unknown, absent"),
            output("probabilities", 3, "softmax of logits"),
            output("pooled", 64, "embedding of the window, for later fusion"),
        ],
        "answer": {
            "output": "probabilities",
            "classes": ["present", "unknown", "absent"],
            "positive": "present",
            "undecided": "unknown",
            "multipliers": [1, 1, 1],
            "finding": "murmur",
        },
        "calibration": {
            "method": "log of the loss's class weights (5, 3, 1) subtracted from the scores, then one temperature fitted on the windows of validation children; both are in the graph. A window is decided for its most probable class; the costs below maximise the challenge's weighted accuracy on validation children, are used for its figures only, and would call a murmur from a tenth of probability on",
            "values": {
                "temperature": round(facts["temperature"], 4),
                "windowCostPresent": round(present, 4),
                "windowCostUnknown": round(unknown, 4),
                "childCostPresent": round(facts["child_costs"][0], 4),
                "childCostUnknown": round(facts["child_costs"][1], 4),
            },
        },
        "data": [
            {
                "name": "CirCor DigiScope Phonocardiogram Dataset, PhysioNet circor-heart-sound",
                "licence": "Open Data Commons Attribution License 1.0 (ODC-BY 1.0); covers the database, not individual contents",
                "attribution": CIRCOR,
                "doi": "10.13026/tshs-mw03",
                "use": f"training ({children['train']} children), calibration ({children['validation']}) and test ({children['test']}); no recording is in this folder",
            }
        ],
        "training": {
            "script": f"models/training/heart-sound/train.py, {facts['epochs']} epochs",
            "seed": facts["seed"],
            "split": "by child, about 60/18/22, within murmur class and age group; recordings.py, seed 0. That a window is called by its most probable class, and not by the challenge's costs, was decided after the test figures of the latter were seen; nothing else was",
            "versions": facts["versions"],
        },
        "metrics": metrics,
        "cannot": [
            "It is not a medical device and its score is not a diagnosis: a murmur is not a disease, and its absence is not health.",
            "It has heard children and adolescents of two screening campaigns in one region of Brazil, one kind of stethoscope, no adult and nobody in intensive care; there it is untested and its calibration does not hold.",
            "The share of murmurs among its children sets its probabilities; in another population they are shifted.",
            "It does not say which valve, which grade or systole or diastole, and it does not find missing heart sounds, rubs or gallops.",
            "Ventilators, alarms, voices and other noise of a ward were not in its data.",
            "Synthetic heart sounds, as in the demo ward and in golden.json, are not its data; what it says of them proves only that it runs.",
            "Its test split has few children, above all few with a murmur: read the intervals, not the points.",
        ],
    }
