"""`croissant.json`: an export described in Croissant 1.0, the vocabulary of MLCommons that data catalogues read.

The format is that of docs.mlcommons.org/croissant/docs/croissant-spec.html. It is written by hand, so that the bytes do
not depend on the version of a library; the tests read it with MLCommons' own, mlcroissant. How the set is to be cited,
its version and its date are those of `meu.toml`: the program knows none of them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.export.about.facts import ExportFacts
from meu_data.export.about.licences import PLACEHOLDER
from meu_data.export.formats.format import PICTURES
from meu_data.export.styles.columns import IMAGE

CROISSANT = "croissant.json"
# The challenge's blank test files, beside those with the answers.
_TO_ANSWER = "data/*_to_answer.jsonl"

_KINDS = {
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".tar": "application/x-tar",
    ".csv": "text/csv",
}
# Nothing may share its identifier with something else.
_ROWS, _ROW_FILES, _PICTURES = "rows", "row-files", "picture-files"
_BLANKS, _BLANK_FILES = "rows-to-answer", "files-to-answer"


def croissant(facts: ExportFacts, folder: Path, files: Mapping[str, str]) -> str:
    """The text of `croissant.json`.

    Args:
        facts: About the export.
        folder: The export, with its data files in place.
        files: SHA-256 by name below the folder; pictures are told as one set of files.

    Returns:
        JSON-LD. Rows are described column by column, whatever their form.
    """
    distribution, records = _present(folder, files), list[dict[str, Any]]()
    for record in _row_sets(facts, folder, files):
        distribution.append(record.files)
        records.append({"@type": "cr:RecordSet", "@id": record.name, "name": record.name, "field": record.columns})
    papers = [terms.paper for terms in facts.licensed if terms.paper]
    cited = facts.cite_as or "; ".join(papers)
    head = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"micro-expression-{facts.style.replace('+', '-')}",
        "description": facts.about,
        "license": facts.licence or PLACEHOLDER,
        **({"citeAs": cited} if cited else {}),
        **({"version": facts.version} if facts.version else {}),
        **({"datePublished": facts.date_published.isoformat()} if facts.date_published else {}),
        "inLanguage": facts.lang,
        "keywords": ["micro-expression", "facial action units", *facts.corpora],
        "distribution": distribution,
        "recordSet": records,
    }
    return json.dumps(head, ensure_ascii=False, indent=1) + "\n"


class _RowSet(NamedTuple):
    """Rows of one shape: the files they are in, and their columns."""

    name: str
    files: dict[str, Any]
    columns: list[dict[str, Any]]


def _row_sets(facts: ExportFacts, folder: Path, files: Mapping[str, str]) -> Iterator[_RowSet]:
    patterns = sorted({pattern for _, patterns in facts.configs[0].files for pattern in patterns})
    names = [name for name in sorted(files) if any(PurePosixPath(name).match(pattern) for pattern in patterns)]
    kind = Path(names[0]).suffix
    if kind == ".tar":
        # No path leads into a file of an archive, so a row is told as the text that it is.
        members = {_ROWS: ("*.json", _KINDS[".json"], "sc:Text")}
        if facts.pictured:
            members["pictures"] = ("*.png", "image/png", "sc:ImageObject")
        for record, (pattern, encoding, data_type) in members.items():
            inside = _file_set(f"{record}-in-archives", encoding, [pattern]) | {
                "containedIn": [{"@id": name} for name in names]
            }
            told = {"file": ("filename", "sc:Text"), "content": ("content", data_type)}
            yield _RowSet(record, inside, [_member_field(record, inside["@id"], *one) for one in told.items()])
        return
    row_files = _file_set(_ROW_FILES, _KINDS[kind], patterns)
    if kind == ".parquet":
        yield _RowSet(_ROWS, row_files, _columns(pq.read_schema(folder / names[0]), _ROWS, _ROW_FILES))
    elif kind == ".json":
        yield _RowSet(_ROWS, row_files, [_item_field(field) for field in _first_item(folder / names[0])])
    else:
        yield _RowSet(_ROWS, row_files, _columns(_first_line(folder / names[0]), _ROWS, _ROW_FILES))
        if blanks := [name for name in sorted(files) if PurePosixPath(name).match(_TO_ANSWER)]:
            blank_files = _file_set(_BLANK_FILES, _KINDS[kind], [_TO_ANSWER])
            yield _RowSet(_BLANKS, blank_files, _columns(_first_line(folder / blanks[0]), _BLANKS, _BLANK_FILES))


def _first_line(path: Path) -> pa.Schema:
    with open(path, encoding="utf-8") as stream:
        return _schema_of(stream.readline())


def _first_item(path: Path) -> pa.Schema:
    """Of a list as `lines_folder` writes it: an item a line."""
    with open(path, encoding="utf-8") as stream:
        stream.readline()
        return _schema_of(stream.readline().rstrip().removesuffix(","))


def _schema_of(row: str) -> pa.Schema:
    """The columns of a row of JSON."""
    return pa.Table.from_pylist([json.loads(row)]).schema


def _columns(schema: pa.Schema, rows: str, files: str) -> list[dict[str, Any]]:
    """The fields of a record set."""
    return [_field(field, (rows, field.name), [], files) for field in schema]


def _item_field(field: pa.Field) -> dict[str, Any]:
    """A text of rows that are the items of a list."""
    source = {"fileSet": {"@id": _ROW_FILES}, "extract": {"jsonPath": f"$[*].{field.name}"}}
    named = {"@type": "cr:Field", "@id": f"{_ROWS}/{field.name}", "name": field.name}
    return {**named, "dataType": _data_type(field.type), "source": source}


def _member_field(record: str, files: str, name: str, told: tuple[str, str]) -> dict[str, Any]:
    """What is known of files in an archive: a property of each, and its type."""
    source = {"fileSet": {"@id": files}, "extract": {"fileProperty": told[0]}}
    named = {"@type": "cr:Field", "@id": f"{record}/{name}", "name": name}
    return {**named, "dataType": told[1], "source": source}


def _present(folder: Path, files: Mapping[str, str]) -> list[dict[str, Any]]:
    """The files one by one, but the pictures as one set."""
    single = [name for name in sorted(files) if not name.startswith(f"{PICTURES}/")]
    sets = [_file_set(_PICTURES, ["image/png", "image/jpeg"], [f"{PICTURES}/*"])] if len(single) < len(files) else []
    return [*(_file(name, files[name], folder) for name in single), *sets]


def _file(name: str, sha256: str, folder: Path) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "contentSize": f"{(folder / name).stat().st_size} B",
        "encodingFormat": _KINDS.get(Path(name).suffix, "application/octet-stream"),
        "sha256": sha256,
    }


def _file_set(name: str, kind: str | list[str], includes: list[str]) -> dict[str, Any]:
    return {"@type": "cr:FileSet", "@id": name, "name": name, "encodingFormat": kind, "includes": includes}


def _field(field: pa.Field, path: Sequence[str], within: Iterable[str], files: str) -> dict[str, Any]:
    """One column, or one part of a column that is made of parts.

    Args:
        field: Its name and type.
        path: Of its identifier; the second is the column.
        within: The keys that lead from the column to it.
        files: The identifier of the files.
    """
    keys = list(within)
    kind, repeated = field.type, pa.types.is_list(field.type)
    if repeated:
        kind = kind.value_type
    described: dict[str, Any] = {"@type": "cr:Field", "@id": "/".join(path), "name": "/".join(path[1:])}
    if repeated:
        described["repeated"] = True
    if pa.types.is_struct(kind) and kind != IMAGE:
        # A JSON path leads to one value, so a list of structs inside a struct cannot be told.
        parts = (part for part in kind if not _is_list_of_structs(part.type))
        described["subField"] = [_field(part, (*path, part.name), [*keys, part.name], files) for part in parts]
        return described
    keys += ["bytes"] if kind == IMAGE else []
    source: dict[str, Any] = {"fileSet": {"@id": files}, "extract": {"column": path[1]}}
    if keys:
        source["transform"] = {"jsonPath": ".".join(keys)}
    return {**described, "dataType": _data_type(kind), "source": source}


def _is_list_of_structs(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) and pa.types.is_struct(kind.value_type))


def _data_type(kind: pa.DataType) -> str:
    if kind == IMAGE:
        return "sc:ImageObject"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    return "sc:Text"


_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{
        term: f"cr:{term}"
        for term in (
            *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet"),
            *("format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet"),
            *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
            "transform",
        )
    },
}
