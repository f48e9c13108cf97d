"""Texts and schemas travel with the program."""

import pytest

from meu_data.resources import resource


@pytest.mark.parametrize(("folder", "name"), [("annotation_guides", "guide_en.md"), ("schemas", "sample.schema.json")])
def test_shipped_files_are_found_from_the_checkout(folder, name):
    assert resource(folder, name).read_text(encoding="utf-8")


def test_a_missing_file_says_that_the_installation_is_broken():
    with pytest.raises(FileNotFoundError, match="install meu-data again"):
        resource("schemas", "none.json")
