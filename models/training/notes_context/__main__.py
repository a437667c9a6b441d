"""python -m training.notes_context DATA --cache CACHE --seed 0: trains the five held-out files and the one that ships, and writes models/notes-context."""
import os
import pickle
from collections.abc import Callable
from pathlib import Path

from ..command import arguments

import numpy as np
import pandas as pd
import torch

from ..folds import FOLDS
from ..model_folder import export, save, session, write_card, write_golden
from . import word_pieces
from .card import card
from .distillation import Target, phrase_rows, teach, untaught
from .encoder import NoteEncoder, pooled_of
from .golden import cases
from .heads import ANSWERS, Features, Heads, counts_of, fit_answers, unseen_scores
from .network import Shipped
from .stays import Row, read
from .teacher import Teacher
from .vital_signs import NAMES
from .word_pieces import choose, encode, tokenizer

FOLDER = Path(__file__).parents[2] / "notes-context"
DICTIONARY_STEPS, PHRASE_STEPS = 2_400, 600
PHRASE_WEIGHT = 5.0


def kept(file: Path, make: Callable):
    """What is in the cache already is not made again."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(pickle.dumps(make()))
        part.rename(file)  # whole or not at all
    with open(file, "rb") as saved:
        return pickle.load(saved)


def phrases_of(rows: list[Row], of: str) -> list[str]:
    """What at least two subjects, or two folds, have."""
    those: dict[str, set] = {}
    for row in rows:
        for phrase in word_pieces.told(row.problems + row.notes):
            those.setdefault(phrase, set()).add(getattr(row, of))
    return sorted(phrase for phrase, who in those.items() if len(who) > 1)


def dictionary_of(data: Path) -> list[str]:
    """Titles of diagnoses, without a patient: the ICD-9 dictionary of the MIMIC-III demo."""
    titles = pd.read_csv(data / "vitals" / "mimic3_demo" / "tables" / "d_icd_diagnoses.csv.xz")["long_title"]
    return sorted({str(title).lower() for title in titles})


class Training:
    def __init__(self, data: Path, cache: Path, seed: int) -> None:
        self.cache, self.seed = cache, seed
        self.rows = kept(cache / "rows.pickle", lambda: read(data))
        self.teacher = Teacher()
        dictionary = dictionary_of(data)
        # Whichever fold is held out, these are among what the others have as well.
        self.phrases = phrases_of(self.rows, "fold")
        self.strings = self.phrases + dictionary
        self.pieces = choose(self.teacher.tokenizer, phrases_of(self.rows, "subject"), dictionary)
        self.tokenizer = tokenizer(self.pieces)
        self.tokens = np.stack([encode(self.tokenizer, row.problems, row.notes) for row in self.rows])
        self.fold = np.array([row.fold for row in self.rows])
        net = NoteEncoder(len(self.pieces))
        net.load_state_dict(kept(cache / "encoder.pickle", self.taught))
        self.encoder = net.eval()
        self.features = self.read_features()

    def taught(self) -> dict:
        """The dictionary, then phrases and dictionary."""
        embedded = kept(self.cache / "teacher.pickle", lambda: self.teacher.embed(self.strings))
        first = len(self.phrases)
        target = Target(embedded[first:])
        rows, targets = phrase_rows(self.tokenizer, self.strings), target.of(embedded)

        def of_dictionary() -> dict:
            net = untaught(self.teacher, self.pieces, self.seed)
            loss = teach(net, rows[first:], targets[first:], np.ones(len(rows) - first), DICTIONARY_STEPS, self.seed)
            print(f"dictionary: distance {loss:.3f} of 1", flush=True)
            return net.state_dict()

        net = NoteEncoder(len(self.pieces))
        net.load_state_dict(kept(self.cache / "encoder-dictionary.pickle", of_dictionary))
        weights = np.repeat([PHRASE_WEIGHT, 1.0], [first, len(rows) - first])
        loss = teach(net, rows, targets, weights, PHRASE_STEPS, self.seed + 1, 1e-3)
        print(f"phrases and dictionary: distance {loss:.3f} of 1", flush=True)
        return net.state_dict()

    def read_features(self) -> Features:
        rows = self.rows
        column = lambda name: np.array([float(getattr(row, name)) for row in rows])
        return Features(
            column("died"), column("expected"), self.fold, np.stack([row.vitals for row in rows]).astype(np.float32),
            np.array([[row.age, row.male] for row in rows], np.float32), pooled_of(self.encoder, self.tokens),
            counts_of(self.tokens, len(self.pieces)),
        )  # fmt: skip

    def shipped(self, fold: int | None) -> tuple[Shipped, np.ndarray]:
        """Without the fold's subjects; and the slopes and offsets of its answers."""
        features = self.features if fold is None else self.features[self.fold != fold]
        slopes, offsets = fit_answers(unseen_scores(features), features.died)
        return Shipped(self.encoder, Heads(features), slopes, offsets).eval(), slopes

    def example(self, count: int = 3) -> dict[str, torch.Tensor]:
        rows = self.rows[:count]
        return {
            "tokens": torch.tensor(self.tokens[:count]),
            "context": torch.tensor([[row.age, row.male] for row in rows], dtype=torch.float32),
            "context_vitals": torch.tensor(np.stack([row.vitals for row in rows]).astype(np.float32)),
        }

    def write(self, module: Shipped, file: Path) -> None:
        save(export(module, self.example(), [*ANSWERS, "pooled"]), file)
        run = session(file)
        example = self.example(64)
        answers = run.run([*ANSWERS, "pooled"], {name: value.numpy() for name, value in example.items()})
        with torch.no_grad():
            off = max(float(np.abs(mine - theirs.numpy()).max()) for mine, theirs in zip(answers, module(*example.values())))
        if off > 1e-4:
            raise ValueError(f"{file.name} differs from the network by {off}")


def main() -> None:
    args = arguments("vitals/eicu_demo and vitals/mimic3_demo")
    training = Training(args.data, args.cache, args.seed)
    for fold in range(FOLDS):
        module, _ = training.shipped(fold)
        training.write(module, FOLDER / "held-out" / f"fold-{fold}.onnx")
        print(f"fold {fold} written", flush=True)
    module, slopes = training.shipped(None)
    training.write(module, FOLDER / "model.onnx")
    (FOLDER / "vocabulary.txt").write_text("\n".join(training.pieces) + "\n")
    write_golden(FOLDER, "made up notes, ages and vital signs: models/training/notes_context/golden.py", cases(training.tokenizer, len(NAMES)))
    write_card(FOLDER, card(sum(part.numel() for part in module.state_dict().values()), slopes, training.rows, args.seed))


if __name__ == "__main__":
    main()
