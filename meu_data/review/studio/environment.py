"""What the server's process is given: nothing of our environment but the harmless, and settings that keep it at home.

Label Studio reads every setting under three names (LABEL_STUDIO_X, HEARTEX_X and plain X, label_studio/core/utils/
params.py), so that a PORT, HOST or DEBUG of the user's shell would change it; and a server has no use for our keys.
"""

import os
from pathlib import Path

from meu_data.review.studio.folder import Login, StudioFolder

HOST = "127.0.0.1"
SETTINGS_MODULE = "meu_data_label_studio"
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ")


def url_of(port: int) -> str:
    """Where the server is on this machine."""
    return f"http://{HOST}:{port}"


def server_environment(folder: StudioFolder, login: Login) -> dict[str, str]:
    """The whole environment of the server's process.

    Args:
        folder: Whose data it serves.
        login: Applied by Label Studio when it makes its database, without effect later.

    Returns:
        Names and values; the password is here and not on the command line, which every user of the machine can read.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    settings = {
        "BASE_DATA_DIR": str(folder.data),
        "USERNAME": login.username,
        "PASSWORD": login.password,
        "USER_TOKEN": login.token,
        "ENABLE_LEGACY_API_TOKEN": "true",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LOCAL_FILES_SERVING_ENABLED": "true",
        "LOCAL_FILES_DOCUMENT_ROOT": str(folder.maps),
        # Other sites open in an annotator's browser may not talk to it, nor by a name made to point here.
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "CORS_ALLOW_ALL_ORIGINS": "false",
        # Nothing leaves the machine; both addresses of Sentry are set unless they are set empty.
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
    }
    return {
        **kept,
        **{f"LABEL_STUDIO_{name}": value for name, value in settings.items()},
        "SENTRY_DSN": "",
        "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
        "PYTHONPATH": str(Path(__file__).with_name("server_settings")),
        # The server accepts predictions that do not fit the labelling config unless this flag is set.
        "fflag_feat_utc_210_prediction_validation_15082025": "true",
        "PYTHONUNBUFFERED": "1",
    }


def server_command(program: Path, port: int) -> list[str]:
    """Starts Label Studio; without --internal-host it would listen to the whole network."""
    return [str(program), "start", "--no-browser", "--internal-host", HOST, "--port", str(port)]
