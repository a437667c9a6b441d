"""Children's windows as the shipped network sees them, for `vigil fine-tune` to hold a site's answer against (src/tune/anchor.ts).

    cd models && python -m training.heart_sound.anchor DATA --cache CACHE

A window is 64 numbers of the network and what it says of them; no sound can be made of that, and children are numbered, not named.
The network has learnt from these children, so that what it says of them is better than what it says of others; what a site's answer may
lose on them is counted from there.
"""
import base64
import hashlib
import json
from pathlib import Path

from training.command import arguments
from training.model_folder import session

from .recordings import CIRCOR, MURMUR, Recording, load, windows

MODEL = Path(__file__).resolve().parents[2] / "heart-sound"
#: of the 611 in the data that training has
CHILDREN = 150
FINDING = "murmur"


def write_anchor(recordings: list[Recording], folder: Path = MODEL) -> list[dict]:
    """The first window of every recording of some children, chosen by the order of a hash of who they are, as the folder's network sees it."""
    file = folder / "model.onnx"
    of_children = [recording for recording in recordings if recording.source == CIRCOR]
    order = lambda subject: hashlib.sha256(f"anchor/{subject}".encode()).digest()
    chosen = sorted({recording.subject for recording in of_children}, key=order)[:CHILDREN]
    run, examples = session(file), []
    for recording in of_children:
        if recording.subject in chosen:
            pcg, mask = windows(recording.samples)
            pooled, probabilities = run.run(["pooled", "probabilities"], {"pcg": pcg[:1], "mask": mask[:1]})
            examples.append({
                "subject": f"c{chosen.index(recording.subject)}",
                "label": MURMUR[recording.murmur],
                "embedding": base64.b64encode(pooled[0].astype("<f4").tobytes()).decode(),
                "parent": [round(float(value), 6) for value in probabilities[0]],
            })  # fmt: skip
    made = (
        f"models/training/heart_sound/anchor.py: embeddings by this network of {len(examples)} windows of {len(chosen)} children of the CirCor DigiScope "
        "Phonocardiogram Dataset (Oliveira J. et al., 2022, doi 10.13026/tshs-mw03), ODC-BY 1.0"
    )
    lines = ",\n".join(json.dumps(example, separators=(",", ":")) for example in examples)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    (folder / "anchor.json").write_text(f'{{"made":{json.dumps(made)},"sha256":"{sha256}","answers":{{"{FINDING}":[\n{lines}\n]}}}}\n')
    return examples


def main() -> None:
    args = arguments("heart-sound/manifest.csv")
    write_anchor(load(args.data / "heart-sound", args.cache))
    print(f"anchor.json: {(MODEL / 'anchor.json').stat().st_size} bytes")


if __name__ == "__main__":
    main()
