"""`make hostile`: ten thousand attempts at every door."""

import sys
import tempfile
from pathlib import Path

from tests.hostile.campaign import campaign, peak_mb
from tests.hostile.doors import material

MOST_S, MOST_MB = 60, 2000

if __name__ == "__main__":
    attempts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "given").mkdir()
        found = campaign(attempts, material(Path(folder) / "given"), Path(folder) / "room")
    sys.stdout.write("\n".join([*found.findings, f"{found.line()}, {peak_mb()} MB\n"]))
    sys.exit(bool(found.findings) or found.longest_s > MOST_S or peak_mb() > MOST_MB)
