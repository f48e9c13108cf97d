"""Sound exports to check and to spoil: written once, copied for each test."""

import hashlib
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from meu_data.export import export
from meu_data.face.aus import au_label
from meu_data.store.workspace import Workspace
from tests.export.conftest import Corpus, about, corpus  # noqa: F401 - a fixture that tests ask for
from tests.export.faces import CLAIMS, show_faces

UNSUMMED = {"README.md", "DATASHEET.md", "SHA256SUMS"}


@pytest.fixture(scope="session")
def exports(tmp_path_factory) -> Iterator[Callable[..., Path]]:
    """Makes an export by style, consumer and language: 4 rows to train and 2 to test, or more for `megc-vqa`."""
    root = tmp_path_factory.mktemp("sound")
    made: dict[tuple, Path] = {}
    with Workspace.open(root / "work", create=True) as workspace:
        corpus = Corpus(workspace).fill({"train": 4, "testA": 2}, langs=())
        show_faces(corpus)
        for sample in corpus.samples:
            for lang in ("en", "zh"):
                units = {"en": ", ", "zh": "、"}[lang].join(au_label(unit, lang) for unit in sample.aus)
                corpus.draft(
                    sample,
                    lang=lang,
                    claims=about(CLAIMS, (au.code for au in sample.aus)),
                    conclusion=f"{units}: {sample.emotion}.",
                )
                corpus.review(sample, lang=lang, motion_analysis="A person wrote this.", verdict="fixed")

        def exported(style: str, consumer: str = "hf", lang: str = "en", **options: object) -> Path:
            key = (style, consumer, lang, *options.items())
            if key not in made:
                made[key] = root / str(len(made))
                source = {"source": "proofread"} if style == "preference" else {"source": "drafts"}
                export(workspace, made[key], style=style, format=consumer, lang=lang, **source | options)
            return made[key]

        yield exported


@pytest.fixture
def spoilt(exports, tmp_path) -> Callable[..., Path]:
    """A copy of a sound export that may be changed."""

    def copy(style: str, consumer: str = "hf", lang: str = "en", **options: object) -> Path:
        return Path(shutil.copytree(exports(style, consumer, lang, **options), tmp_path / "out"))

    return copy


def data_file(folder: Path, split: str = "train") -> Path:
    """The one file of a split."""
    (path,) = (path for path in (folder / "data").rglob("*") if path.is_file() and split in path.name)
    return path


def read_rows(path: Path) -> list[dict]:
    """The rows of a file of any kind but tar."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines()]


def write_rows(path: Path, rows: list[dict], *, schema: pa.Schema | None = None, **options: object) -> None:
    """Writes rows as they are in an export, and sums that fit: so nothing but the rows is wrong."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows, schema=schema or pq.read_schema(path)), path, **options)
    elif path.suffix == ".json":
        path.write_text(json.dumps(rows), encoding="utf-8")
    else:
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    sum_up(path)


def tar_members(path: Path) -> list[tuple[str, bytes]]:
    """The files in a tar."""
    with tarfile.open(path) as tar:
        return [(member.name, tar.extractfile(member).read()) for member in tar]


def sum_up(path: Path) -> None:
    """Brings the sums of the export that a file belongs to up to date, where it has any."""
    folder = next((parent for parent in path.parents if (parent / "SHA256SUMS").exists()), None)
    if folder is None:
        return
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and file.name not in UNSUMMED)
    sums = (
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.relative_to(folder).as_posix()}\n" for file in files
    )
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
