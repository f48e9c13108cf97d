"""The command line: puts the commands together and turns what goes wrong into one line and an exit code."""

import os
import sys
import traceback
from typing import Annotated

import typer

from meu_data import __version__

# Imported for the commands they add, in the order in which the help lists them.
# isort: off
from meu_data.commands import upkeep, corpus, spotting, motion, drafting, grounding  # noqa: F401
from meu_data.commands import studio, review, agreement  # noqa: F401
from meu_data.commands import export, hydrate, checking, fer, rewards  # noqa: F401

# isort: on
from meu_data.commands.shared import BUG, DONE, INTERRUPTED, NAME, WRONG_INPUT, app
from meu_data.errors import MeuError


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"meu-data {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """From licensed micro-expression corpora to instruction sets that explain a face."""


def main() -> None:
    """Runs the program; whatever happens, the user reads one line and the exit code says what kind it is."""
    try:
        app(prog_name=NAME)
    except MeuError as error:
        _complain(str(error))
        sys.exit(WRONG_INPUT)
    except KeyboardInterrupt:
        _complain("interrupted; what was finished is kept, the same command goes on from there")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # The reader (head, less) has gone; Python would complain again when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except Exception as error:
        if os.environ.get("MEU_DEBUG"):
            traceback.print_exc()
        from meu_data.plugins import package_at_fault

        whose = package_at_fault(error) or "meu-data"
        _complain(f"this is a bug in {whose}: {type(error).__name__}: {error} (MEU_DEBUG=1 shows where)")
        sys.exit(BUG)


def _complain(message: str) -> None:
    typer.echo(f"{NAME}: {' '.join(message.split())}", err=True)
