"""`dataset_info.json`, by which LLaMA-Factory finds the files and columns of each split."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from meu_data.checking.findings import Finding, Rule
from meu_data.checking.places import DATASET_INFO
from meu_data.checking.reading.file_row import MAX_ROW
from meu_data.errors import printable
from meu_data.store.confined import OutsideError, confined


def check_dataset_info(root: Path, columns: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    """Whether every data set that it names has its file, and that file the columns.

    Yields:
        What is wrong. Never raises.
    """
    try:
        with open(root / DATASET_INFO, "rb") as stream:
            info = json.loads(stream.read(MAX_ROW))
    except OSError as error:
        yield _finding("unreadable", f"cannot be read ({error.strerror})")
        return
    except (ValueError, RecursionError) as error:
        yield _finding("unreadable", f"no JSON: {printable(str(error))}")
        return
    if not isinstance(info, dict):
        yield _finding("schema", "it is no object with a data set under each name")
        return
    for name, entry in info.items():
        if wrong := _why_not(entry, root, columns):
            yield _finding(*wrong[:1], f"{printable(name)}: {wrong[1]}")


def _why_not(entry: Any, root: Path, columns: Mapping[str, frozenset[str]]) -> tuple[Rule, str] | None:  # noqa: ANN401
    file_name = entry.get("file_name") if isinstance(entry, dict) else None
    if not isinstance(file_name, str):
        return "schema", "it has no file_name"
    file = PurePosixPath(file_name)
    try:
        path = confined(root, file_name)
    except OutsideError:
        return "files", f"file_name {printable(file_name)} leads out of the export"
    if not path.exists():
        return "files", f"there is no {printable(file_name)}"
    wanted = entry.get("columns")
    wanted = [value for value in wanted.values() if isinstance(value, str)] if isinstance(wanted, dict) else []
    for name, present in columns.items():
        if PurePosixPath(name).is_relative_to(file) and (missing := sorted(set(wanted) - present)):
            return "schema", f"{printable(name)} has no column {printable(missing[0])}"
    return None


def _finding(rule: Rule, wrong: str) -> Finding:
    return Finding(file=DATASET_INFO, row=None, id=None, rule=rule, wrong=wrong)
