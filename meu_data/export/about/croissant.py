"""`croissant.json`: an export described in Croissant 1.0, the vocabulary of MLCommons that data catalogues read.

The format is that of docs.mlcommons.org/croissant/docs/croissant-spec.html. It is written by hand, so that the bytes do
not depend on the version of a library; the tests read it with MLCommons' own, mlcroissant. No date and no version stand
in it: the program knows neither.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from meu_data.export.about.facts import ExportFacts
from meu_data.export.about.licences import PLACEHOLDER
from meu_data.export.formats.format import PICTURES
from meu_data.export.styles.columns import IMAGE

CROISSANT = "croissant.json"

_KINDS = {
    ".parquet": "application/x-parquet",
    ".jsonl": "application/jsonlines",
    ".json": "application/json",
    ".tar": "application/x-tar",
    ".csv": "text/csv",
}
# Nothing may share its identifier with something else.
_ROWS, _ROW_FILES, _PICTURES = "rows", "row-files", "picture-files"


def croissant(facts: ExportFacts, folder: Path, files: Mapping[str, str]) -> str:
    """The text of `croissant.json`.

    Args:
        facts: About the export.
        folder: The export, with its data files in place.
        files: SHA-256 by name below the folder; pictures are told as one set of files.

    Returns:
        JSON-LD. Rows in Parquet are described column by column; of the other forms the files are.
    """
    tables = [name for name in sorted(files) if name.endswith(".parquet")]
    distribution = _present(folder, files)
    records: list[dict[str, Any]] = []
    if tables:
        patterns = sorted({pattern for _, patterns in facts.configs[0].files for pattern in patterns})
        distribution.append(_file_set(_ROW_FILES, _KINDS[".parquet"], patterns))
        columns = [_field(field, (_ROWS, field.name), []) for field in pq.read_schema(folder / tables[0])]
        records.append({"@type": "cr:RecordSet", "@id": _ROWS, "name": _ROWS, "field": columns})
    papers = [terms.paper for terms in facts.licensed if terms.paper]
    head = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"micro-expression-{facts.style.replace('+', '-')}",
        "description": facts.about,
        "license": facts.licence or PLACEHOLDER,
        **({"citeAs": "; ".join(papers)} if papers else {}),
        "inLanguage": facts.lang,
        "keywords": ["micro-expression", "facial action units", *facts.corpora],
        "distribution": distribution,
    }
    document = {**head, **({"recordSet": records} if records else {})}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


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


def _field(field: pa.Field, path: Sequence[str], within: Iterable[str]) -> dict[str, Any]:
    """One column, or one part of a column that is made of parts.

    Args:
        field: Its name and type.
        path: Of its identifier; the second is the column.
        within: The keys that lead from the column to it.
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
        described["subField"] = [_field(part, (*path, part.name), [*keys, part.name]) for part in parts]
        return described
    keys += ["bytes"] if kind == IMAGE else []
    source: dict[str, Any] = {"fileSet": {"@id": _ROW_FILES}, "extract": {"column": path[1]}}
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
