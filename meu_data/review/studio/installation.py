"""Label Studio in an environment of its own, installed on first use.

Its own, because it holds numpy and pyarrow back for everything beside it (it pins pyarrow 24).
"""

import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.progress import Progress, Silent, note
from meu_data.store.files import explained
from meu_data.store.locks import held_lock

VERSION = "1.23.2"
SIZE = "about 800 MB"
_VARIABLE = "MEU_STUDIO_ENV"
_INSTALLED = "meu-data-installed"
# Longer notes leave no room for the bar on a narrow terminal.
_NOTE_WIDTH = 32


def environment_folder() -> Path:
    """Where the server's environment is or goes: MEU_STUDIO_ENV, else a folder of the user's that workspaces share."""
    if named := os.environ.get(_VARIABLE):
        return Path(named).absolute()
    shared = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "meu-data" / f"label-studio-{VERSION}"


def installed_program() -> Path | None:
    """The `label-studio` to run; None when it has to be installed first, or again."""
    folder = environment_folder()
    program = folder / "bin" / "label-studio"
    try:
        whole = (folder / _INSTALLED).read_text(encoding="utf-8") == VERSION
    except OSError:
        return None
    # bin/python is a link to the interpreter the environment was made with, which may have been removed since.
    return program if whole and program.exists() and (folder / "bin" / "python").exists() else None


def install(progress: Progress | None = None) -> Path:
    """Installs Label Studio where it is missing, wholly: a marker is written last, and without it all is done again.

    Raises:
        MeuError: uv is missing or fails, or the folder is something else.
    """
    if program := installed_program():
        return program
    progress = progress or Silent()
    uv, folder = find_uv(), environment_folder()
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
    lock_file = folder.with_name(f"{folder.name}.lock")
    # What an earlier try of ours left half done is cleared away, and nothing else.
    if folder.exists() and any(folder.iterdir()) and not lock_file.exists():
        raise MeuError(f"{folder} is in use for something else; name another folder with {_VARIABLE}")
    progress.start("install", None)
    try:
        while True:
            with held_lock(lock_file) as lock:
                if lock is not None:
                    return installed_program() or _install(uv, folder, lock, progress)
            note(progress, "another meu-data is installing Label Studio")
            progress.advance()
            time.sleep(1)
    finally:
        progress.finish()


def _install(uv: str, folder: Path, lock: int, progress: Progress) -> Path:
    _run([uv, "venv", "--clear", "--python", sys.executable, str(folder)], lock, progress)
    _run([uv, "pip", "install", "--python", str(folder / "bin" / "python"), f"label-studio=={VERSION}"], lock, progress)
    with explained(folder):
        (folder / _INSTALLED).write_text(VERSION, encoding="utf-8")
    program = installed_program()
    if program is None:
        raise MeuError(f"{folder}: uv left no `label-studio` in it; remove the folder and start again")
    return program


def _run(command: list[str], lock: int, progress: Progress) -> None:
    """Runs uv; should we be killed, it holds the lock until it has ended, so that no other starts in its way."""
    lines: list[str] = []
    process = subprocess.Popen(  # noqa: S603
        command,
        # Not where we are: uv would obey the settings of whatever project that is.
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock],
    )
    with process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                lines.append(" ".join(line.split()))
                note(progress, textwrap.shorten(line, _NOTE_WIDTH, placeholder="..."))
                progress.advance()
        except BaseException:
            process.terminate()
            raise
    if process.returncode:
        raise MeuError(
            f"Label Studio could not be installed: {_reason(lines) or f'uv ended with {process.returncode}'}"
        )


def _reason(lines: list[str]) -> str:
    """What uv says of its error and of the causes behind it, without what it said before."""
    first = next((number for number, line in enumerate(lines) if line.startswith("error:")), 0)
    return "; ".join(line.removeprefix("error: ").removeprefix("cause: ") for line in lines[first:] if line)


def find_uv() -> str:
    """The uv to install with: from PATH, from our own environment, or from the Python package of that name.

    Raises:
        MeuError: There is none; the message says how to get it.
    """
    here = Path(sys.executable).with_name("uv")
    if found := shutil.which("uv") or (str(here) if here.exists() else None):
        return found
    try:
        import uv

        return uv.find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise MeuError("installing Label Studio needs uv: pip install uv") from error
