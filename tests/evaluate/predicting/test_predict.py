"""Predictions by a model on a loopback server, and by the rule."""

import hashlib
import json

import cv2
import numpy as np
import pytest

from meu_data.errors import MeuError
from meu_data.evaluate.predicting.rule import predict_by_rule
from meu_data.evaluate.predicting.stage import predict
from meu_data.evaluate.stage import evaluate
from meu_data.face.au_notation import parse_aus
from meu_data.frames import read_frame
from meu_data.records import Sample, Source
from meu_data.store.attempts import spent_usd
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import make_motion
from tests.drafting.online.conftest import QUICK
from tests.drafting.online.samples import identifier
from tests.drafting.online.samples import make_motion as make_drawn_motion

CLASSES = "dfme7"


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def ask(workspace, out, llm="gemini", **more):
    model = "local" if llm == "openai" else None
    return predict(workspace, out, llm, classes=CLASSES, pacing=QUICK, model=model, **more)


# Two workspaces of the same three faces; everything that tells of labels, people or files is another, and so is the
# order of the names.
NAMES = {
    "a": ("dfme", "train", "alice", ("clip0", "clip1", "clip2"), "12", "happiness", "seen laughing", "c1/{}.png"),
    "b": ("dfme", "test", "bob", ("other9", "other7", "other8"), "4+9", "disgust", "seen crying", "deep/er/f{}.png"),
}


def faces_of(root, which):
    """A workspace of three faces under names of its own, with pictures on the disk."""
    corpus, split, subject, clips, aus, emotion, remarks, frame = NAMES[which]
    (root / "work" / "maps").mkdir(parents=True)
    (root / "work" / "meu.toml").write_text('recipe = "mellm"\n')
    workspace = Workspace.open(root / "work", create=True)
    onset, apex = frame.format("00001"), frame.format("00005")
    for number in range(1, 6):
        path = root / "frames" / frame.format(f"{number:05d}")
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((64, 64, 3), 40 * number, np.uint8))
    frames = {"onset_sha256": root / "frames" / onset, "apex_sha256": root / "frames" / apex}
    ends = {name: read_frame(path).sha256 for name, path in frames.items()}
    samples = [
        Sample(
            id=f"{corpus}/{subject}/{clip}/1",
            corpus=corpus,
            split=split,
            subject=subject,
            clip=clip,
            onset=1,
            apex=5,
            offset=9,
            emotion=emotion,
            emotion_written=emotion.upper(),
            aus=parse_aus(aus),
            aus_written=aus,
            remarks=remarks,
            notes=(remarks,),
            onset_frame=onset,
            apex_frame=apex,
            width=64,
            height=64,
            sheet=f"{subject}.xlsx",
            row=number + 2,
        )
        for number, clip in enumerate(clips)
    ]
    source = Source(corpus=corpus, split=split, sheet=f"{subject}.xlsx", frames=str(root / "frames"))
    workspace.ledger.replace_source(source, samples)
    with workspace.ledger.transaction():
        for number, sample in enumerate(samples):
            drawn = b"\x89PNG\r\n\x1a\n" + bytes([number]) * 64
            motion = make_drawn_motion(sample.id, picture=drawn).model_copy(update=ends)
            (workspace.root / motion.map_file).write_bytes(drawn)
            workspace.ledger.store_motion(motion, MotionState("inputs", "frames", motion.map_file))
    return workspace


@pytest.mark.parametrize("llm", ["gemini", "openai"])
@pytest.mark.parametrize("images", ["map", "pair", "map+pair", "video"])
def test_no_label_name_or_note_reaches_a_service(tmp_path, request, llm, images):
    """Everything that goes out, byte by byte: two workspaces that share pictures alone send the same."""
    fake, sent = request.getfixturevalue(llm), {}
    for which in NAMES:
        fake.raw, fake.headers = {}, {}
        with faces_of(tmp_path / which, which) as workspace:
            found = ask(workspace, tmp_path / f"{which}.jsonl", llm, images=images)
        assert found.answered == 3
        sent[which] = (sorted(fake.raw.values()), {name: fake.headers[name] for name in sorted(fake.headers)})
    assert sent["a"] == sent["b"]
    # Pair and clip are the same for all three, and are asked about once.
    assert len(sent["a"][0]) == (3 if "map" in images else 1)
    told = b"".join(sent["a"][0])
    assert not any(word.encode() in told for word in ("alice", "bob", "clip0", "laughing", "00001", "dfme"))


def test_answers_become_a_file_that_evaluate_reads(tmp_path, gemini, workspace_of):
    workspace, out = workspace_of(3, picture=b"\x89PNG one"), tmp_path / "said.jsonl"
    found = ask(workspace, out)
    assert (found.samples, found.answered, found.unanswered, found.run.calls) == (3, 3, 0, 1)
    (name,) = gemini.calls
    assert [(row["id"], row["prediction"]) for row in lines(out)] == [
        (identifier(number), {"emotion": "happiness", "aus": ["AU12"]}) for number in (1, 2, 3)
    ]
    result = evaluate([out], gold=workspace.root, classes=CLASSES)
    assert (result.acc, result.aus.micro.f1) == (1.0, 1.0)
    before, spent = out.read_bytes(), spent_usd(workspace.ledger)
    again = ask(workspace, out)
    assert (again.run.calls, again.answered, spent_usd(workspace.ledger)) == (0, 3, spent)
    assert out.read_bytes() == before
    assert gemini.calls[name] == 1


def test_the_class_set_binds_the_answer(tmp_path, gemini, workspace_of):
    workspace, out = workspace_of(1), tmp_path / "said.jsonl"
    gemini.prediction = gemini.prediction | {"emotion": "boredom"}
    found = ask(workspace, out)
    assert (found.answered, found.unanswered) == (0, 1)
    assert lines(out)[0]["error"] == "no usable answer"
    (body,) = gemini.bodies.values()
    schema = body["generationConfig"]["responseJsonSchema"]
    basic = ["anger", "disgust", "fear", "happiness", "sadness", "surprise"]
    assert schema["properties"]["emotion"]["enum"] == ["contempt", *basic]
    assert evaluate([out], gold=workspace.root, classes=CLASSES).unread == {"error": 1}
    gemini.prediction = gemini.prediction | {"emotion": "fear"}
    assert ask(workspace, out).answered == 0
    assert ask(workspace, out, retry_failed=True).answered == 1


def test_a_budget_is_the_workspaces(tmp_path, gemini, workspace_of):
    workspace, out = workspace_of(2), tmp_path / "said.jsonl"
    found = ask(workspace, out, budget_usd=0.0)
    assert (found.run.calls, found.answered, gemini.total()) == (0, 0, 0)
    assert "budget" in found.run.stopped


def test_a_dry_run_prices_the_calls_and_shows_the_first(tmp_path, gemini, meu):
    """What it shows is what is sent; samples of the same pictures are asked about once; nothing goes out, no key."""
    with faces_of(tmp_path, "a") as workspace:
        root = workspace.root
    words = ("predict", "--llm", "gemini", "--classes", CLASSES, "--images", "map+pair", "-w", root)
    code, out, _ = meu(*words, "--dry-run")
    assert (code, gemini.total()) == (0, 0)
    assert out.startswith("3 samples: 3 to send to gemini-3.8-flash\n")
    assert "online  about $" in out
    assert '"<picture 1>"' in out
    plan = json.loads(meu(*words, "--dry-run", "--json")[1])
    assert (plan["to_send"], plan["spent_usd"]) == (3, 0)
    assert json.loads(meu(*words, "--dry-run", "--images", "pair", "--json")[1])["to_send"] == 1
    with Workspace.open(root) as workspace:
        assert ask(workspace, tmp_path / "said.jsonl", images="map+pair").run.calls == 3
    sent = [body["systemInstruction"] for body in gemini.bodies.values()]
    assert plan["request"]["body"]["systemInstruction"] in sent
    after = json.loads(meu(*words, "--dry-run", "--json")[1])
    assert (after["to_send"], after["fresh"], after["request"]) == (0, 3, None)


def test_what_a_dry_run_needs(tmp_path, gemini, meu):
    code, _, err = meu("predict", "--dry-run", "-w", tmp_path)
    assert (code, "the rule of offline is free" in err) == (2, True)
    code, _, err = meu("predict", "-w", tmp_path)
    assert (code, "name the file to write with --out" in err) == (2, True)


@pytest.mark.parametrize("option", [("--mode", "batch"), ("--wait",), ("--budget", "5"), ("--images", "pair")])
def test_what_only_a_model_needs_is_refused_without_one(tmp_path, meu, option):
    code, _, err = meu("predict", "--out", tmp_path / "said.jsonl", *option, "-w", tmp_path)
    assert (code, "name one with --llm" in err) == (2, True)


@pytest.mark.parametrize(
    ("moves", "emotion", "unit"),
    [
        # FACS: 12 pulls the corners up and out; 4 lowers the brows; 1 and 2 raise them; 15 pulls the corners down
        ({"mouth_corner": ("up-left", "up-right")}, "happiness", "AU12"),
        ({"inner_brow": ("up", "up"), "outer_brow": ("up", "up"), "upper_lid": ("up", "up")}, "surprise", "AU2"),
        ({"mouth_corner": ("down", "down"), "inner_brow": ("up", "up")}, "sadness", "AU15"),
    ],
)
def test_the_rule_reads_motion_by_facs(moves, emotion, unit):
    sides = [(part, zip(("left", "right"), ways, strict=True)) for part, ways in moves.items()]
    measured = {f"{side}_{part}": (way, "strong") for part, both in sides for side, way in both}
    said = predict_by_rule(make_motion(measured), ("anger", "disgust", "fear", "happiness", "sadness", "surprise"))
    assert said.emotion == emotion
    assert unit in said.aus
    assert unit in said.explanation


def test_the_rule_abstains_from_a_still_face():
    assert predict_by_rule(make_motion({}), ("anger", "happiness")).emotion is None
    assert predict_by_rule(make_motion({}), ("anger", "others")).emotion == "others"


def test_the_rule_end_to_end(meu, tmp_path, labelled_workspace):
    """On eight faces that all smile: the three happy clips are right, and the others are not."""
    out = tmp_path / "said.jsonl"
    words = ("predict", "--out", out, "--classes", "casme2-5", "-w", labelled_workspace)
    code, printed, _ = meu(*words, "--json")
    assert code == 0
    assert json.loads(printed) | {"out": ""} == {
        "out": "",
        "predictor": "offline",
        "samples": 8,
        "answered": 8,
        "unanswered": 0,
        "submitted": 0,
        "waiting": 0,
        "run": None,
    }
    assert {row["prediction"]["emotion"] for row in lines(out)} == {"happiness"}
    found = evaluate([out], gold=labelled_workspace, classes="casme2-5")
    assert (found.acc, found.uar) == (3 / 8, pytest.approx(1 / 5))
    assert found.grounding.texts == 8
    first = hashlib.sha256(out.read_bytes()).digest()
    meu(*words)
    assert hashlib.sha256(out.read_bytes()).digest() == first


def test_what_is_not_there_is_told(tmp_path, labelled_workspace):
    with Workspace.open(labelled_workspace) as workspace:
        with pytest.raises(MeuError, match="there is no sample 'x'"):
            predict(workspace, tmp_path / "o.jsonl", only="x")
        with pytest.raises(MeuError, match="there is no class set"):
            predict(workspace, tmp_path / "o.jsonl", classes="dfme77")
    assert not (tmp_path / "o.jsonl").exists()
