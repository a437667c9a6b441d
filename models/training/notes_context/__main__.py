"""python -m training.notes_context DATA --cache CACHE --seed 0: trains the five held-out files and the one that ships, and writes models/notes-context."""
import argparse
import os
import pickle
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
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
DICTIONARY_STEPS, PHRASE_STEPS = 1_600, 500
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


def phrases_of(rows: list[Row]) -> Counter:
    """How many subjects have each phrase."""
    return Counter(phrase for _, phrase in {(row.subject, phrase) for row in rows for phrase in word_pieces.told(row.problems + row.notes)})


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
        phrases = phrases_of(self.rows)
        self.phrases = sorted(phrases)
        embedded = kept(cache / "teacher.pickle", lambda: self.teacher.embed(self.phrases + dictionary))
        # The vocabulary knows no phrase that one subject alone has.
        self.pieces = choose(self.teacher.tokenizer, [phrase for phrase, count in phrases.items() if count > 1], dictionary)
        self.tokenizer = tokenizer(self.pieces)
        self.strings = self.phrases + dictionary
        self.target = Target(embedded[len(self.phrases) :])
        self.string_rows, self.string_targets = phrase_rows(self.tokenizer, self.strings), self.target.of(embedded)
        self.tokens = np.stack([encode(self.tokenizer, row.problems, row.notes) for row in self.rows])
        self.fold = np.array([row.fold for row in self.rows])

    def encoder_state(self) -> dict:
        """Taught the dictionary only: the same for every fold."""
        net = untaught(self.teacher, self.pieces, self.seed)
        first = len(self.phrases)
        loss = teach(net, self.string_rows[first:], self.string_targets[first:], np.ones(len(self.strings) - first), DICTIONARY_STEPS, self.seed)
        print(f"dictionary: distance {loss:.3f} of 1", flush=True)
        return net.state_dict()

    def encoder(self, fold: int | None) -> NoteEncoder:
        """Taught the phrases of the other folds' subjects as well; fold None: of all."""
        known = phrases_of([row for row in self.rows if row.fold != fold])
        weights = np.array([PHRASE_WEIGHT if string in known else 0 for string in self.phrases] + [1.0] * (len(self.strings) - len(self.phrases)))
        net = NoteEncoder(len(self.pieces))
        base = kept(self.cache / "encoder-dictionary.pickle", self.encoder_state)

        def taught() -> dict:
            net.load_state_dict(base)
            loss = teach(net, self.string_rows, self.string_targets, weights, PHRASE_STEPS, self.seed + 1, 1e-3)
            print(f"fold {fold}: distance {loss:.3f} of 1", flush=True)
            return net.state_dict()

        net.load_state_dict(kept(self.cache / f"encoder-{'all' if fold is None else fold}.pickle", taught))
        return net.eval()

    def features(self, encoder: NoteEncoder) -> Features:
        rows = self.rows
        column = lambda name: np.array([float(getattr(row, name)) for row in rows])
        return Features(
            column("died"), column("expected"), self.fold, np.stack([row.vitals for row in rows]).astype(np.float32),
            np.array([[row.age, row.male] for row in rows], np.float32), pooled_of(encoder, self.tokens),
            counts_of(self.tokens, len(self.pieces)),
        )  # fmt: skip

    def shipped(self, fold: int | None) -> tuple[Shipped, np.ndarray]:
        """Without the fold's subjects; and the slopes and offsets of its answers."""
        encoder = self.encoder(fold)
        features = self.features(encoder)
        features = features[self.fold != fold] if fold is not None else features
        heads = Heads(features)
        slopes, offsets = fit_answers(unseen_scores(features), features.died)
        return Shipped(encoder, heads, slopes, offsets).eval(), slopes

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
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    torch.set_num_threads(1)
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
