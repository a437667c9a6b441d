"""Made-up windows: each encoder's own golden inputs side by side, whole and with evidence gone."""
import numpy as np

from ..alarm_truth import golden as alarms
from ..heart_sound.recordings import RATE_HZ
from ..heart_sound.synthetic_beats import golden_cases as heart_sounds
from ..notes_context.word_pieces import encode, read_vocabulary, tokenizer
from ..procedure_view.golden import golden_cases as frames
from ..sepsis.made_up import cases as stays
from ..sepsis.stays import PERSON, VITALS
from .evidence import MODELS

PROBLEMS, NOTES = ["septic shock", "acute renal failure"], ["history of liver cirrhosis", "mechanical ventilation"]


def cases(seed: int) -> dict[str, dict[str, np.ndarray]]:
    tokens = encode(tokenizer(read_vocabulary(MODELS / "notes-context" / "vocabulary.txt")), PROBLEMS, NOTES)
    whole = {
        **stays(VITALS, PERSON)["falling ill"], **alarms.cases(seed)["a wide fast run without a pulse"], **heart_sounds(seed)["beats with a murmur"],
        **frames()["a scope's round field of tissue"], "frame_mask": np.ones(1, np.float32), "tokens": tokens,
    }  # fmt: skip
    gone = {name: np.full_like(value, np.nan if name in ("hours", "static") else 0) for name, value in whole.items()}
    noise = np.random.default_rng(seed).standard_normal(whole["pcg"].shape).astype(np.float32) * 0.1
    only = lambda *names: gone | {name: whole[name] for name in names}
    sounds = heart_sounds(seed)
    heard = np.arange(len(noise)) // RATE_HZ
    murmur = np.where((heard >= 3) & (heard < 5), sounds["beats with a murmur"]["pcg"], sounds["plain beats"]["pcg"])
    return {
        "everything": whole,
        "nothing at all": gone,
        "vital signs only": only("hours", "static"),
        "noise for a heart sound, no vital signs": only("tokens") | {"pcg": noise, "mask": np.ones_like(noise)},
        "a murmur from 3 to 5 s": gone | {"pcg": murmur, "mask": np.ones_like(noise)},
        "well, with notes": only("static", "tokens") | {"hours": stays(VITALS, PERSON)["well for two days"]["hours"]},
    }
