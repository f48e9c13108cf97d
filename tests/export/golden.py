"""What `golden_export.json` holds: every file of a proofread export in words, free of what a library's version does."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import meu_data
from meu_data.export import export
from tests.export.conftest import Corpus

GOLDEN = Path(__file__).with_name("golden_export.json")


def golden_content(corpus: Corpus, out: Path) -> dict[str, Any]:
    """Fills a workspace, exports it, and tells every file below `out` by its name.

    Args:
        corpus: An empty workspace.
        out: Where to export to.
    """
    corpus.fill({"train": 5, "testA": 3}, size=(24, 20))
    first, second, third, *others = corpus.samples
    corpus.review(first, annotator="zhang@lab.example")
    corpus.review(second, verdict="fixed", emotion="fear", aus=("AU1", "AU20"), conclusion="It may be fear.")
    corpus.review(third, verdict="reject")
    for sample in others[1:]:
        corpus.review(sample, annotator="zhang@lab.example", grounding=0.75)
    export(corpus.workspace, out, licence="Research only", min_grounding=0.5)
    told = {path.relative_to(out).as_posix(): _told(path) for path in sorted(out.rglob("*")) if path.is_file()}
    text = json.dumps(told, ensure_ascii=False)
    for sample in corpus.samples:
        # The bytes of a PNG are those of one version of zlib.
        text = text.replace(hashlib.sha256(corpus.maps[sample.id]).hexdigest(), f"SHA-256 of the map of {sample.id}")
    return dict(json.loads(text))


def _told(path: Path) -> Any:
    if path.suffix == ".parquet":
        return [_row(row) for row in pq.read_table(path).to_pylist()]
    text = path.read_text(encoding="utf-8").replace(f"meu-data {meu_data.__version__}", "meu-data VERSION")
    if path.suffix == ".csv":
        return list(csv.reader(text.splitlines()))
    if path.name == "croissant.json":
        return _without_sums(json.loads(text))
    if path.name == "export.json":
        return json.loads(text) | {"meu_data": "VERSION"}
    if path.suffix == ".json":
        return json.loads(text)
    # The sums of Parquet files are those of one version of pyarrow.
    return [line.partition("  ")[2] if path.name == "SHA256SUMS" else line for line in text.splitlines()]


def _row(row: dict[str, Any]) -> dict[str, Any]:
    for picture in row["images"]:
        picture["bytes"] = hashlib.sha256(picture["bytes"]).hexdigest()
    row["provenance"]["tool_version"] = "VERSION"
    return row


def _without_sums(document: dict[str, Any]) -> dict[str, Any]:
    for entry in document["distribution"]:
        entry.pop("sha256", None)
        entry.pop("contentSize", None)
    return document
