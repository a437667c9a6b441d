"""Held-out files, packed: what all files of a kind have alike (an encoder that no outcome was shown) lies once in shared-KIND.onnx.gz.

Serialised protocol buffers put one behind the other are one message whose lists are joined, so a file and what it shares are read by
putting their bytes together. test/evaluate/scoring-models.ts does the same. They are read by `npm run evaluate` and by trainings alone.
"""
import gzip
from pathlib import Path

import onnx

LEAST_BYTES = 1024


def pack(folder: Path) -> None:
    """Of KIND-N.onnx and KIND-N.onnx.gz in this folder; the same bytes on every machine."""
    held = {name: read(folder, name) for name in sorted({file.name.removesuffix(".gz") for file in folder.glob("*.onnx*")}) if not name.startswith("shared-")}
    kinds: dict[str, dict[str, onnx.ModelProto]] = {}
    for name, proto in held.items():
        kinds.setdefault(name.removesuffix(".onnx").rpartition("-")[0], {})[name] = proto
    for file in folder.glob("*.onnx*"):
        file.unlink()
    for kind, files in kinds.items():
        alike = _alike(list(files.values())) if kind and len(files) > 1 else {}
        for name, proto in files.items():
            own = [one for one in proto.graph.initializer if one.name not in alike]
            del proto.graph.initializer[:]
            proto.graph.initializer.extend(own)
            _write(folder / f"{name}.gz", proto)
        if alike:
            shared = onnx.ModelProto()
            shared.graph.initializer.extend(alike.values())
            _write(folder / f"shared-{kind}.onnx.gz", shared)


def read(folder: Path, name: str) -> onnx.ModelProto:
    """An array that the file has and what is shared too, as after a file was brought from elsewhere, is there once: the file's own."""
    proto = onnx.load_from_string(read_bytes(folder, name))
    once = {one.name: one for one in reversed(proto.graph.initializer)}
    if len(once) < len(proto.graph.initializer):
        kept = list(reversed(once.values()))
        del proto.graph.initializer[:]
        proto.graph.initializer.extend(kept)
    return proto


def read_bytes(folder: Path, name: str) -> bytes:
    """NAME.onnx, as it was trained or packed."""
    plain, packed = folder / name, folder / f"{name}.gz"
    if plain.exists():
        return plain.read_bytes()
    shared = folder / f"shared-{name.removesuffix('.onnx').rpartition('-')[0]}.onnx.gz"
    return b"".join(gzip.decompress(file.read_bytes()) for file in (packed, shared) if file.exists())


def _alike(protos: list[onnx.ModelProto]) -> dict[str, onnx.TensorProto]:
    """Large tables of the first that all have by the same name with the same numbers."""
    tables = [{one.name: one.SerializeToString(deterministic=True) for one in proto.graph.initializer} for proto in protos]
    return {
        one.name: one
        for one in protos[0].graph.initializer
        if one.ByteSize() >= LEAST_BYTES and all(table.get(one.name) == tables[0][one.name] for table in tables)
    }


def _write(file: Path, proto: onnx.ModelProto) -> None:
    file.write_bytes(gzip.compress(proto.SerializeToString(deterministic=True), compresslevel=9, mtime=0))
