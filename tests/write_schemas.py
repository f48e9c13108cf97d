"""Writes schemas/ from the records; `make schemas` runs it after a record changed."""

import json
import re

from meu_data.evaluate.result import EvaluationResult
from meu_data.export.about.facts import ExportFacts
from meu_data.records import Annotation, Draft, Motion, Problem, Record, Review, Sample
from tests import ROOT

FOLDER = ROOT / "schemas"
RECORDS: tuple[type[Record], ...] = (Sample, Problem, Motion, Annotation, Draft, Review, ExportFacts, EvaluationResult)


def schema_files() -> dict[str, str]:
    """The file name and text of every schema."""
    return {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", record.__name__).lower() + ".schema.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **record.model_json_schema()}, indent=2
        )
        + "\n"
        for record in RECORDS
    }


if __name__ == "__main__":
    for name, text in schema_files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
