"""Writes the pages of docs/ that come from the program itself; run it after a change of a command or of the ledger."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import typer

from meu_data.cli import app
from meu_data.commands.help import KNOWN, known
from meu_data.store.migrations import MIGRATIONS
from tests import ROOT

FOLDER = ROOT / "docs"
BAR = "\\|"
_ABOUT = {
    "sources": "Each sheet with its split: corpus, paths of sheet and frames.",
    "samples": "What the sheets say, a sample a row; ids are `<corpus>/<subject>/<clip>/<onset>`.",
    "spots": "Onset and apex that `spot` chose, with the sheet's own values they were chosen for.",
    "spotted": "A view: the samples as every stage sees them, with what was spotted laid over.",
    "problems": "What a stage could not use: sheet, row or sample, reason, what to do.",
    "motion": "Landmarks, head motion, light, region motion and quality of every map.",
    "drafts": "Annotations by models, by sample, model and language.",
    "grounding": "The check of a draft against measured motion and labels.",
    "second_grounding": "The same by a second model's reading of the prose.",
    "requests": "What is to be asked of a model, and how that stands.",
    "attempts": "Every call, written before it is made: state, time, tokens, price.",
    "answers": "The raw answers of those calls.",
    "batch_jobs": "Jobs of a provider's batch service.",
    "batch_lines": "Which attempt is which line of a job.",
    "review_projects": "Projects in Label Studio, by our key.",
    "review_tasks": "Which draft a task shows.",
    "reviews": "Every version of every annotation.",
    "annotators": "Pseudonyms; exports have nothing else of a person.",
}


def pages() -> dict[str, str]:
    """The text of every page that is made, by its name below docs/."""
    return {"commands.md": _commands(), "ledger.md": _ledger()}


def _commands() -> str:
    lines = [
        "# Commands",
        "",
        "What `--help` says, on one page. Exit codes: 0 done; 2 the input or the usage is wrong; 3 done, but some",
        "samples have problems (`meu-data problems`); 1 a bug; 130 interrupted. `--json` prints one object on stdout,",
        "errors too.",
        "",
    ]
    for name, command in _all(typer.main.get_command(app)):
        lines += [f"## meu-data {name}", "", *_command(name, command), ""]
    return "\n".join(lines).rstrip() + "\n"


def _all(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _all(command, f"{before}{name} ")
        else:
            yield before + name, command


def _command(name: str, command: Any) -> Iterator[str]:
    """As `--help` has it, for which it is asked."""
    context = command.make_context(f"meu-data {name}", [], resilient_parsing=True)
    yield " ".join(command.help.split())
    yield from ("", f"    {command.epilog.removeprefix('Example: ')}")
    given = [
        record for one in command.get_params(context) if one.name != "help" and (record := one.get_help_record(context))
    ]
    yield from ("", "| option | what it does |", "| --- | --- |") if given else ()
    for option, text in given:
        cells = (f"`{option.strip()}`", KNOWN.sub(known, " ".join(text.split())))
        yield f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _ledger() -> str:
    lines = [
        "# The ledger",
        "",
        "`meu.db` in the workspace is an SQLite file (WAL). Any program may read it; only meu-data should write to it.",
        "`record` columns hold JSON as the files in `schemas/` describe it.",
        f"`PRAGMA user_version` is {len(MIGRATIONS)}; an older file is brought up to date when it is first written to,",
        "a newer one is refused.",
        "",
        "```python",
        "import sqlite3",
        "",
        'ledger = sqlite3.connect("file:meu.db?mode=ro", uri=True)',
        "for name, moving in ledger.execute(",
        "    \"SELECT sample_id, json_extract(record, '$.quality.trust') FROM motion ORDER BY 2 LIMIT 5\"",
        "):",
        "    print(name, moving)",
        "```",
        "",
    ]
    with closing(sqlite3.connect(":memory:")) as db:
        for step in MIGRATIONS:
            db.executescript(step)
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY rowid").fetchall()
        for (name,) in tables:
            lines += [f"## {name}", "", _ABOUT[name], "", "| column | type | key |", "| --- | --- | --- |"]
            for _, column, kind, _, _, key in db.execute(f"PRAGMA table_info({name})"):
                lines.append(f"| `{column}` | {kind} | {key or ''} |")
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    for page, text in pages().items():
        (FOLDER / page).write_text(text, encoding="utf-8")
