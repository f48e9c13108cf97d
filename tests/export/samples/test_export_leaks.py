"""Leaks: people, frames and faces on both sides of a split are found, named, and refused."""

import hashlib
import io
import itertools
import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.export.samples.leaks import LeakWatch, _shared_frames, look_alikes
from meu_data.export.samples.truth import SampleTruth
from meu_data.face.face_hash import HASH_BYTES, NEAR_BITS, face_hash
from meu_data.face.landmark_model import find_landmark_model
from meu_data.motion import mmc_map
from meu_data.progress import Silent
from meu_data.records import Source
from meu_data.synth.portrait import DETAIL, SubjectMaker
from tests.conftest import bump
from tests.export.conftest import png


def encoded(picture, ending=".png", *options):
    return cv2.imencode(ending, picture, options)[1].tobytes()


def distance(a, b):
    return sum(bin(x ^ y).count("1") for x, y in zip(a, b, strict=True))


@pytest.fixture(scope="module")
def faces():
    """Three pseudo-subjects at rest, with their landmarks, as frames of 320x240."""
    maker = SubjectMaker(find_landmark_model(None))
    subjects = [maker.make(5, number, (320, 240)) for number in range(3)]
    return [(np.rint(one.picture[::DETAIL, ::DETAIL]).astype(np.uint8), one.landmarks) for one in subjects]


def drawn(face, recipe, vector):
    """A map of a face of which one corner of the mouth moves."""
    picture, landmarks = face
    flow = bump(picture.shape[:2], landmarks[48], vector, 12).astype(np.float32)
    return mmc_map(picture, flow, recipe=recipe, landmarks=landmarks)


OTHER_FILES = {
    "JPEG": lambda picture: encoded(picture, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 70),
    "half the size": lambda picture: encoded(cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)),
    "blurred": lambda picture: encoded(cv2.GaussianBlur(picture, (0, 0), 3)),
    "brighter": lambda picture: encoded(cv2.convertScaleAbs(picture, alpha=1.1, beta=5)),
}


@pytest.mark.parametrize("recipe", ["mellm", "robust"])
@pytest.mark.parametrize("change", OTHER_FILES.values(), ids=OTHER_FILES)
def test_another_file_of_a_map_is_near_and_another_person_is_not(faces, recipe, change):
    maps = [drawn(face, recipe, (-3, -3)) for face in faces]
    hashes = [face_hash(encoded(picture)).plain for picture in maps]
    assert {len(one) for one in hashes} == {HASH_BYTES}
    for picture, own in zip(maps, hashes, strict=True):
        assert distance(face_hash(change(picture)).plain, own) <= NEAR_BITS
        mirrored = face_hash(change(np.ascontiguousarray(picture[:, ::-1])))
        assert distance(mirrored.mirrored, own) <= NEAR_BITS < distance(mirrored.plain, own)
    assert all(distance(a, b) > NEAR_BITS for a, b in itertools.combinations(hashes, 2))


@pytest.mark.parametrize("recipe", ["mellm", "robust"])
def test_the_colours_of_the_motion_do_not_count(faces, recipe):
    """The same onset frame under other motion is the same face."""
    still, smile, frown = (face_hash(encoded(drawn(faces[0], recipe, v))).plain for v in ((0, 0), (-4, -4), (3, 4)))
    assert max(distance(still, smile), distance(still, frown), distance(smile, frown)) <= NEAR_BITS


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_has_one_hash_whatever_its_size(level):
    found = {face_hash(encoded(np.full((size, size, 3), level, np.uint8))) for size in (28, 448, 449)}
    assert found == {(bytes(HASH_BYTES), bytes(HASH_BYTES))}


def test_a_map_that_is_no_picture_is_an_error():
    with pytest.raises(MeuError, match="cannot be decoded; run `meu-data render --force`"):
        face_hash(b"PNG")


def leaks_of(corpus, out, **options):
    export(corpus.workspace, out, source="drafts", allow_leaks=True, **options)
    return json.loads((out / "leaks.json").read_text(encoding="utf-8"))


def test_sound_splits_leak_nothing(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 4})
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert not summary.leaking
    report = json.loads((tmp_path / "out/leaks.json").read_text(encoding="utf-8"))
    assert report["splits"] == {"testA": {"samples": 4, "subjects": 3}, "train": {"samples": 6, "subjects": 3}}
    assert report["compared"]
    assert (report["subjects_total"], report["frames_total"], report["alike_total"]) == (0, 0, 0)
    assert "Nothing is in two splits (`leaks.json`)" in (tmp_path / "out/README.md").read_text(encoding="utf-8")


def test_one_split_has_nothing_to_leak_to(corpus, tmp_path):
    corpus.fill({"train": 4})
    picture = png(0)
    for sample in corpus.samples:
        corpus.render(sample, picture)
        corpus.draft(sample)
    report = leaks_of(corpus, tmp_path / "out")
    assert not report["compared"]
    assert "There is one split, so nothing can leak" in (tmp_path / "out/README.md").read_text(encoding="utf-8")


def share_a_person(corpus):
    """The first of the training subjects is in the test as well."""
    ledger, sample = corpus.workspace.ledger, corpus.samples[-1]
    again = sample.model_copy(update={"subject": "S0"})
    ledger.replace_source(Source(corpus="dfme", split="testA", sheet="/s", frames="/f"), [*corpus.samples[6:-1], again])


def share_a_frame(corpus):
    """One clip of the test begins with the frame where one of training is strongest."""
    ledger = corpus.workspace.ledger
    motions = {sample.id: motion for sample, motion in ledger.samples_with_motion("robust")}
    first, last = corpus.samples[0], corpus.samples[-1]
    changed = motions[last.id].model_copy(update={"onset_sha256": motions[first.id].apex_sha256})
    ledger.db.execute("UPDATE motion SET record = ? WHERE sample_id = ?", (changed.model_dump_json(), last.id))


def share_a_face(corpus):
    """A map of the test is that of training in another file."""
    first, last = corpus.samples[0], corpus.samples[-1]
    pixels = np.asarray(Image.open(io.BytesIO(corpus.maps[first.id])))
    corpus.render(last, encoded(np.ascontiguousarray(pixels[..., ::-1]), ".png", cv2.IMWRITE_PNG_COMPRESSION, 0))
    assert hashlib.sha256(corpus.maps[first.id]).digest() != hashlib.sha256(corpus.maps[last.id]).digest()
    corpus.draft(last)


FIRST, LAST = "dfme/S0/train_999/3-9", "dfme/testAS0/testA_996/3-9"
LEAKS = {
    "a person": (share_a_person, "subjects", "subjects in several splits: dfme/S0 (testA, train)"),
    "a frame": (share_a_frame, "frames", f"the same frame in several splits: {LAST} and {FIRST} (testA, train)"),
    "a face": (
        share_a_face,
        "alike",
        f"faces that look the same in several splits: {LAST} and {FIRST} (testA, train, 0 bits)",
    ),
}


@pytest.mark.parametrize(("leak", "kind", "said"), LEAKS.values(), ids=LEAKS)
def test_a_leak_is_refused_by_name_and_written_only_when_allowed(corpus, tmp_path, leak, kind, said):
    corpus.fill({"train": 6, "testA": 4}, size=(64, 64))
    leak(corpus)
    out = tmp_path / "out"
    with pytest.raises(MeuError) as caught:
        export(corpus.workspace, out, source="drafts")
    assert str(caught.value) == (
        f"the splits leak: {said}; take --splits subjects:0.8,0.1,0.1, or write them with --allow-leaks"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["工作 space"]
    summary = export(corpus.workspace, out, source="drafts", allow_leaks=True)
    assert summary.leaking
    assert f"the splits leak: {said}" in summary.warnings
    report = json.loads((out / "leaks.json").read_text(encoding="utf-8"))
    totals = {name: report[f"{name}_total"] for name in ("subjects", "frames", "alike")}
    assert totals == {"subjects": 0, "frames": 0, "alike": 0} | {kind: 1}
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "**The splits leak**" in card
    assert said in card


def test_an_old_export_stays_when_the_new_one_leaks(corpus, tmp_path):
    corpus.fill({"train": 6, "testA": 4})
    out = tmp_path / "out"
    export(corpus.workspace, out, source="drafts")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    share_a_person(corpus)
    with pytest.raises(MeuError, match="the splits leak"):
        export(corpus.workspace, out, source="drafts", overwrite=True)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_people_of_two_corpora_may_have_one_name(corpus, tmp_path):
    corpus.fill({"train": 2})
    corpus.fill({"test": 2}, corpus="casme2")
    renamed = [one.model_copy(update={"subject": f"S{index}"}) for index, one in enumerate(corpus.samples[2:])]
    corpus.workspace.ledger.replace_source(Source(corpus="casme2", split="test", sheet="/s", frames="/f"), renamed)
    summary = export(corpus.workspace, tmp_path / "out", source="drafts")
    assert summary.rows == {"test": 2, "train": 2}
    assert {sample.subject for sample in corpus.samples[:2]} == {sample.subject for sample in renamed}
    assert not summary.leaking


def test_many_shared_people_are_counted_and_the_first_are_named(corpus, tmp_path):
    corpus.fill({"train": 3, "testA": 3})
    for split in ("train", "testA"):
        samples = [
            sample.model_copy(update={"subject": f"p{index % 3}"})
            for index, sample in enumerate(corpus.samples)
            if sample.split == split
        ]
        corpus.workspace.ledger.replace_source(Source(corpus="dfme", split=split, sheet="/s", frames="/f"), samples)
    with pytest.raises(MeuError, match=r"dfme/p0 \(testA, train\), dfme/p1 .*, dfme/p2 \(testA, train\); take"):
        export(corpus.workspace, tmp_path / "out", source="drafts")


def brute_force(hashes, splits):
    """Every pair of different splits whose hashes are near, plain or mirrored."""
    pairs = itertools.combinations(range(len(hashes)), 2)
    near = ((min(distance(hashes[a][0], one) for one in hashes[b]), a, b) for a, b in pairs if splits[a] != splits[b])
    return [pair for pair in near if pair[0] <= NEAR_BITS]


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.integers(1, 5))
def test_near_faces_are_those_that_a_comparison_of_all_finds(seed, count, kinds):
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, (4, HASH_BYTES), dtype=np.uint8)
    rows = base[rng.integers(0, 4, (count, 2))]
    for row in rows.reshape(-1, HASH_BYTES):
        for bit in rng.integers(0, 8 * HASH_BYTES, rng.integers(0, 9)):
            row[bit // 8] ^= 1 << (bit % 8)
    splits = sorted(f"split{number}" for number in rng.integers(0, kinds, count))
    names = [(f"id{index:03d}", split) for index, split in enumerate(splits)]
    total, found = look_alikes(np.ascontiguousarray(rows).view(np.uint64), names, Silent())
    expected = brute_force([(bytes(plain), bytes(mirrored)) for plain, mirrored in rows], splits)
    assert total == len(expected)
    told = sorted((one.distance, one.first, one.second) for one in found)
    assert told == sorted((bits, names[a][0], names[b][0]) for bits, a, b in expected)[: len(told)]
    assert len(told) == min(total, 100)


def test_frames_are_compared_to_the_last_byte():
    """numpy drops zeros at the end of its byte strings."""
    hashes = [bytes([1] * 31 + [0]), bytes([1] * 30 + [0, 0]), bytes(32), bytes([1] * 31 + [0])]
    frames = np.frombuffer(b"".join(one + hashlib.sha256(bytes([n])).digest() for n, one in enumerate(hashes)), "S32")
    names = [("a", "train"), ("b", "test"), ("c", "test"), ("d", "test")]
    total, (found,) = _shared_frames(frames.reshape(-1, 2), names)
    assert total == 1
    assert (found.first, found.second, found.sha256) == ("a", "d", hashes[0].hex())


def test_the_hash_that_was_stored_with_a_map_is_taken(corpus):
    """Of two maps that differ, whose stored hashes say that they are mirror images."""
    corpus.fill({"train": 1, "testA": 1})
    plain, mirrored = bytes(range(32)), bytes(range(32, 64))
    with LeakWatch(single=False) as watch:
        pairs = corpus.workspace.ledger.samples_with_motion("robust")
        for (sample, motion), stored in zip(pairs, (plain + mirrored, mirrored + plain), strict=True):
            told = motion.model_copy(update={"face_hash": stored.hex()})
            watch.add(SampleTruth(sample, told, "en", b"no picture", "labels"))
        (found,) = watch.report(Silent()).alike
    assert found.distance == 0


def test_a_map_that_cannot_be_read_is_named(corpus):
    corpus.fill({"train": 1, "testA": 1})
    ((sample, motion), _) = corpus.workspace.ledger.samples_with_motion("robust")
    with LeakWatch(single=False) as watch:
        watch.add(SampleTruth(sample, motion, "en", b"no picture", "labels"))
        watch.add(SampleTruth(sample.model_copy(update={"split": "other"}), motion, "en", png(1), "labels"))
        with pytest.raises(MeuError, match=f"{sample.id}: the map cannot be decoded"):
            watch.report(Silent())
