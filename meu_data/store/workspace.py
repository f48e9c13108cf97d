"""The workspace: a folder with its settings, its ledger and its maps, in which files appear whole or not at all."""

from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError

from meu_data.choices import DEFAULT_RECIPE, Language, Recipe, Solver
from meu_data.errors import MeuError, meant, printable
from meu_data.given_files import read_toml
from meu_data.records import Record
from meu_data.store.files import explained
from meu_data.store.ledger import Ledger


class TableSettings(Record):
    """`[table]` in `meu.toml`: how the sheet of `--corpus table` is read; see `meu_data.corpora.table`."""

    sheet: str | None = None
    header_row: int | None = Field(default=None, ge=0)
    encoding: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    constants: dict[str, str | int | float] = Field(default_factory=dict)
    parts: dict[str, tuple[str, str]] = Field(default_factory=dict)
    emotions: dict[str, str] = Field(default_factory=dict)
    frames: tuple[str, ...] = ()


class Settings(Record):
    """`meu.toml`: what the user may commit to say how this workspace is worked. Never secrets."""

    recipe: Recipe = DEFAULT_RECIPE
    map_size: int = Field(default=448, ge=112, le=1344, multiple_of=28)
    solver: Solver = "fused"
    lang: Language = "en"
    landmark_model: str | None = None
    policy: str = "latest"
    licence: str | None = None
    cite_as: str | None = None
    version: str | None = Field(default=None, pattern=r"^\d+\.\d+\.\d+$")
    date_published: date | None = None
    table: TableSettings = TableSettings()


class Workspace:
    """One folder that holds the state of one project."""

    def __init__(self, root: Path, settings: Settings, ledger: Ledger) -> None:
        """Prefer `Workspace.open`."""
        self.root = root
        self.settings = settings
        self.ledger = ledger

    @classmethod
    def open(cls, root: Path | str, *, create: bool = False, read_only: bool = False) -> Self:
        """Opens a workspace.

        Args:
            root: Its folder.
            create: Make the folder and the ledger where they are missing; otherwise that is an error.
            read_only: Nothing is written, not even on a ledger of an older program or on a disk that may be; writing
                is an error then.

        Raises:
            MeuError: There is no workspace, `meu.toml` is wrong, or the folder cannot be written.
            LedgerError: The ledger is damaged or was written by a newer program.
        """
        root = Path(root)
        database = root / "meu.db"
        if not create and not database.is_file():
            raise MeuError(
                f"{root} is no workspace (it has no meu.db): run `meu-data extract` first, or name it with -w"
            )
        settings = _read_settings(root / "meu.toml")
        if create:
            with explained(root):
                root.mkdir(parents=True, exist_ok=True)
        return cls(root.resolve(), settings, Ledger(database, read_only=read_only))

    def close(self) -> None:
        """Closes the ledger."""
        self.ledger.close()

    def __enter__(self) -> Self:
        """Use as a context manager to close the ledger."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the ledger."""
        self.close()


def _read_settings(path: Path) -> Settings:
    told = read_toml(path, "lang = 'en'")
    try:
        return Settings.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        what = "there is no such setting" if first["type"] == "extra_forbidden" else first["msg"]
        allowed = ", ".join(Settings.model_fields)
        raise MeuError(
            f"{path}: setting {printable(name)!r}: {what}{meant(name, Settings.model_fields)} (settings: {allowed})"
        ) from error
