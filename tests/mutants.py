"""Plants faults in the tables and thresholds, one at a time, and sees whether the tests that should mind do mind.

`make mutants` runs it. Each fault goes into a temporary copy of the package, never into the checkout; its tests must
fail there. Prints a table of what was killed and what survived, and exits with 1 if anything survived.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SCIENCE, THRESHOLDS = "tests/face/test_facs_independent.py", "tests/grounding/test_thresholds.py"
REGIONS, AUS, EMOTIONS = (f"meu_data/face/{name}.py" for name in ("regions", "aus", "emotions"))
QUALITY, MOTION = "meu_data/motion/quality.py", "meu_data/motion/regions.py"
CHECKS, SAME, COVERED, TRUST = (
    f"meu_data/motion/{name}.py" for name in ("face_checks", "same_face", "occlusion", "trust")
)
DRAWN, RECORDS = "meu_data/grounding/thresholds.py", "meu_data/records.py"
CLASSES, SETS = "meu_data/face/class_sets.py", "tests/face/test_class_sets.py"
LABELS = "meu_data/evaluate/labels.py"
TOOLS, UTILITY = "meu_data/environments/inspection.py", "meu_data/training/utility.py"
INSPECTED, VALUED = "tests/environments/test_inspection.py", "tests/training/test_utility.py"
MEASURED, JUDGED = "tests/motion/test_regions.py", "tests/motion/test_quality.py -k beyond"


class Mutant(NamedTuple):
    """A fault: in `file` the text `old`, which stands there once, becomes `new`; `tests` are pytest's arguments."""

    fault: str
    file: str
    old: str
    new: str
    tests: str = SCIENCE


MUTANTS = (
    Mutant("AU16 pulls up", AUS, "lower_lip down, middle_lower_lip down", "lower_lip up, middle_lower_lip up"),
    Mutant("AU1 pulls down", AUS, "inner_brow up, middle_forehead up", "inner_brow down, middle_forehead up"),
    Mutant("AU4 draws the brows apart", AUS, "inner_brow down in", "inner_brow down out"),
    Mutant("AU12 draws the cheeks in", AUS, "mouth_corner up out, cheek up out", "mouth_corner up out, cheek up in"),
    Mutant("AU18 draws the corners out", AUS, '"incisivii labii", "mouth_corner in"', '"incisivii labii", "mouth_corner out"'),
    Mutant("AU20 without the lower lip", AUS, "cheek out, lower_lip out", "cheek out"),
    Mutant("AU43 opens the eyes", AUS, 'superioris relaxed", "upper_lid down"', 'superioris relaxed", "upper_lid up"'),
    Mutant("AU7 at the outer brow", AUS, "lower_lid up, upper_lid down", "outer_brow up, upper_lid down"),
    Mutant("the person's left is the picture's left", REGIONS, '"right" if person_side == "L"', '"left" if person_side == "L"'),
    Mutant("out and in change places", AUS, 'outward = {"left": "left", "right": "right"}', 'outward = {"left": "right", "right": "left"}'),
    Mutant("the head's codes end at 57", AUS, '        _au(58, "head back", "头后仰"),\n', ""),
    Mutant("the lower lip lies .16 lower", REGIONS, "(58, 59), 0.0, 0.04", "(58, 59), 0.0, 0.20"),
    Mutant("the lower lip lies .16 higher", REGIONS, "(58, 59), 0.0, 0.04", "(58, 59), 0.0, -0.12"),
    Mutant("the corner of the mouth lies .16 outward", REGIONS, "(48,), 0.02, 0.0", "(48,), 0.18, 0.0"),
    Mutant("the chin lies .16 lower", REGIONS, "(57, 8), 0.0, 0.05", "(57, 8), 0.0, 0.21"),
    Mutant("the cheekbone lies .16 higher", REGIONS, "(40, 41), 0.04, 0.27", "(40, 41), 0.04, 0.11"),
    Mutant("the inner brow hangs on the outer one's landmarks", REGIONS, "(20, 21), 0.0", "(18, 19), 0.0"),
    Mutant("the chin is twice as wide", REGIONS, "0.05, 0.18, 0.13", "0.05, 0.36, 0.13"),
    Mutant("landmarks of the mouth are mirrored wrongly", "meu_data/face/areas.py", "48: 54, 49: 53", "48: 53, 49: 54"),
    Mutant("the lids hang together", REGIONS, '0.15, 0.05),\n', '0.15, 0.05),\n        touches=("upper_lid",),\n'),
    Mutant("the lower lip does not touch the corner", REGIONS, '("middle_lower_lip", "mouth_corner")', '("middle_lower_lip",)'),
    Mutant("an answer of a class and neutral is the class", LABELS, "_ANSWER = 60", "_ANSWER = 0", "tests/evaluate/test_labels.py"),
    Mutant("a neutral face is called tense", LABELS, 'NEUTRAL: ("neutral"', '"tense": ("neutral"', "tests/evaluate/test_labels.py"),
    Mutant("intervals of 50 %", "meu_data/evaluate/resampling.py", "(2.5, 97.5)", "(25, 75)", "tests/evaluate/test_metrics.py"),
    Mutant("MELLM's figures of the wrong set", "meu_data/evaluate/published.toml", "uf1 = 0.2717, uar = 0.2633, acc = 0.3023", "uf1 = 0.1767, uar = 0.1663, acc = 0.2092", "tests/evaluate/test_scores.py"),
    Mutant("MEGC counts fear and sadness of CASME II", CLASSES, '_coarse("others", "fear", "sadness")', '_coarse("others")', SETS),
    Mutant("MELLM's six classes with the others", CLASSES, 'of=_same(*_BASIC), source', 'of=_same(*_BASIC, "others"), source', SETS),
    Mutant("coarse classes without surprise", CLASSES, 'name="casme3-3", of=_coarse("others")', 'name="casme3-3", of=_coarse("others", "surprise")', SETS),
    Mutant("a value is merged over one row less", "meu_data/corpora/merged_cells.py", "if number > last:", "if number >= last:", "tests/corpora/test_merged_cells.py"),
    Mutant("contempt without AU14", EMOTIONS, "{10, 12, 14}", "{10, 12}"),
    Mutant("happiness without AU6", EMOTIONS, "{6, 12, 25}", "{12, 25}"),
    Mutant("AU12 speaks for sadness", EMOTIONS, "{1, 4, 6, 11, 15, 17}", "{1, 4, 6, 11, 12, 15, 17}"),
    Mutant("surprise is negative", EMOTIONS, '"surprise",\n        frozenset({1, 2, 5', '"negative",\n        frozenset({1, 2, 5'),
    Mutant("AU9 raises the inner brows", AUS, '"inner_brow down, upper_lid down', '"inner_brow up, upper_lid down'),
    Mutant("AU12 lowers the lid", AUS, '"cheekbone up, lower_lid up"', '"cheekbone up, lower_lid down"'),
    Mutant("AU14 pulls straight out", AUS, "mouth_corner out any", "mouth_corner out"),
    Mutant("AU1+4 draws the brows apart", AUS, 'Combination(4, 1, _sites("inner_brow up in")', 'Combination(4, 1, _sites("inner_brow up out")'),
    Mutant("AU7 lowers the lid that AU5 raises", AUS, 'frozenset({"upper_lid"})', "frozenset()"),
    Mutant("contempt shows on both sides", EMOTIONS, "one_sided=frozenset({14, 12, 10})", "one_sided=frozenset()"),
    Mutant("disgust by a frown alone", EMOTIONS, "_beside({9, 10}, 4, 7,", "_beside({9, 10}, 7,"),
    Mutant("DFME has no contempt", CLASSES, 'of=_same("contempt", *_BASIC), source="Zhao', 'of=_same(*_BASIC), source="Zhao', SETS),
    Mutant("coherence at .9", RECORDS, "LEAST_COHERENCE = 0.5", "LEAST_COHERENCE = 0.9", THRESHOLDS),
    Mutant("coherence at .51", RECORDS, "LEAST_COHERENCE = 0.5", "LEAST_COHERENCE = 0.51", THRESHOLDS),
    Mutant("coherence at .9 in the prompt", "meu_data/drafting/requests/prompts.py", "not region.coherent", "region.coherence < 0.9", "tests/drafting/online/test_requests.py -k mixed"),
    Mutant("coherence at .9 on the screen", "meu_data/review/screen/html.py", "not region.coherent", "region.coherence < 0.9", "tests/review/screen/test_tasks.py -k mixed"),
    Mutant("coherence at .9 in the grounding", "meu_data/grounding/claims.py", '"serious" if region.coherent', '"serious" if region.coherence >= 0.9', THRESHOLDS),
    Mutant("coherence at .9 in the reading", "meu_data/grounding/evidence.py", "and region.coherent", "and region.coherence >= 0.9", THRESHOLDS),
    Mutant("coherence at .9 for a map", QUALITY, "< LEAST_COHERENCE", "< 0.9", JUDGED),
    Mutant("head motion four times as large", QUALITY, "HEAD_RESIDUAL_PERCENT = 0.25", "HEAD_RESIDUAL_PERCENT = 1.0", JUDGED),
    Mutant("light may change twice as much", QUALITY, "LIGHT_CHANGE_LEVELS = 6.0", "LIGHT_CHANGE_LEVELS = 12.0", JUDGED),
    Mutant("a face of 30 px is not small", QUALITY, "SMALL_FACE_PX = 40.0", "SMALL_FACE_PX = 30.0", JUDGED),
    Mutant("motion from twice the noise", MOTION, "SIGNIFICANT = 3.0", "SIGNIFICANT = 2.0", MEASURED),
    Mutant("moderate from .7 %", MOTION, "= 0.6, 1.5", "= 0.7, 1.5", MEASURED),
    Mutant("strong from 1.4 %", MOTION, "= 0.6, 1.5", "= 0.6, 1.4", MEASURED),
    Mutant("noise from .05 px", MOTION, "_LEAST_NOISE_PX = 0.06", "_LEAST_NOISE_PX = 0.05", MEASURED),
    Mutant("half the face is taken to be still", MOTION, "_STILL_SHARE = 0.25", "_STILL_SHARE = 0.5", MEASURED),
    Mutant("a drift of half the face", DRAWN, "DRIFT_SHARE = 0.6", "DRIFT_SHARE = 0.5", THRESHOLDS),
    Mutant("almost moving from 1.5", DRAWN, "ALMOST_MOVING = 2.0", "ALMOST_MOVING = 1.5", THRESHOLDS),
    Mutant("two octants are near", REGIONS, "NEAR_OCTANTS = 1", "NEAR_OCTANTS = 2", THRESHOLDS),
    Mutant("three octants are almost near", DRAWN, "ALMOST_NEAR_OCTANTS = 2", "ALMOST_NEAR_OCTANTS = 3", THRESHOLDS),
    Mutant("two bins are near", "meu_data/language/fit.py", "NEAR_BINS = 1", "NEAR_BINS = 2", THRESHOLDS),
    Mutant("slight motion is clear", REGIONS, 'INTENSITIES.index("moderate")', 'INTENSITIES.index("slight")', THRESHOLDS),
    Mutant("a serious finding costs little", DRAWN, '"serious": 0.7', '"serious": 0.8', THRESHOLDS),
    Mutant("four claims for an AU", DRAWN, "MOST_PER_AU = 3", "MOST_PER_AU = 4", THRESHOLDS),
    Mutant("a tilt of 45° is level", CHECKS, "TILTED_DEG = 30.0", "TILTED_DEG = 60.0", "tests/motion/test_face_checks.py"),
    Mutant("a face in profile is frontal", CHECKS, "AVERTED = 0.35", "AVERTED = 1.4", "tests/motion/test_face_checks.py"),
    Mutant("the network believes a drawing", CHECKS, "LEAST_NETWORK_SCORE = 1.02", "LEAST_NETWORK_SCORE = 0.5", "tests/motion/test_face_checks.py"),
    Mutant("no codec leaves blocks", CHECKS, "BLOCKY = 1.6", "BLOCKY = 6.4", "tests/motion/test_face_checks.py"),
    Mutant("another person is the same", SAME, "MOST_DISTANCE = 0.35, 0.5", "MOST_DISTANCE = 1.4, 2.0", "tests/motion/test_same_face.py"),
    Mutant("all faces are plainly alike", SAME, "_ALIKE = 0.95", "_ALIKE = 0.24", "tests/motion/test_same_face.py"),
    Mutant("a hand explains itself", COVERED, "_LEAST_LEVELS = 7.0, 2.0", "_LEAST_LEVELS = 700.0, 2.0", "tests/motion/test_occlusion.py"),
    Mutant("noise is a hand", COVERED, "_LEAST_LEVELS = 7.0, 2.0", "_LEAST_LEVELS = 0.7, 0.2", "tests/motion/test_occlusion.py"),
    Mutant("a turned head is believed", TRUST, "TURN_PERCENT = 0.8", "TURN_PERCENT = 3.2", "tests/motion/test_trust.py"),
    Mutant("spotting takes light for motion", "meu_data/spotting/track.py", "match_light(first, crop(gray, alignment), inside, _LIGHT * unit)", "crop(gray, alignment)", "tests/spotting/test_track.py"),
    Mutant("a grave flag is slight", TRUST, "_GRAVE, _SLIGHT, _COUNTED = 0.4", "_GRAVE, _SLIGHT, _COUNTED = 0.78", "tests/motion/test_trust.py"),
    Mutant("a face lost in noise is believed", TRUST, "LEAST_MEASURED = 0.5", "LEAST_MEASURED = 0.12", "tests/motion/test_trust.py"),
    Mutant("a doubtful map waits its turn", "meu_data/review/screen/tasks.py", "min(grounding.score, motion.quality.trust)", "grounding.score", "tests/review/screen/test_tasks.py"),
    Mutant("a brow closes the eye", DRAWN, "LEAST_BLINK = 0.15", "LEAST_BLINK = 0.04", "tests/grounding/test_evidence.py"),
    Mutant("half a blink is none", DRAWN, "LEAST_BLINK = 0.15", "LEAST_BLINK = 0.6", "tests/grounding/test_evidence.py"),
    Mutant("a slope leans aside", "meu_data/motion/head_motion.py", "np.array([0.02, 0.12])", "np.array([0.24, 0.24])", "tests/motion/test_head_turn.py"),
    Mutant("wide motion is noise", "meu_data/motion/noise.py", "_WIDE, _REDUCED = 0.15", "_WIDE, _REDUCED = 1.5", "tests/motion/test_noise.py"),
    Mutant("faint motion beside the face", "meu_data/motion/outside.py", "_LEAST_MOTION, _LEAST_PATCH, _LEAST_VIEW = 0.012", "_LEAST_MOTION, _LEAST_PATCH, _LEAST_VIEW = 0.003", "tests/motion/test_outside.py"),
    Mutant("hair stays when the head turns", "meu_data/motion/outside.py", "_TURN_SHARE = 2.0", "_TURN_SHARE = 0.2", "tests/motion/test_outside.py"),
    Mutant("anything is a lid", "meu_data/motion/lids.py", "_LEAST_LIKENESS = 0.5", "_LEAST_LIKENESS = 0.0", "tests/motion/test_lids.py"),
    Mutant("one sample proves a wrong label", "meu_data/report/au_motion.py", "_ENOUGH = 3", "_ENOUGH = 1", "tests/report/test_au_motion.py"),
    Mutant("the other side may move", "meu_data/report/au_motion.py", "_OTHER_SIDE = 1.5", "_OTHER_SIDE = 6000.0", "tests/report/test_au_motion.py"),
    Mutant("the report shows the soundest first", "meu_data/report/soundness.py", "for value, name in sorted(known)", "for value, name in sorted(known, reverse=True)", "tests/report/test_report.py"),
    Mutant("lids go sideways", "meu_data/motion/gaze.py", 'frozenset({"left", "right"})', 'frozenset({"none"})', "tests/motion/test_gaze.py"),
    Mutant("a box that hardly covers the face is the face", TOOLS, "_LEAST_OVERLAP = 0.5", "_LEAST_OVERLAP = 0.0", INSPECTED),
    Mutant("a zoom before there is a map", TOOLS, "self._picture is None or not self._aligned", "self._picture is None", INSPECTED),
    Mutant("the apex has the onset's face", TOOLS, "sight.onset_box if image == 1 else sight.apex_box", "sight.onset_box", INSPECTED),
    Mutant("a patch of a pixel is enlarged", TOOLS, "_LEAST_SIDE = 8", "_LEAST_SIDE = 1", INSPECTED),
    Mutant("true is the first frame", TOOLS, "type(image) is not int or image", "image", INSPECTED),
    Mutant("a look costs nothing", UTILITY, "(rewards - price * zooms)[allowed]", "rewards[allowed]", VALUED),
    Mutant("what a look is worth, the other way round", UTILITY, "rewards[~allowed].mean())", "2 * rewards[~allowed].mean())", VALUED),
    Mutant("the mean forgets what was", UTILITY, "self._decay * before + (1 - self._decay) * mean", "mean", VALUED),
    Mutant("halves are compared with each other", UTILITY, "for half in (allowed[group], ~allowed[group]):", "for half in (allowed[group] | True,):", VALUED),
    Mutant("a look that failed gets credit", UTILITY, "strict=False) if seen]", "strict=False)]", VALUED),
    Mutant("a tool's answer is taken for a call", UTILITY, 'piece if mine else', 'piece if True else', VALUED),
    Mutant("credit beyond the call", UTILITY, "found[row, first:behind] = value", "found[row, first:] = value", VALUED),
)  # fmt: skip


def main() -> int:
    """Runs the tests on the package as it is, then on each mutant.

    Returns:
        The exit code: 0 when every mutant was killed; 1 when one survived, or could not be planted.
    """
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        for name in ("meu_data", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("annotation_guides", "schemas", "docs", "pyproject.toml"):
            (copy / name).symlink_to(ROOT / name)
        sound = {tests: _pytest(copy, tests) == 0 for tests in dict.fromkeys(mutant.tests for mutant in MUTANTS)}
        outcomes = [(mutant, _outcome(copy, mutant) if sound[mutant.tests] else "tests fail") for mutant in MUTANTS]
    for mutant, outcome in outcomes:
        print(f"{outcome:<12} {mutant.fault:<50} {mutant.file.removeprefix('meu_data/')}")
    killed = sum(outcome == "killed" for _, outcome in outcomes)
    print(f"{killed} of {len(outcomes)} planted faults were caught")
    return int(killed < len(outcomes))


def _outcome(copy: Path, mutant: Mutant) -> str:
    file = copy / mutant.file
    text = file.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        return "no place"
    file.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        # A fault by which nothing can be imported any more would prove nothing: pytest ends with 2 or more then.
        return {0: "SURVIVED", 1: "killed"}.get(_pytest(copy, mutant.tests), "broken")
    finally:
        file.write_text(text, encoding="utf-8")


def _pytest(copy: Path, tests: str) -> int:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider", *tests.split()]
    # Without bytecode, or a fault of the same length within one second would not be seen.
    env = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
