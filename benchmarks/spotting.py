"""Apexes found in films of known course, against the frame that differs most from the first.

python -m benchmarks.spotting [--clips N]

Nothing here was used to choose spotting's constants: those were tuned on films of `synth`. The skin is pulled as
`_faces` has it, on heads of other proportions and with other skin, and comes and goes as one of three courses that
`synth` does not have: a lognormal bump (fast up, slow down), flanks of unlike slope, and a logistic rise and fall. The
head sways and rolls, the light drifts, the sensor is noisy. A clip lasts .25 to .5 s (Yan, Wu, Liang, Chen & Fu 2013).
Errors are parts of onset to offset.
"""

import argparse
import math
import time
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from benchmarks import processor
from benchmarks._faces import EXPRESSIONS, VARIANTS, Moment, Trial, filmed, looks, skinned
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion.detection import FaceFinder
from meu_data.spotting.curve import Found, find_events
from meu_data.spotting.track import follow
from meu_data.spotting.window import MOST_PICTURES

RATES = (30, 200, 500)
SEEDS = (101, 102, 103, 104)
MISPLACED = (0.27, 0.35, 0.45)
TARGETS = "targets: median ≤ 10 %, within 20 % ≥ 90 %, true doubted ≤ 5 %, wrong doubted ≥ 90 %"

Course = Callable[[np.ndarray], np.ndarray]


class Film(NamedTuple):
    """What happens in a clip: frame numbers from onset to offset, how much is there at each, and where the apex is."""

    numbers: np.ndarray
    parts: np.ndarray
    apex: int


def lognormal(random: np.random.Generator) -> Course:
    peak, width = random.uniform(0.25, 0.5), random.uniform(0.35, 0.55)
    return lambda place: np.exp(-((np.log(np.maximum(place, 1e-6) / peak) / width) ** 2) / 2)


def flanks(random: np.random.Generator) -> Course:
    peak = random.uniform(0.3, 0.7)
    return lambda place: np.where(place < peak, place / peak, (1 - place) / (1 - peak))


def logistic(random: np.random.Generator) -> Course:
    rise, fall = random.uniform(0.15, 0.3), random.uniform(0.65, 0.85)
    fast, slow = random.uniform(12, 25), random.uniform(6, 12)
    return lambda place: 1 / (1 + np.exp(-fast * (place - rise))) / (1 + np.exp(slow * (place - fall)))


COURSES = (lognormal, flanks, logistic)


def film(random: np.random.Generator, course: Course, rate: int) -> Film:
    """An expression as a camera of so many frames a second sees it, in the frames that spotting looks at."""
    length = max(6, round(random.uniform(0.25, 0.5) * rate))
    numbers = np.arange(length + 1)
    whole = course(numbers / length)
    parts = np.clip((whole - whole[0]) / (whole.max() - whole[0]), 0, 1)
    seen = np.linspace(0, length, min(length + 1, MOST_PICTURES)).round().astype(int)
    return Film(numbers[seen], parts[seen], int(np.argmax(parts)))


def moments(random: np.random.Generator, film: Film) -> list[Moment]:
    """Head and light drift by slow sines; both are at rest in the first frame."""

    def drift(size: float) -> np.ndarray:
        turns, start = random.uniform(0.3, 1.0), random.uniform(0, 2 * math.pi)
        wave = np.sin(2 * math.pi * turns * film.numbers / film.numbers[-1] + start)
        return size * random.uniform(0.3, 1) * (wave - wave[0]) / 2

    x, y, roll, gain = drift(2.0), drift(1.5), drift(0.6), 1 + drift(0.03)
    return [
        Moment(float(part), (float(dx), float(dy)), float(turn), float(light))
        for part, dx, dy, turn, light in zip(film.parts, x, y, roll, gain, strict=True)
    ]


def differing_most(pictures: list[np.ndarray]) -> int:
    """The picture that differs most from the first, as the simplest spotters take it."""
    first, *others = (cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) for picture in pictures)
    return 1 + int(np.argmax([np.abs(other - first).mean() for other in others]))


class Tally(NamedTuple):
    """Errors of both, whether the true label was doubted, and how many of the wrong ones were."""

    error: float
    peer: float
    true_doubted: bool
    wrong: int
    wrong_doubted: int


def tally(film: Film, found: Found, peer: int) -> Tally:
    length = film.numbers[-1]
    true = film.apex / length
    wrong = [true + sign * off for off in MISPLACED for sign in (-1, 1) if 0 < true + sign * off < 1]
    return Tally(
        abs(film.numbers[found.apex] - film.apex) / length,
        abs(film.numbers[peer] - film.apex) / length,
        found.doubts(true),
        len(wrong),
        sum(found.doubts(place) for place in wrong),
    )


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--clips", type=int, default=24, help="at each rate")
    clips = asked.parse_args().clips
    cv2.setNumThreads(1)
    finder = FaceFinder(find_landmark_model())
    plates = [looks(seed) for seed in SEEDS]
    print(f"{processor()}; {clips} clips at each rate; {TARGETS}\n")
    print(
        "| fps | median error | within 20 % | frame difference: median | true doubted | wrong doubted | CPU s a clip |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for rate in RATES:
        results, spent = [], 0.0
        for number in range(clips):
            random = np.random.default_rng([rate, number])
            plate = plates[number % len(plates)]
            variant = VARIANTS[number // len(plates) % len(VARIANTS)]
            made = film(random, COURSES[number % len(COURSES)](random), rate)
            pull = random.uniform(0.7, 2.0)
            trial = Trial("spot", expression=number % len(EXPRESSIONS), pull=pull)
            pictures = list(filmed(skinned(plate, variant), trial, moments(random, made)))
            began = time.process_time()
            found = find_events(follow(pictures, finder), made.numbers)
            spent += time.process_time() - began
            results.append(tally(made, found, differing_most(pictures)))
        errors, peers, true, wrong, doubted = (np.array(column) for column in zip(*results, strict=True))
        print(
            f"| {rate} | {np.median(errors):.2f} | {100 * np.mean(errors <= 0.2):.0f} % | {np.median(peers):.2f} |"
            f" {100 * true.mean():.0f} % | {100 * doubted.sum() / wrong.sum():.0f} % | {spent / clips:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
