"""Lets a server show the files of this machine: registers their folders, and finds out what it serves files below.

Label Studio 1.23 serves a file when a storage of the project covers it; a storage's folder has to exist and to lie
strictly below LOCAL_FILES_DOCUMENT_ROOT, and the file's URL is relative to that root, which the API does not tell.
"""

import urllib.parse
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.review.screen.pictures import FACES
from meu_data.review.server.client import Server
from meu_data.review.server.faults import BAD_REQUEST, ServerError
from meu_data.store.files import explained


def served_folder(server: Server, project: int, maps: Path, example: Path) -> Path:
    """Makes a workspace's pictures visible in a project.

    Args:
        server: Runs on this machine, or sees its files under the same paths.
        project: The project's number.
        maps: The workspace's folder of maps.
        example: A picture below it, which is there.

    Returns:
        The folder to which URLs of local files are relative.

    Raises:
        MeuError: The server does not serve these files.
        ServerError: The server cannot be asked.
    """
    with explained(maps / FACES):
        (maps / FACES).mkdir(parents=True, exist_ok=True)
    storages = server.ask(
        lambda sdk: [storage.path for storage in sdk.import_storage.local.list(project=project)],
        what="reading the project's storages",
        again=True,
    )
    for folder in sorted(path for path in maps.iterdir() if path.is_dir()):
        if str(folder) not in storages:
            _register(server, project, folder)
    for root in example.parents:
        below = urllib.parse.quote(example.relative_to(root).as_posix())
        if server.has(f"data/local-files/?d={below}", what="looking for the pictures"):
            return root
    raise MeuError(_hint(server, maps))


def _register(server: Server, project: int, folder: Path) -> None:
    try:
        server.ask(
            lambda sdk: sdk.import_storage.local.create(
                project=project, title=f"meu-data {folder.name}", path=str(folder), use_blob_urls=True
            ),
            what="registering the folder of the pictures",
            again=True,
        )
    except ServerError as error:
        if error.status == BAD_REQUEST:
            raise MeuError(f"{_hint(server, folder.parent)}; it says: {error}") from None
        raise


def _hint(server: Server, maps: Path) -> str:
    return (
        f"{server.url} does not serve the files in {maps}: use --images embed, or start it with local file serving and"
        " LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT on that folder"
    )
