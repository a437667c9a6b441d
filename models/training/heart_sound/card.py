"""What the card says beside the figures."""
from .calibration import AbnormalLine
from .recordings import CIRCOR, Recording

CITED = {
    CIRCOR: (
        "Oliveira J. et al., The CirCor DigiScope Dataset: From Murmur Detection to Murmur Classification, "
        "IEEE J. Biomed. Health Inform. 26(6):2524-2535, 2022, doi 10.1109/JBHI.2021.3137048; "
        "Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215, 2000"
    ),
    "2016": (
        "Liu C. et al., An open access database for the evaluation of heart sound algorithms, Physiol. Meas. 37(12):2181-2213, 2016; "
        "Clifford G. et al., Classification of normal/abnormal heart sound recordings: the PhysioNet/Computing in Cardiology Challenge 2016, "
        "Computing in Cardiology 43, 2016; Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215, 2000"
    ),
}


def card(
    recordings: list[Recording], parameters: int, seed: int, temperature: float, line: AbnormalLine, costs: dict[str, tuple[float, float]]
) -> dict:
    """temperature and line: of the file that ships; costs: of present and unknown, by what their names end with."""
    children = len({recording.subject for recording in recordings if recording.source == CIRCOR})
    of_2016 = sum(recording.source != CIRCOR for recording in recordings)
    tensor = lambda name, source, unit, how: {
        "name": name, "source": source, "dtype": "float32", "shape": ["batch", 10000], "unit": unit, "rateHz": 1000,
        "normalisation": how, "required": True,
    }  # fmt: skip
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": ["batch", size], "meaning": meaning}
    answer = lambda name, classes, undecided, finding: {
        "output": name, "classes": classes, "positive": classes[0], "undecided": undecided, "multipliers": [1] * len(classes), "finding": finding,
    }  # fmt: skip
    values = {"temperature": temperature, "abnormalSlope": line.slope, "abnormalZero": line.zero}
    values = {name: round(value, 4) for name, value in values.items()}
    for ending, (present, unknown) in costs.items():
        values |= {f"childCostPresent{ending}": round(present, 4), f"childCostUnknown{ending}": round(unknown, 4)}
    return {
        "name": "heart-sound",
        "version": "2.2.0",
        "title": "Murmur and abnormality in 10 s of heart sound",
        "purpose": "says whether a murmur is heard in a phonocardiogram window, and whether it sounds abnormal, as one part of the combined risk; for evaluation only",
        "scorer": "heart-sound",
        "fusion": "single",
        "modalities": ["pcg"],
        "parameters": parameters,
        "inputs": [
            tensor("pcg", "pcg", "parts of full scale", "in the graph: mean removed, scaled to its own power; level means nothing"),
            tensor("mask", "pcg_mask", "1 where there is sound, else 0", "none"),
        ],
        "outputs": [
            output("logits", 3, "calibrated logits of murmur present, unknown, absent"),
            output("probabilities", 3, "softmax of logits"),
            output("abnormal", 2, "probability of abnormal and normal, where half of those listened to are abnormal"),
            output("pooled", 64, "embedding of the window, for later fusion"),
        ],
        "answers": [
            answer("probabilities", ["present", "unknown", "absent"], "unknown", "murmur") | {"logits": "logits"},
            answer("abnormal", ["abnormal", "normal"], None, "heart_sound") | {"told": False},
        ],
        "embedding": "pooled",
        "calibration": {
            "method": (
                "murmur: log of the loss's class weights (5, 3, 1) subtracted from the scores, then one temperature, fitted on windows of children "
                "whom the scoring network had not heard; both in the graph. Abnormal: abnormalSlope x (abnormal score + how far unknown is above absent - "
                "abnormalZero); the zero where sensitivity and specificity are the same in recordings of children whom the scoring network had not heard, "
                "the slope by likelihood in the hospitals of 2016; no network was trained on them; in the graph. Child costs: multipliers of present and "
                "unknown that maximise the challenge's weighted accuracy on children not heard, for figures by child only; WithoutFoldN were chosen "
                "without the children of fold N and call those in cross-validation. A window is called by its most probable class"
            ),
            "values": values,
        },
        "data": [
            {
                "name": "CirCor DigiScope Phonocardiogram Dataset, PhysioNet circor-heart-sound",
                "licence": "Open Data Commons Attribution License 1.0 (ODC-BY 1.0); covers the database, not individual contents",
                "attribution": CITED[CIRCOR],
                "doi": "10.13026/tshs-mw03",
                "use": (
                    f"training, calibration and cross-validation ({children} children); no recording is in this folder. anchor.json holds embeddings, 64 numbers "
                    "each that this network made of windows of 150 of them, with what was heard in them, for vigil fine-tune to hold a site's answer against"
                ),
            },
            {
                "name": "PhysioNet/CinC Challenge 2016, training-a, training-b, training-e",
                "licence": "open-access challenge of PhysioNet, to be cited; ODC-BY 1.0 is what its page is known to state, but the text was not seen: confirm before redistributing",
                "attribution": CITED["2016"],
                "doi": None,
                "use": f"how steep the probability of abnormal is, and figures ({of_2016} recordings); not trained on; no recording is in this folder",
            },
        ],
        "training": {
            "script": "models/training/heart_sound",
            "seed": seed,
            "split": (
                "folds by child (by recording in 2016, which names no persons), training/folds.py; held-out/fold-N.onnx was trained and calibrated "
                "without fold N, held-out/without-X.onnx calibrated without hospital X. What is trained on, how the scores are joined and that the zero comes "
                "from children were chosen on hospitals a, b and e left out in turn"
            ),
        },
        "cannot": [
            "It is not a medical device and its score is not a diagnosis: a murmur is not a disease, and its absence is not health.",
            "The murmur answer has heard children and adolescents of two screening campaigns in one region of Brazil and one kind of stethoscope; in others it is untested and its calibration does not hold.",
            "The abnormal answer was learnt from children's murmurs: it hears what sounds like a murmur or cannot be called, not coronary disease, which is what was abnormal in two of the three hospitals it was tried in. In one of them (e) it was hardly better than chance, and with one zero for all three hospitals it is little better.",
            "The share of murmurs among its children sets the murmur probabilities; the abnormal probability is for a ward where half are abnormal. Elsewhere they are shifted.",
            "Scores shift from one hospital and device to the next: where it is to be used, the zero of abnormal should be set anew on recordings made there.",
            "It does not say which valve, which grade or systole or diastole, and it does not find missing heart sounds, rubs or gallops.",
            "Ventilators, alarms, voices and other noise of a ward were not in its data.",
            "Synthetic heart sounds, as in the demo ward and in golden.json, are not its data; what it says of them proves only that it runs.",
        ],
    }
