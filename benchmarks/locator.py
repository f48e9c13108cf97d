"""The frame locator over a large tree: time and memory of the first look, of the next, and of finding the frames.

python -m benchmarks.locator [FOLDERS]

The tree is CAS(ME)^3's (person, recording, `color`), 20 pictures a folder, in the folder for temporary files (two
million inodes; TMPDIR=/dev/shm spares the disk). The peer is what must be done at least: `os.scandir` through the whole
tree and nothing else. Each figure is of a process of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks import processor
from meu_data.corpora.casme3 import CORPUS
from meu_data.corpora.frame_locator import FrameLocator

FOLDERS, FILES_EACH = 100_000, 20
TARGET_S, TARGET_MB = 60, 300
_CLIPS_OF_PERSON = 10


def build(root: Path, folders: int) -> None:
    """A folder for each recording, and its pictures, which are empty: names alone are looked at."""
    for number in range(folders):
        clip = _folder(root, number)
        clip.mkdir(parents=True)
        first = 1 + number % 300
        for frame in range(first, first + FILES_EACH):
            os.close(os.open(f"{clip}/{frame}.jpg", os.O_CREAT | os.O_WRONLY))


def _folder(root: Path, number: int) -> Path:
    person, letter = divmod(number, _CLIPS_OF_PERSON)
    return root / f"spNO.{person + 1}" / "abcdefghij"[letter] / "color"


def rows(folders: int) -> list[dict[str, str | int]]:
    """What the sheet says: one expression of each recording."""
    found = []
    for number in range(folders):
        person, letter = divmod(number, _CLIPS_OF_PERSON)
        onset = 1 + number % 300
        clip = {"subject": f"spNO.{person + 1}", "clip": "abcdefghij"[letter], "emotion": "fear"}
        found.append({**clip, "onset": onset, "apex": onset + 9, "offset": onset + 19})
    return found


def measured(what: str, root: Path, kept: Path, folders: int) -> tuple[float, float, float]:
    """CPU seconds, seconds, and peak MB, in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.locator", what, str(root), str(kept), str(folders)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    cpu, wall, peak = map(float, ended.stdout.split())
    return cpu, wall, peak


def one(what: str, root: Path, kept: Path, folders: int) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    if what == "scan":
        _scan(root)
    else:
        with FrameLocator(root, kept) as locator:
            if what == "find":
                clips = rows(min(folders, 10_000))
                locator.recognise(CORPUS.patterns(), clips)
                for clip in clips:
                    for name in ("onset", "apex", "offset"):
                        locator.find(clip, int(clip[name]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(time.process_time() - cpu, time.perf_counter() - wall, peak / 1024)


def _scan(root: Path) -> None:
    waiting = [str(root)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)


class Decoded(NamedTuple):
    """Pictures decoded for onset and apex of every clip, for all of it; all there are; those that were wrong."""

    pairs: int
    whole: int
    there: int
    wrong: int


def videos(folder: Path, clips: int = 1000, pictures: int = 40) -> Decoded:
    """A corpus of videos whose later pictures build on earlier ones, against PyAV's decoding from end to end."""
    import av

    from meu_data.videos import VideoReader

    pairs = whole = wrong = 0
    for number in range(clips):
        path = folder / f"{number}.mp4"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("mpeg4", rate=200, options={"g": "12", "bf": "2"})
            stream.width, stream.height, stream.pix_fmt = 96, 72, "yuv420p"
            for level in range(pictures):
                picture = np.full((72, 96, 3), 3 * level + number % 100, np.uint8)
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            container.mux(stream.encode())
        with av.open(str(path)) as container:
            true = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
        with VideoReader(path) as reader:
            found = dict(reader.pictures([3 + number % 10, 20 + number % 15]))
            pairs += reader.decoded
        wrong += sum(not np.array_equal(picture, true[at]) for at, picture in found.items())
        with VideoReader(path) as reader:
            found = dict(reader.pictures(range(pictures)))
            whole += reader.decoded
        wrong += sum(not np.array_equal(picture, true[at]) for at, picture in found.items())
        path.unlink()
    return Decoded(pairs, whole, clips * pictures, wrong)


def main() -> None:
    folders = int(sys.argv[1]) if len(sys.argv) > 1 else FOLDERS
    with tempfile.TemporaryDirectory() as temporary:
        root, kept = Path(temporary) / "part_A", Path(temporary) / "work"
        began = time.perf_counter()
        build(root, folders)
        built = time.perf_counter() - began
        files = folders * FILES_EACH
        print(f"{processor()}: {folders:,} folders of pictures, {files:,} pictures, made in {built:.0f} s\n")
        print(f"| | CPU s | s (target {TARGET_S}) | peak MB with all that is imported (target {TARGET_MB}) |")
        print("|---|---:|---:|---:|")
        for title, what in (
            ("os.scandir alone", "scan"),
            ("first look", "look"),
            ("next look, nothing changed", "look"),
            ("next look, layout recognised, 30,000 frames found", "find"),
        ):
            if what == "look" and title.startswith("next"):
                time.sleep(4)  # a folder that changed within three seconds is listed again
            cpu, wall, peak = measured(what, root, kept, folders)
            print(f"| {title} | {cpu:.1f} | {wall:.1f} | {peak:.0f} |", flush=True)
        seen = videos(Path(temporary))
        print(
            f"\n1,000 videos of 40 pictures: {seen.whole:,} of {seen.there:,} decoded to read them all,"
            f" {seen.pairs:,} to read onset and apex; {seen.wrong} differ from a decoding from end to end"
        )


if __name__ == "__main__":
    if len(sys.argv) == 5:
        one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
