"""Rewards: completions a second on one core.

    python -m benchmarks.rewards

The completions are offline drafts of random motion, half English and half Chinese, all different; nothing is remembered
from one reward to the next, as it is in training. `motion` is the row's whole measurement of 35 regions.

Then the answers of `benchmarks.answers`: in how many of their falsified texts, by kind, the reward is below the true
text's.
"""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.answers import DATA, answers, case
from meu_data import rewards
from meu_data.choices import Language
from meu_data.drafting.offline.writer import annotate
from meu_data.face.au_notation import parse_aus
from meu_data.face.aus import au_sites
from meu_data.face.regions import OCTANTS, REGIONS
from meu_data.language import reader
from meu_data.rewards.motion import reading_of
from tests.builders import make_motion, make_sample

LANGUAGES: tuple[Language, ...] = ("en", "zh")
AUS = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 24, 25, 26)
INTENSITIES = ("slight", "moderate", "strong")


def rows(drafts: int, seed: int = 1) -> dict[str, list[Any]]:
    """Completions that are right in all, and the columns of their rows."""
    chance = random.Random(seed)
    table: dict[str, list[Any]] = {"completions": [], "solution": [], "aus": [], "claims": [], "motion": []}
    for turn in range(drafts):
        aus = "+".join(str(number) for number in chance.sample(AUS, 3))
        moves = {site: (way, chance.choice(INTENSITIES)) for au in parse_aus(aus) for site, way in au_sites(au)}
        moves |= {name: (chance.choice(OCTANTS), chance.choice(INTENSITIES)) for name in chance.sample(REGIONS, 3)}
        name = f"dfme/sub{turn}/clip/1-2"
        sample, motion = make_sample(aus, sample_id=name), make_motion(moves, name)
        draft = annotate(sample, motion, LANGUAGES[turn % 2])
        thoughts = f"{draft.motion_analysis}\n{draft.expression_inference}\n{draft.conclusion}"
        table["completions"].append(f"<think>{thoughts}</think><answer>{sample.emotion}</answer>")
        table["solution"].append(f"<answer>{sample.emotion}</answer>")
        table["aus"].append([f"AU{au.number}" for au in sample.aus])
        table["claims"].append([claim.model_dump() for claim in draft.claims])
        table["motion"].append([region.model_dump() for region in motion.regions])
    return table


def rate(reward: Callable[..., list[float]], table: dict[str, list[Any]]) -> float:
    """Completions per second of CPU time, the best of three."""
    best = 0.0
    for _ in range(3):
        reader.forget()
        reading_of.cache_clear()
        start = time.process_time()
        reward(**table)
        best = max(best, len(table["completions"]) / (time.process_time() - start))
    return best


def falsified(true: Iterable[dict[str, Any]] | None = None) -> dict[str, list[tuple[bool, bool]]]:
    """Whether each falsified answer gets less than the true one, by kind: from `grounded`, from `multi_level`."""
    found = defaultdict(list)
    for answer in true or answers(sorted(DATA.glob("*.jsonl"))):
        text = answer["text"]
        texts = [(false["part"], false["old"], false["new"]) for false in answer["falsehoods"]]
        told = [text, *(text | {part: text[part].replace(old, new, 1)} for part, old, new in texts)]
        emotion = answer["labels"]["emotion"]
        table = {
            "completions": [f"<think>{chr(10).join(one.values())}</think><answer>{emotion}</answer>" for one in told],
            "solution": [emotion] * len(told),
            "aus": [answer["labels"]["aus"]] * len(told),
            "motion": [[region.model_dump() for region in case(answer).motion.regions]] * len(told),
        }
        (first, *grounded), (best, *levels) = rewards.grounded(**table), rewards.multi_level(**table)
        for false, one, other in zip(answer["falsehoods"], grounded, levels, strict=True):
            found[false["kind"]].append((one < first, other < best))
    return found


def run(drafts: int = 2000) -> str:
    """The figures as a Markdown table."""
    table = rows(drafts)
    without = {name: column for name, column in table.items() if name != "motion"}
    size = statistics.mean(map(len, table["completions"]))
    lines = [
        f"{drafts} completions of {size:.0f} characters on average",
        "",
        "| reward | completions/s, claims | with motion too |",
        "|---|---:|---:|",
    ]
    for reward in (
        rewards.accuracy,
        rewards.format,
        rewards.au_f1,
        rewards.layout,
        rewards.emotion,
        rewards.units,
        rewards.region,
        rewards.grounded,
        rewards.multi_level,
    ):
        lines.append(f"| {reward.__name__} | {rate(reward, without):,.0f} | {rate(reward, table):,.0f} |")
    lines += ["", "| falsified | texts | `grounded` is less | `multi_level` is less |", "|---|---:|---:|---:|"]
    kinds = falsified()
    for kind, less in [*sorted(kinds.items()), ("**all**", [one for every in kinds.values() for one in every])]:
        grounded, levels = (100 * sum(column) / len(less) for column in zip(*less, strict=True))
        lines.append(f"| {kind} | {len(less)} | {grounded:.1f} % | {levels:.1f} % |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(run())
