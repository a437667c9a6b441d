"""Which fifth of the subjects each subject is in: the same for Python, for TypeScript and for data that grows."""
import hashlib

FOLDS = 5


def fold_of(subject: str) -> int:
    """The first 32 bits of the SHA-256 of the subject's name, modulo five; test/evaluate/fold.ts does the same."""
    return int.from_bytes(hashlib.sha256(subject.encode()).digest()[:4], "big") % FOLDS
