"""python -m training.small [--held-out DIR]: NAME.small.onnx of every model, and the held-out files alike in DIR, laid out as models/.

Where a card has a block `small`, its hash and how far it moves the golden answers are written anew.

What int8 costs is what the evaluations say of the files in DIR less what they say of those that ship.
"""
import argparse
import hashlib
import json
from pathlib import Path

import onnx

from . import held_out_files
from .golden_answers import moves
from .model_folder import save, write_small
from .weights import NETWORKS, in_bytes

MODELS = Path(__file__).parents[1]


def write_held_out(folder: Path, out: Path) -> None:
    packed = folder / "held-out"
    for file in sorted(packed.glob("*.onnx.gz")):
        name = file.name.removesuffix(".gz")
        if not name.startswith("shared-"):
            save(in_bytes(held_out_files.read(packed, name), NETWORKS[folder.name]), out / folder.name / "held-out" / name)
    held_out_files.pack(out / folder.name / "held-out")


def write_in_card(folder: Path) -> None:
    """What can be said without the data; what is lost on it comes from the evaluations."""
    file = folder / "card.json"
    card = json.loads(file.read_text())
    if "small" in card:
        small = folder / card["small"]["file"]
        card["small"] |= {"sha256": hashlib.sha256(small.read_bytes()).hexdigest(), "moves": moves(folder, small.name)}
        file.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--held-out", type=Path)
    given = parser.parse_args()
    for name in NETWORKS:
        folder = MODELS / name
        write_small(folder)
        write_in_card(folder)
        if given.held_out and any(folder.glob("*.small.onnx")):
            write_held_out(folder, given.held_out)
        for file in sorted(folder.glob("*.small.onnx")):
            small = {"file": file.name, "kind": "int8", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
            print(json.dumps({"model": name, **small, "bytes": file.stat().st_size, "full": (folder / file.name.replace(".small", "")).stat().st_size}))


if __name__ == "__main__":
    main()
