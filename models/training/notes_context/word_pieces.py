"""Text to ids, as src/predict/note-tokens.ts does it: BERT's normaliser and WordPiece over a vocabulary of this model's own."""
import re
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

LENGTH = 256
PAD, UNKNOWN, END, NOTES = 0, 1, 2, 3
SPECIAL = ("[PAD]", "[UNK]", "[END]", "[NOTES]")
SIZE = 4_000
# Where the teacher's vocabulary, ordered by how common a word is, comes to words, and how many of them are taken.
COMMON_FROM, COMMON = 1_996, 600
# Cut before anything is learnt: they tell of how it will end, above all of a decision to let somebody die, and not of his illness.
WITHHELD = re.compile(r"palliative|hospice|comfort|withdraw(al)? of|care limit|end of life|brain death|discharge planning|do not resus|\bdn[ri]\b")


def tokenizer(pieces: list[str]) -> Tokenizer:
    made = Tokenizer(WordPiece({piece: index for index, piece in enumerate(pieces)}, unk_token=SPECIAL[UNKNOWN], max_input_chars_per_word=100))
    made.normalizer = BertNormalizer(lowercase=True, strip_accents=True, handle_chinese_chars=True, clean_text=True)
    made.pre_tokenizer = BertPreTokenizer()
    return made


def choose(of_teacher: Tokenizer, phrases: list[str], dictionary: list[str]) -> list[str]:
    """Single characters, so that any word can be spelt; common words; the teacher's pieces of all phrases, then the commonest of the dictionary."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    chosen = dict.fromkeys([*SPECIAL, *letters, *(f"##{letter}" for letter in letters), *"-/,.()%<>+&':=\"#*?!"])
    chosen.update(dict.fromkeys(of_teacher.id_to_token(COMMON_FROM + place) for place in range(COMMON)))
    used = lambda texts: Counter(piece for text in texts for piece in of_teacher.encode(text, add_special_tokens=False).tokens)
    for piece, _ in sorted(used(phrases).items()) + sorted(used(dictionary).items(), key=lambda item: (-item[1], item[0])):
        if len(chosen) < SIZE and piece != "[UNK]":
            chosen[piece] = None
    return list(chosen)


def read_vocabulary(file: Path) -> list[str]:
    return file.read_text().splitlines()


def told(texts: list[str]) -> list[str]:
    """The phrases of texts: a semicolon or a line's end parts them, and what is withheld is left out."""
    return [phrase for text in texts for phrase in re.split(r"[;\n]", text) if not WITHHELD.search(phrase.lower())]


def encode(of: Tokenizer, problems: list[str], notes: list[str]) -> np.ndarray:
    """[LENGTH]: each problem with an END after it, a NOTES mark, each note with an END after it, zeros. What is too long is cut at the end."""
    written = lambda texts: [id for phrase in told(texts) if (piece_ids := of.encode(phrase).ids) for id in (*piece_ids, END)]
    of_notes = written(notes)
    ids = written(problems) + ([NOTES, *of_notes] if of_notes else [])
    row = np.zeros(LENGTH, np.float32)
    row[: min(len(ids), LENGTH)] = ids[:LENGTH]
    return row
