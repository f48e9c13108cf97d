"""The files around the program that people and services read."""

import re

import pytest
import yaml

import meu_data
from tests import ROOT

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def read(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def test_the_citation_has_what_the_format_requires():
    """Citation File Format 1.2.0, schema guide: required keys of the file, of persons and of references."""
    citation = read("CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["version"] == meu_data.__version__
    assert citation["license"] == "MIT"
    people = [*citation["authors"], *(person for work in citation["references"] for person in work["authors"])]
    assert all(person.keys() <= {"name"} or person.keys() == {"family-names", "given-names"} for person in people)
    assert all({"type", "title", "authors"} <= work.keys() for work in citation["references"])


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_for_issues_has_what_the_service_requires(path):
    form = read(path)
    assert {"name", "description", "body"} <= form.keys()
    assert {part["type"] for part in form["body"]} <= KINDS
    questions = [part for part in form["body"] if part["type"] != "markdown"]
    assert all(part["attributes"]["label"] for part in questions)
    assert len({part["id"] for part in questions}) == len(questions)


def test_who_reports_a_bug_is_asked_what_the_doctor_says():
    (doctor,) = [part for part in read(".github/ISSUE_TEMPLATE/bug.yml")["body"] if part.get("id") == "doctor"]
    assert "meu-data doctor --json" in doctor["attributes"]["label"]
    assert doctor["validations"]["required"]


def test_the_hooks_run_what_make_lint_runs():
    hooks = [hook for repository in read(".pre-commit-config.yaml")["repos"] for hook in repository["hooks"]]
    lint = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    for hook in hooks:
        assert " ".join(hook["entry"].split()[:2]) in lint
        assert hook["language"] == "system"
    assert {hook["id"] for hook in hooks} == {"ruff", "ruff-format", "mypy"}


def test_the_changelog_begins_with_what_is_not_released():
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    kinds = re.findall(r"^### (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
