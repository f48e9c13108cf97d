"""Writes `golden_export.json` anew; read the difference before you keep it."""

import json
import tempfile
from pathlib import Path

from meu_data.store.workspace import Workspace
from tests.export.conftest import Corpus
from tests.export.golden import GOLDEN, golden_content

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Workspace.open(Path(folder, "work"), create=True) as workspace:
        content = golden_content(Corpus(workspace), Path(folder, "out"))
    GOLDEN.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
