"""Runs inside the server's environment, not ours: Label Studio's settings, with a database that several may write to.

By default a transaction of Django's on SQLite begins by reading, and fails at once with "database is locked" when
another one writes before it does (Django 5.2, "SQLite notes", transaction_mode). Label Studio then answers a submitted
annotation with a 500, or imports tasks without their predictions. Here a transaction waits for its turn instead.
"""

# ruff: noqa: F403, F405 - settings are a namespace, and their order counts
# Label Studio's own settings ask for settings while they are read: those of Django's that are there by then.
from core.settings.base import *  # type: ignore[import-not-found]

SENTRY_DSN = FRONTEND_SENTRY_DSN = ""

from label_studio.core.settings.label_studio import *  # type: ignore[import-not-found]  # noqa: E402

DATABASES["default"]["OPTIONS"] = {  # type: ignore[name-defined]
    "timeout": 30,  # seconds
    "transaction_mode": "IMMEDIATE",
}
