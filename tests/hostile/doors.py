"""Every door through which something of others comes in, each with sound inputs that are then spoilt.

An attempt may succeed or end in a `MeuError` of one line; everything else is a finding.
"""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import NamedTuple

import openpyxl
from PIL import Image

from meu_data.checking import check
from meu_data.cli import main
from meu_data.corpora.extract import extract
from meu_data.corpora.sheets import Asked
from meu_data.drafting.offline.writer import draft as offline_draft
from meu_data.drafting.providers.base import Reply
from meu_data.drafting.requests.answers import Answer, read_answer
from meu_data.drafting.run import draft
from meu_data.environments.inspection import Inspection
from meu_data.environments.trl import FaceInspection
from meu_data.evaluate.comparison import scores
from meu_data.evaluate.megc import evaluate_megc
from meu_data.evaluate.result import read_result
from meu_data.evaluate.stage import evaluate
from meu_data.export.megc_submission import write_submission
from meu_data.export.stage import export
from meu_data.fer_vqa import fer_vqa
from meu_data.frames import read_frame, read_header
from meu_data.grounding.verify import verify
from meu_data.motion.render import render
from meu_data.report.stage import report
from meu_data.review.screen.fields import STAGES, Answers
from meu_data.review.screen.overlay import ShownPart
from meu_data.review.screen.tasks import task_data
from meu_data.review.server.remote_tasks import read_stamp
from meu_data.review.verdicts.adjudication import Policy
from meu_data.review.verdicts.agreement import agreement
from meu_data.review.verdicts.reading import AnnotationSource, Shown, read_annotation, read_draft
from meu_data.review.worklist import Candidate, Selection, select
from meu_data.rewards.of_file import rewards_of_file
from meu_data.spotting.stage import spot
from meu_data.status import workspace_problems, workspace_status
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.reviews import store_review
from meu_data.store.workspace import Workspace
from meu_data.videos import video_picture
from tests.builders import make_motion, make_sample
from tests.corpora.conftest import HEADER, picture
from tests.drafting.requests.test_answers import ID, asked
from tests.environments.test_inspection import SIGHT
from tests.export.conftest import Corpus
from tests.hostile.mutations import bytes_of, json_of
from tests.review.builders import make_draft

SAID = Answers(aus=("AU4", "AU6", "AU12"), emotions=("anger", "happiness"))


class SilentChangeError(Exception):
    """Something was lost or changed, and nobody was told."""


class Material(NamedTuple):
    """Sound inputs, made once: files in `folder`, and what they hold."""

    folder: Path
    pictures: dict[str, bytes]
    videos: dict[str, bytes]
    answer: dict[str, object]
    annotation: dict[str, object]
    result: bytes


def material(folder: Path) -> Material:
    """Makes the sound inputs."""
    with Workspace.open(folder / "work", create=True) as workspace:
        corpus = Corpus(workspace).fill({"train": 3, "testA": 1})
        for sample in corpus.samples:
            corpus.review(sample)
        verify(workspace)
        export(workspace, folder / "out", style="unifer-cot", format="hf", source="drafts")
        export(workspace, folder / "lines", style="unifer-rlvr", format="unifer-json", source="drafts", pixels=False)
    with sqlite3.connect(folder / "work" / "meu.db") as db:
        db.execute("UPDATE sources SET record = json_set(record, '$.frames', ?)", (str(folder / "frames"),))
    db.close()
    for number in (0, 4, 9):
        path = folder / "frames" / "sub0001_01" / f"{number:05d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture())
    rows = [HEADER, *(["sub0001", "sub0001_01", 0, 4, 9, "happiness", "6+12"] for _ in range(2))]
    (folder / "sheet.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "sheet.xlsx")
    (folder / "faces").mkdir()
    (folder / "faces" / "a.png").write_bytes(picture())
    sample = make_sample("6+12")
    told = offline_draft(sample, make_motion({"left_mouth_corner": ("up-left", "moderate")}), "en").annotation
    answer = Answer(
        sample_id=ID,
        motion_analysis=told.statements,
        expression_inference=told.expression_inference,
        conclusion=told.conclusion,
        aus=told.aus,
        emotion=told.emotion or "none",
    )
    fields = [("aus", "choices", ["AU6", "AU12"]), ("emotion", "choices", ["happiness"])]
    fields += [(stage, "text", ["The left corner of the mouth moves up."]) for stage in STAGES]
    annotation = {
        "id": 3,
        "result": [{"from_name": name, "origin": "manual", "value": {key: value}} for name, key, value in fields],
        "created_at": "2026-11-20T08:10:00.500000Z",
        "updated_at": "2026-11-20T08:11:00Z",
        "completed_by": 2,
        "lead_time": 12.5,
        "was_cancelled": False,
    }
    scores = evaluate([folder / "out" / "data" / "train-00000-of-00001.parquet"], gold=folder / "work", grounding=False)
    scored = scores.model_dump_json().encode()
    return Material(folder, _pictures(), _videos(folder), answer.model_dump(mode="json"), annotation, scored)


def _pictures() -> dict[str, bytes]:
    found = {}
    for form, options in (
        ("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("BMP", {}), ("TIFF", {}), ("WEBP", {})
    ):  # fmt: skip
        stream = BytesIO()
        Image.radial_gradient("L").resize((48, 40)).convert("RGB").save(stream, form, **options)
        found[f"a{len(found)}.{form.lower()}"] = stream.getvalue()
    return found


def _videos(folder: Path) -> dict[str, bytes]:
    import av
    import numpy as np

    found = {}
    for name, codec in (("a.avi", "mjpeg"), ("a.mp4", "mpeg4")):
        with av.open(str(folder / name), "w") as container:
            stream = container.add_stream(codec, rate=200, options={"strict": "unofficial"})
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for shade in range(6):
                frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 40 * shade, np.uint8), format="bgr24")
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
        found[name] = (folder / name).read_bytes()
    return found


def sheets(random: Random, given: Material, folder: Path) -> None:
    """A sheet becomes samples and problems, row by row."""
    name = random.choice(("sheet.csv", "sheet.csv", "sheet.xlsx"))
    (folder / name).write_bytes(bytes_of(random, (given.folder / name).read_bytes()))
    encoding = random.choice((None, None, "utf-8", "gb18030", "no such thing"))
    with Workspace.open(folder / "w", create=True) as workspace:
        found = extract(
            workspace,
            corpus=random.choice(("dfme", "auto")),
            annotations=folder / name,
            frames=given.folder / "frames",
            asked=Asked(encoding=encoding),
        )
    expressions, rows = found.samples + found.problems, found.rows - found.understood.remark_rows
    if expressions != found.understood.events or expressions < rows:
        raise SilentChangeError(f"{found.rows} rows, {found.samples} samples, {found.problems} problems")


def frames(random: Random, given: Material, folder: Path) -> None:
    """A picture is read as its header says, or not at all."""
    name = random.choice(sorted(given.pictures))
    path = folder / name
    path.write_bytes(bytes_of(random, given.pictures[name]))
    header = read_header(path)
    frame = read_frame(path)
    if frame.bgr.shape != (header.height, header.width, 3):
        raise SilentChangeError(f"{header} became {frame.bgr.shape}")


def videos(random: Random, given: Material, folder: Path) -> None:
    """A picture of a video."""
    name = random.choice(sorted(given.videos))
    (folder / name).write_bytes(bytes_of(random, given.videos[name]))
    video_picture(folder / name, random.randrange(7))


def ledger(random: Random, given: Material, folder: Path) -> None:
    """One damaged row stops no stage, and is told."""
    shutil.copytree(given.folder / "work", folder / "work")
    with sqlite3.connect(folder / "work" / "meu.db") as db:
        told = _spoil_row(random, db)
    db.close()
    stages = [
        workspace_status,
        workspace_problems,
        verify,
        draft,
        lambda opened: export(opened, folder / "out", style="unifer-cot", source="drafts", overwrite=True),
        lambda opened: agreement(opened.ledger, Policy("latest")),
        lambda opened: render(opened, workers=1, limit=1),
        lambda opened: spot(opened, by_middle=True, which="all", workers=1),
        lambda opened: report(opened, folder / "report.html"),
        _tasks,
    ]
    random.shuffle(stages)
    with Workspace.open(folder / "work", read_only=False) as opened:
        for stage in stages[:3]:
            stage(opened)
        rows = sum(opened.ledger.counts()[name] for name in ("samples", "motion", "drafts"))
        # A map whose frames are not there any more goes, and is a problem.
        if rows + len(list(opened.ledger.problems("render"))) < told and not opened.ledger.set_aside:
            raise SilentChangeError("a row has gone")


@on_a_sound_ledger
def _tasks(opened: Workspace) -> None:
    """What `push` sends, less the server."""
    for found in select(opened.ledger, Selection("en", "robust", None, None, None, "embed")):
        if isinstance(found, Candidate):
            task_data(*found.read(), {}, ShownPart(0, 0, 1, 1), "en")


def _spoil_row(random: Random, db: sqlite3.Connection) -> int:
    """Returns how many rows of the three great tables there were."""
    rows = sum(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("samples", "motion", "drafts"))
    table = random.choice(("samples", "motion", "drafts", "drafts", "reviews", "grounding", "sources"))
    columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
    found = db.execute(f"SELECT record, * FROM {table} ORDER BY {columns[0]}").fetchall()
    record, *key = random.choice(found)
    where = " AND ".join(f"{name} IS ?" for name in columns)
    value: object = json_of(random, json.loads(record))
    if random.random() < 0.3:
        value = random.choice(("{}", "null", "{", "", 5, 1.5, b"\xff\xfe{", record[: len(record) // 2], "[" * 5000))
    column = "record"
    if random.random() < 0.15:
        # Under another id it is another sample.
        column = random.choice([name for name in columns if name != "id"])
        value = random.choice((b"\xff", "\ud7ff", 2**62, -1.5, "zz"))
    setting = "CAST(? AS TEXT)" if isinstance(value, bytes) and random.random() < 0.5 else "?"
    db.execute(f"UPDATE OR REPLACE {table} SET {column} = {setting} WHERE {where}", (value, *key))
    return rows


def settings(random: Random, given: Material, folder: Path) -> None:
    """`meu.toml` of somebody else."""
    sound = b'recipe = "robust"\nlang = "en"\nmap_size = 448\n[table]\nheader_row = 2\ncolumns = {Subject = "A"}\n'
    (folder / "meu.toml").write_bytes(bytes_of(random, sound))
    Workspace.open(folder, create=True).close()


def answers(random: Random, given: Material, folder: Path) -> None:
    """What a model answers costs its own sample at most."""
    text = json_of(random, given.answer)
    if random.random() < 0.4:
        text = bytes_of(random, text.encode()).decode(errors="replace")
    outcome = read_answer(asked(), Reply(text=text, finish_reason="STOP", usage=None, raw=text))
    if (outcome.state == "done") != (outcome.annotation is not None):
        raise SilentChangeError(outcome.state)


def exports(random: Random, given: Material, folder: Path) -> None:
    """A file of an export, alone or in its folder."""
    name = random.choice(("out", "lines"))
    shutil.copytree(given.folder / name, folder / name)
    files = sorted(path for path in (folder / name).rglob("*") if path.is_file())
    path = random.choice(files)
    before = path.read_bytes()
    path.write_bytes(bytes_of(random, before))
    found = check(path if random.random() < 0.3 else folder / name)
    edited = path.read_bytes() != before and path.name not in ("README.md", "DATASHEET.md", "SHA256SUMS")
    if edited and found.files > 1 and not found.problems:
        raise SilentChangeError(f"{path.name} was changed")


def reviews(random: Random, given: Material, folder: Path) -> None:
    """What a server says of one annotation."""
    try:
        payload = json.loads(json_of(random, given.annotation).encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return  # of which the client says that it is no answer of a Label Studio
    if not isinstance(payload, dict):
        return
    read_stamp(payload)
    read_draft(payload, "0" * 64)
    shown = Shown(make_draft(), 0.7, ("direction",))
    review = read_annotation(payload, shown, AnnotationSource(shown.draft.sample_id, "key", 7, "ann"), SAID)
    with Workspace.open(folder, create=True) as workspace, workspace.ledger.transaction():
        store_review(workspace.ledger, review)


def predictions(random: Random, given: Material, folder: Path) -> None:
    """Predictions in files of every kind, labels of an export, questions, and a result that is compared."""
    with Workspace.open(given.folder / "work", read_only=True) as opened:
        names = sorted(opened.ledger.sample_ids())
    row = {"id": names[0], "prediction": "<think>AU12</think><answer>happy</answer>", "true_label": "happy"}
    row |= {"candidate_labels": ["happy", "sad"], "prompt": "Which?", "image_path": "a.png", "question": "Which?"}
    sound = json_of(random, row).encode("utf-8", "surrogatepass")
    ending = random.choice((".jsonl", ".json", ".csv", ".parquet"))
    said = folder / f"said{ending}"
    text = {
        ".jsonl": sound,
        ".json": b"[" + sound + b"]",
        ".csv": b"id,prediction\n" + f'{names[0]},"{random.choice(("happy", "", "a,b"))}"'.encode(),
        ".parquet": (given.folder / "out" / "data" / "train-00000-of-00001.parquet").read_bytes(),
    }[ending]
    said.write_bytes(bytes_of(random, text) if random.random() < 0.6 else text)
    result = folder / "result.json"
    door = random.choice(("own", "workspace", "export", "megc", "result"))
    if door == "result":
        result.write_bytes(bytes_of(random, given.result))
        scores([read_result(result)])
    elif door == "megc":
        evaluate_megc([said], random.choice((None, said)), out=result)
    else:
        gold = {"own": None, "workspace": given.folder / "work", "export": said}[door]
        evaluate([said], gold=gold, classes=random.choice((None, "dfme7")), out=result)


def tables(random: Random, given: Material, folder: Path) -> None:
    """A label table of facial expressions."""
    name, sound = random.choice(
        (("t.csv", b"image,label\na.png,glad\na.png,x\n"), ("t.txt", b"a.png glad\nb.png sad\n"))
    )
    (folder / name).write_bytes(bytes_of(random, sound))
    fer_vqa(folder / "out", given.folder / "faces", preset="custom", labels="glad,sad", table=folder / name)


def lines(random: Random, given: Material, folder: Path) -> None:
    """Files of JSON lines: completions, and the challenge's answers."""
    row = {"completion": "<think>t</think><answer>a</answer>", **dict.fromkeys(("video_id", "video", "question"), "v")}
    row["answer"] = "a"
    text = json.dumps(row).encode() + b"\n" + json_of(random, row | {"video_id": "w"}).encode("utf-8", "surrogatepass")
    path = folder / "x_to_answer.jsonl"
    path.write_bytes(bytes_of(random, text) if random.random() < 0.5 else text)
    if random.random() < 0.5:
        rewards_of_file(path, random.choice(("ours", "unifer")))
    else:
        write_submission(path, path)


def tools(random: Random, given: Material, folder: Path) -> None:
    """What a model calls while it trains gets an answer in JSON; a row that is damaged is refused before."""
    try:
        seen = json.loads(json_of(random, SIGHT.column()).encode("utf-8", "surrogatepass"))
        calls = json.loads(json_of(random, _CALLS).encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return  # TRL parses calls before it makes them, and rows are Arrow's
    png = bytes_of(random, SIGHT.map_png) if random.random() < 0.2 else SIGHT.map_png
    environment, inspection = FaceInspection(), Inspection(SIGHT, aligned=random.random() < 0.5)
    environment.reset(map={"bytes": png}, inspection=seen if random.random() < 0.5 else SIGHT.column())
    for call in calls if isinstance(calls, list) else []:
        name, arguments = (call.get("name"), call.get("arguments")) if isinstance(call, dict) else (call, call)
        answer = inspection.call(name, arguments)
        if ("error" in json.loads(answer.text)) != answer.wrong:
            raise SilentChangeError(answer.text[:80])
        if isinstance(arguments, dict) and name in ("detect_face", "align_face", "zoom"):
            getattr(environment, name)(**arguments)


_CALLS = [
    {"name": "detect_face", "arguments": {"image": 1}},
    {"name": "align_face", "arguments": {"bbox": list(SIGHT.onset_box)}},
    {"name": "zoom", "arguments": {"region": "left_mouth_corner"}},
    {"name": "zoom", "arguments": {"bbox": [8, 16, 40, 32]}},
]
_WORDS = {
    "status": ["-w"],
    "problems": ["-w"],
    "verify": ["-w", "--worst", "--only", "--model", "--lang"],
    "draft": ["-w", "--only", "--lang", "--limit", "--recipe", "--kind"],
    "export": ["-w", "--style", "--for", "--splits", "--mix", "--min-trust", "--seed", "--policy", "--verdict"],
    "check": ["--limit", "--rule"],
    "hydrate": ["--frames", "--out"],
    "rewards": ["--set"],
    "extract": ["--annotations", "--frames", "--corpus", "--column", "--encoding", "--header-row", "--constant"],
    "render": ["-w", "--only", "--map-size", "--landmark-model", "--engine", "--scheduler"],
    "map": ["-o", "--recipe", "--solver"],
    "compare": ["-w", "--lang"],
    "agreement": ["-w", "--policy"],
    "evaluate": ["--gold", "--classes", "--split", "--name", "--recipe", "--megc"],
    "predict": ["-w", "--out", "--classes", "--only", "--limit", "--questions"],
    "scores": ["--published", "--as"],
    "fer-vqa": ["--preset", "--images", "--table", "--labels", "--prefix"],
}
_VALUES = [
    *("", "-1", "0", "nan", "inf", "1e400", "9" * 30, "../../x", "/", ".", "nowhere", "work", "sheet.csv", "out"),
    *("\udcff", "画面", "\x1b[2J", "x" * 300, "a" * 5000, "loso", "subjects:2,-1,0", "expert:", "en", "robust"),
    *("A=B", "Fps=200", "a0.png"),
]


def words(random: Random, given: Material, folder: Path) -> None:
    """The command line itself: every outcome is an exit code, with one line where it is an error."""
    name = random.choice(sorted(_WORDS))
    line = ["meu-data", name, *random.choices(_VALUES, k=random.randint(0, 2))]
    for option in random.sample(_WORDS[name], random.randint(0, len(_WORDS[name]))):
        line += [option, random.choice(_VALUES)]
    line += random.choice(([], ["--json"], ["--help"], ["--jsn"]))
    shutil.copytree(given.folder / "work", folder / "work")
    (folder / "a0.png").write_bytes(given.pictures["a0.png"])
    shutil.copy(given.folder / "sheet.csv", folder)
    before, sys.argv = sys.argv, line
    out, err = StringIO(), StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv = before
    told = err.getvalue()
    if code not in (0, 2, 3) or "Traceback" in told or "this is a bug" in told:
        raise SilentChangeError(f"{line}: {code} {told[-500:]}")
    if code == 2 and not told.strip() and not out.getvalue().strip():
        raise SilentChangeError(f"{line}: ended with 2 without a word")


class Door(NamedTuple):
    """`weight`: how much of a campaign goes to it; the slow ones have less."""

    attempt: Callable[[Random, Material, Path], None]
    weight: int


DOORS = {
    one.attempt.__name__: one
    for one in (
        Door(sheets, 8),
        Door(frames, 20),
        Door(videos, 6),
        Door(ledger, 6),
        Door(settings, 8),
        Door(answers, 20),
        Door(exports, 6),
        Door(reviews, 12),
        Door(tables, 6),
        Door(lines, 8),
        Door(predictions, 10),
        Door(tools, 10),
        Door(words, 6),
    )
}
