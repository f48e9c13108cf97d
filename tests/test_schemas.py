"""schemas/ says what records.py says."""

from tests.write_schemas import FOLDER, schema_files


def test_the_files_are_those_of_the_records():
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == schema_files(), (
        "a record changed: run `make schemas`"
    )


def test_a_schema_describes_a_stored_record():
    sample = schema_files()["sample.schema.json"]
    assert '"additionalProperties": false' in sample
    assert '"onset_frame"' in sample
