"""The command line: puts the commands together and turns what goes wrong into one line and an exit code."""

import contextlib
import difflib
import errno
import json
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from meu_data import __version__

# Imported for the commands they add, in the order in which the help lists them.
# isort: off
from meu_data.commands import upkeep, report, corpus, spotting, motion, drafting, grounding  # noqa: F401
from meu_data.commands import studio, review, agreement, reviews  # noqa: F401
from meu_data.commands import export, hydrate, checking, fer, rewards  # noqa: F401
from meu_data.commands import evaluate  # noqa: F401

# isort: on
from meu_data.commands.shared import BUG, DONE, INTERRUPTED, NAME, WRONG_INPUT, app
from meu_data.errors import MeuError, printable
from meu_data.progress import say_stopping

if TYPE_CHECKING:
    from meu_data.records import Record

# click's own, of which typer has a copy without a public name.
_UsageError: Any = typer.BadParameter.__base__


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
    _stop_on_signals()
    try:
        code = app(prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
        if code == INTERRUPTED:
            # Typer has taken the KeyboardInterrupt for an exit.
            raise KeyboardInterrupt
        sys.exit(code or DONE)
    except _UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
            sys.exit(WRONG_INPUT)
        _complain(_in_plain_words(error), WRONG_INPUT)
    except MeuError as error:
        # Some errors bring along what was found until then.
        _complain(str(error), WRONG_INPUT, getattr(error, "summary", None))
    except KeyboardInterrupt:
        _complain("interrupted; what was finished is kept, the same command goes on from there", INTERRUPTED)
    except typer.Abort:
        _complain("nothing was done; the question was not answered", INTERRUPTED)
    except OSError as error:
        if error.errno == errno.EPIPE:
            # The reader (head, less) has gone; Python would complain again when it flushes stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(DONE)
        if error.errno in (errno.ENOSPC, errno.EDQUOT) and error.filename is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _complain("stdout takes no more: the disk is full; what was done is kept", WRONG_INPUT)
        if error.filename is not None and error.errno != errno.ENOENT:
            # What the system refuses about a path is no fault of the program, wherever it was met.
            _complain(f"{printable(os.fsdecode(error.filename))}: {error.strerror}; check the path", WRONG_INPUT)
        _bug(error)
    except Exception as error:
        _bug(error)
    finally:
        # While Python takes leave of its threads nothing is left to drain; a KeyboardInterrupt would be a traceback.
        _handle_signals(_end_now)


def _in_plain_words(error: Any) -> str:  # noqa: ANN401 - click's
    """What is wrong with the words of a command, what may have been meant, and where to look."""
    message = error.format_message().replace("Value error, ", "").rstrip(".")
    # `Invalid value for '--recipe': 'robus' is not one of 'mellm', 'robust'`
    given = re.search(r"'([^']*)' is not one of (.+)", message)
    near = difflib.get_close_matches(given[1], re.findall(r"'([^']*)'", given[2]), 1) if given else []
    meant = f" (did you mean {near[0]}?)" if near else ""
    return f"{message}{meant}; see `{error.ctx.command_path if error.ctx else NAME} --help`"


def _bug(error: Exception) -> NoReturn:
    if os.environ.get("MEU_DEBUG"):
        traceback.print_exc()
    from meu_data.plugins import package_at_fault

    whose = package_at_fault(error) or "meu-data"
    _complain(f"this is a bug in {whose}: {type(error).__name__}: {error} (MEU_DEBUG=1 shows where)", BUG)


def _complain(message: str, code: int, found: "Record | None" = None) -> NoReturn:
    """Ends the program with one line on stderr; where `--json` was asked for, with one object on stdout as well.

    `found` goes into the same object.
    """
    line = " ".join(message.split())
    typer.echo(f"{NAME}: {line}", err=True)
    if "--json" in sys.argv[1:]:
        error, _, hint = line.rpartition("; ") if "; " in line else (line, "", "")
        told = found.model_dump(mode="json") if found is not None else {}
        with contextlib.suppress(OSError):
            typer.echo(json.dumps(told | {"error": error, "hint": hint, "exit_code": code}, ensure_ascii=False))
    sys.exit(code)


def _stop_on_signals() -> None:
    """The first Ctrl-C or SIGTERM lets a stage end in order, and says so at once; the second ends everything."""

    def stop(number: int, _: FrameType | None) -> None:
        _handle_signals(_end_now)
        say_stopping()
        raise KeyboardInterrupt

    _handle_signals(stop)


def _end_now(number: int, _: FrameType | None) -> None:
    os._exit(INTERRUPTED)


def _handle_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    with contextlib.suppress(ValueError):  # not in the main thread, where a program uses `main` as a library
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, handler)
