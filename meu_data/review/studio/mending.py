"""Sets the password of an account from outside the server, which lets no administrator do so."""

import subprocess
from pathlib import Path

from meu_data.errors import MeuError
from meu_data.review.studio.environment import server_environment
from meu_data.review.studio.folder import Login, StudioFolder

_SCRIPT = Path(__file__).with_name("set_login.py")


def set_login(program: Path, folder: StudioFolder, login: Login) -> None:
    """Makes the server's database hold a login; the server may run meanwhile.

    Args:
        program: The installed `label-studio`.
        folder: Whose database.
        login: What is to hold; the account must be there, and an empty token leaves its token as it is.

    Raises:
        MeuError: It could not be done.
    """
    done = subprocess.run(  # noqa: S603
        [str(program.with_name("python")), str(_SCRIPT)],
        cwd=folder.data,
        env=server_environment(folder, login),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise MeuError(f"the login of {login.username} could not be set: {last}")
