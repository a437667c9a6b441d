"""What the card says beside the figures."""
from .blend import Blend
from .records import KINDS, RATE_HZ, SAMPLES, SLOTS

CITATION = (
    "Clifford G.D., Silva I., Moody B. et al., The PhysioNet/Computing in Cardiology Challenge 2015: Reducing False Arrhythmia Alarms in the ICU, "
    "Computing in Cardiology 42:273-276, 2015; "
    "Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215-e220, 2000"
)


def card(blend: Blend, threshold: float, parameters: int, seed: int) -> dict:
    tensor = lambda name, shape, unit, rate, how: {
        "name": name, "source": name, "dtype": "float32", "shape": ["batch", *shape], "unit": unit, "rateHz": rate, "normalisation": how, "required": True,
    }  # fmt: skip
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": ["batch", size], "meaning": meaning}
    return {
        "name": "alarm-truth",
        "version": "1.0.0",
        "title": "Is this arrhythmia alarm true?",
        "purpose": "says how likely it is that a bedside monitor's alarm for asystole, extreme bradycardia, extreme tachycardia, ventricular tachycardia or ventricular flutter or fibrillation is true, from the minute before it; for evaluation only",
        "scorer": "alarm-truth",
        "fusion": "early",
        "modalities": ["vitals"],
        "opset": 18,
        "parameters": parameters,
        "inputs": [
            tensor("waveforms", [len(SLOTS), SAMPLES], "ECG mV, ECG mV, ABP mmHg, pleth in its own unit; the last sample is at the alarm; gaps bridged by a line", RATE_HZ, "in the graph: each channel against its own usual beat"),
            tensor("waveforms_mask", [len(SLOTS), SAMPLES], "1 where it was measured, else 0", RATE_HZ, "none"),
            tensor("alarm", [len(KINDS)], f"1 for the kind of alarm, in the order {', '.join(kind.replace('_', ' ').lower() for kind in KINDS)}; all 0 where the kind is not known", None, "none"),
        ],
        "outputs": [
            output("probabilities", 2, "that the alarm is true, that it is false"),
            output("logits", 2, "their logarithms but for a constant"),
            output("pooled", 64, "embedding of the last 20 s by the network, for later fusion"),
        ],
        "answers": [
            {
                "output": "probabilities",
                "logits": "logits",
                "classes": ["true", "false"],
                "positive": "true",
                "undecided": None,
                "multipliers": [round((1 - threshold) / threshold, 4), 1],
                "finding": "arrhythmia alarm",
            }
        ],
        "embedding": "pooled",
        "calibration": {
            "method": "logistic regression of the truth on the logits of the trees of all kinds, of those of this kind and of the network, on alarms that they had not seen (of each file: those of the other folds); in the graph. An alarm is false where its probability of being true is below the threshold, which follows from the challenge's score (a true alarm suppressed counts five times) and a score of 0.85, and was not chosen on data",
            "values": {
                "weightOfAllKinds": round(float(blend.weights[0]), 4),
                "weightOfThisKind": round(float(blend.weights[1]), 4),
                "weightOfNetwork": round(float(blend.weights[2]), 4),
                "offset": round(blend.offset, 4),
                "threshold": round(threshold, 4),
            },
        },
        "data": [
            {
                "name": "PhysioNet/Computing in Cardiology Challenge 2015, public training records",
                "licence": "Open Data Commons Attribution License 1.0 (ODC-By 1.0)",
                "attribution": CITATION,
                "doi": None,
                "use": "training and calibration (523 alarms, five folds by record); no recording is in this folder",
            }
        ],
        "training": {
            "script": "python -m training.alarm_truth",
            "seed": seed,
            "split": "five folds by the hash of the record's name: whose alarm it is, is not published, so that one patient may be in two folds",
        },
        "cannot": [
            "It is not a medical device and must not silence an alarm: of the true alarms of its data it would have suppressed some, and each is a life-threatening arrhythmia.",
            "Whose alarms they are is not published: a patient may be in training and test, and the figures may be too good.",
            "Features were made with an eye on the alarms that earlier versions got wrong in cross-validation: its figures on these same alarms may be a little too good.",
            "Experts judged the alarms, and not always alike: an alarm was true where two thirds of them agreed.",
            "It knows alarms of three makers' monitors from four hospitals; what another monitor calls an alarm it has not seen.",
            "Of true ventricular flutter or fibrillation it has seen four cases, and of false extreme tachycardia six: for these kinds its answer rests on next to nothing.",
            "It judges an alarm that a monitor raised, and finds none by itself; without the kind of alarm its answer means little.",
            "With one ECG lead and no pulse it is markedly worse; see the rows of the card.",
            "Pacemakers, balloon pumps, and hearts whose usual beat is wide were few in its data.",
            "Made-up waveforms, as in golden.json and the demo ward, are not its data; what it says of them proves only that it runs.",
        ],
    }
