"""The Label Studio that belongs to a workspace: installed on first use, started, stopped, and opened to annotators."""

from meu_data.review.studio.accounts import Annotator, add_annotator
from meu_data.review.studio.installation import install
from meu_data.review.studio.server import StudioRunning, StudioStatus, StudioStopped, credentials, start, status, stop

__all__ = [
    "Annotator",
    "StudioRunning",
    "StudioStatus",
    "StudioStopped",
    "add_annotator",
    "credentials",
    "install",
    "start",
    "status",
    "stop",
]
