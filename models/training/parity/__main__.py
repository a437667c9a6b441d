"""Writes what Python makes of some records of each modality, for `npm run parity` to hold TypeScript against.

    cd models && python -m training.parity DATA OUT

`--brief FILE` writes tensors in short instead, of made-up records only (`npm run parity -- --make DATA` makes them): test/parity/made-up.json.
"""
import argparse
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from ..model_folder import session
from .case_file import Tensors, brief, write_cases, write_index
from .readers import MODELS, READERS, Record

#: What depends on files of a model, which may be trained anew, has tests of its own.
NOT_IN_BRIEF = {"tokens"}
#: The records that its windows are put together from are held against each other already; the other ward models are asked the same.
WARD, MADE_UP_WINDOWS = "ward-hybrid", 4


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.parity")
    parser.add_argument("data", type=Path, help="a folder laid out like shared/data")
    parser.add_argument("out", type=Path, nargs="?", help="folder to write")
    parser.add_argument("--records", type=int, default=100, help="of each modality, by the order of a hash of their names")
    parser.add_argument("--brief", type=Path, help="tensors in short, of made-up records")
    args = parser.parse_args()
    made = ", ".join(f"{name} {version(name)}" for name in ("numpy", "onnxruntime", "scipy", "soundfile", "pillow", "tokenizers"))
    if args.brief:
        count = lambda way: MADE_UP_WINDOWS if way == WARD else args.records
        models = {way: briefly(read(way, args.data, count(way))) for way in READERS if way == WARD or not way.startswith("ward-")}
        args.brief.write_text(json.dumps({"made": made, "models": models}, separators=(",", ":")) + "\n")
        return
    if args.out is None:
        parser.error("OUT is missing")
    args.out.mkdir(parents=True, exist_ok=True)
    models = {}
    for way in READERS:
        model, _, size = way.partition("/")
        file = MODELS / model / f"{size or 'model'}.onnx"
        records = write_cases(args.out, way, answered(file, read(way, args.data, args.records)))
        models[way] = {"model": model, "file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "records": records}
        print(way, len(records), "records", flush=True)
    write_index(args.out, made, models)


def read(way: str, data: Path, count: int) -> Iterator[Record]:
    with tempfile.TemporaryDirectory() as scratch:
        yield from READERS[way](data, count, Path(scratch))


def answered(file: Path, records: Iterator[Record]) -> Iterator[tuple[str, Tensors, Tensors]]:
    run = session(file)
    names = [output.name for output in run.get_outputs()]
    for name, inputs in records:
        yield name, inputs, dict(zip(names, run.run(names, inputs)))


def briefly(records: Iterator[Record]) -> list[dict]:
    return [{"name": name, "inputs": {key: brief(value) for key, value in inputs.items() if key not in NOT_IN_BRIEF}} for name, inputs in records]


if __name__ == "__main__":
    main()
