"""Runs inside the server's environment, not ours: Label Studio's settings, with a database that several may write to.

By default a transaction of Django's on SQLite begins by reading, and fails at once with "database is locked" when
another one writes before it does (Django 5.2, "SQLite notes", transaction_mode). Label Studio then answers a submitted
annotation with a 500, or imports tasks without their predictions. Here a transaction waits for its turn instead.
"""

import os

from label_studio.core.settings.label_studio import *  # type: ignore[import-not-found]  # noqa: F403

DATABASES["default"]["OPTIONS"] = {  # type: ignore[name-defined]  # noqa: F405
    "timeout": float(os.environ["MEU_DATABASE_PATIENCE_S"]),
    "transaction_mode": "IMMEDIATE",
}
