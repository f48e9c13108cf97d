"""Does the trust of a map keep the bad clips out, and the clean ones in?

python -m benchmarks.trust [FOLDER] [--quick] [--workers N]

Plants clips of every kind (`_bad_clips`) in every portrait of the folder and in the one of the synthetic corpus, each
also with other skin. The weights and the gate are chosen on the first half of the faces and reported on the second; a
face with other skin is still that face. Without a folder there is one face, and nothing is chosen.
"""

import argparse
import itertools
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks import processor
from benchmarks._bad_clips import frames, planted
from benchmarks._faces import ANCHOR, VARIANTS, plate, portraits
from benchmarks.faces import judged
from meu_data.choices import DEFAULT_MIN_TRUST
from meu_data.errors import MeuError
from meu_data.motion import measure
from meu_data.motion.trust import SLIGHT_FLAGS

# Bad clips that have to fall, clean ones that may.
LEAST_BAD, MOST_CLEAN = 0.95, 0.05
POOR = "poor, usable"


class Outcome(NamedTuple):
    """What became of one clip; `trust` None where it was refused as a problem."""

    face: str
    kind: str
    bad: bool
    trust: float | None
    flags: tuple[str, ...]
    measured: float
    score: Counter[str]


def outcomes(path: Path | None, variant: str, others: list[Path | None], part: slice) -> list[Outcome]:
    """The fate of every clip, or a part of them, planted in one face."""
    cv2.setNumThreads(1)
    found = []
    face, shown = path.stem if path else ANCHOR, plate(path, variant)
    for one in list(planted([plate(other, "as it is") for other in others[:2]]))[part]:
        pair = frames(shown, one)
        try:
            map_ = measure(pair.onset, pair.apex, recipe="robust")
        except MeuError:
            found.append(Outcome(face, one.kind, one.bad, None, (), 0.0, Counter()))
            continue
        measured = np.mean([region.measurable for region in map_.regions])
        score = judged(map_, pair.truth) if one.spoil is None else Counter()
        quality = map_.quality
        found.append(Outcome(face, one.kind, one.bad, quality.trust, quality.flags, float(measured), score))
    return found


class Weights(NamedTuple):
    """What a grave and a slight flag leave of the trust, and the share of regions below which it falls."""

    grave: float
    slight: float
    measured: float


def falls(one: Outcome, gate: float, weights: Weights | None = None) -> bool:
    """Whether a clip stays out of an export, with the program's weights or others."""
    if one.trust is None:
        return True
    if weights is None:
        return one.trust < gate
    trust = min(one.measured / weights.measured, 1.0)
    for flag in one.flags:
        trust *= 1.0 if flag == "unmeasured" else weights.slight if flag in SLIGHT_FLAGS else weights.grave
    return trust < gate


def share(found: list[Outcome], kinds: str, gate: float, weights: Weights | None = None) -> float:
    """The share that falls of the `bad` clips, or of those of one kind."""
    fallen = [falls(one, gate, weights) for one in found if (one.bad if kinds == "bad" else one.kind == kinds)]
    return float(np.mean(fallen))


def gates(found: list[Outcome], weights: Weights | None = None) -> list[float]:
    """Every gate, in hundredths, at which enough bad clips fall and few clean ones."""
    return [
        gate / 100
        for gate in range(1, 101)
        if share(found, "bad", gate / 100, weights) >= LEAST_BAD
        and share(found, "clean", gate / 100, weights) <= MOST_CLEAN
    ]


def report(title: str, found: list[Outcome]) -> None:
    print(f"### {title}: {len({one.face for one in found})} faces, {len(found)} clips\n")
    print("| kind | clips | refused | kept out | least, most trust | still called moving | octant right of called |")
    print("|---|---:|---:|---:|---|---:|---:|")
    for kind in dict.fromkeys(one.kind for one in found):
        rows = [one for one in found if one.kind == kind]
        trusts = [one.trust for one in rows if one.trust is not None]
        score = sum((one.score for one in rows if not falls(one, DEFAULT_MIN_TRUST)), Counter())
        out = sum(falls(one, DEFAULT_MIN_TRUST) for one in rows)
        span = f"{min(trusts):.2f}, {max(trusts):.2f}" if trusts else "–"
        wrong = f"{score['restless']} of {score['still']}" if score["still"] else "–"
        right = f"{score['right']} of {score['told']}" if score["told"] else "–"
        print(f"| {kind} | {len(rows)} | {len(rows) - len(trusts)} | {out} | {span} | {wrong} | {right} |")
    print(f"\nBelow {DEFAULT_MIN_TRUST:g} fall {fallen(found, DEFAULT_MIN_TRUST)}.\n")
    flags = Counter((flag, one.bad) for one in found if one.bad or one.kind == "clean" for flag in one.flags)
    names = sorted({flag for flag, _ in flags}, key=lambda flag: -flags[flag, True])
    print(f"Flags, bad/clean: {', '.join(f'{flag} {flags[flag, True]}/{flags[flag, False]}' for flag in names)}.\n")


def fallen(found: list[Outcome], gate: float, weights: Weights | None = None) -> str:
    bad, clean, poor = (100 * share(found, kinds, gate, weights) for kinds in ("bad", "clean", POOR))
    return f"{bad:.1f} % of the bad clips, {clean:.1f} % of the clean and {poor:.1f} % of the poor but usable"


def choose(first: list[Outcome], second: list[Outcome]) -> None:
    """Weights and gate by the first half, told of the second."""
    print("### Weights and gate\n")
    print("Chosen on the first half: most bad clips out at 0.5 beyond what is lost of clean or poor ones.\n")

    def gain(weights: Weights) -> float:
        lost = max(share(first, "clean", 0.5, weights), share(first, POOR, 0.5, weights))
        return share(first, "bad", 0.5, weights) - lost

    tried = [
        Weights(*values) for values in itertools.product((0.3, 0.4, 0.49), (0.6, 0.7, 0.78, 0.85), (0.3, 0.4, 0.5, 0.6))
    ]
    best = max(map(gain, tried))
    equal = [weights for weights in tried if gain(weights) == best]
    values = (", ".join(f"{value:g}" for value in sorted(set(column))) for column in zip(*equal, strict=True))
    told = "; ".join(f"{field} {listed}" for field, listed in zip(Weights._fields, values, strict=True))
    best_name = f"The best {len(equal)} of {len(tried)} ({told}), the first of them"
    for name, weights in (("The program's", None), (best_name, equal[0])):
        sound = gates(first, weights)
        span = f"gates {sound[0]:.2f} to {sound[-1]:.2f} meet the goal" if sound else "no gate meets the goal"
        print(f"- {name}: {span}; at 0.5 on the second half fall {fallen(second, 0.5, weights)}")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trust")
    parser.add_argument("folder", nargs="?", type=Path, help="portraits, one face each; only the anchor without it")
    parser.add_argument("--quick", action="store_true", help="a third of the clips of each face, skin as it is")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    start = time.perf_counter()
    faces: list[Path | None] = [None, *(portraits(options.folder) if options.folder else [])]
    tasks = [(face, variant) for face in faces for variant in (VARIANTS[:1] if options.quick else VARIANTS)]
    others = [[other for other in faces if other != face] for face, _ in tasks]
    parts = [slice(faces.index(face) // 2 % 3, None, 3) if options.quick else slice(None) for face, _ in tasks]
    with ProcessPoolExecutor(options.workers) as pool:
        done = list(pool.map(outcomes, *zip(*tasks, strict=True), others, parts))
    halves = [
        [one for (face, _), found in zip(tasks, done, strict=True) if faces.index(face) % 2 == half for one in found]
        for half in (0, 1)
    ]
    report("First half", halves[0])
    if halves[1]:
        report("Second half", halves[1])
        choose(*halves)
    print(f"{processor()}, {options.workers} processes, {time.perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    main()
