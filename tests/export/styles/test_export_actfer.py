"""The conversation with tools: which tools are called, what they answer, and that their pictures are real."""

import hashlib
import io
import json
import re

import cv2
import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from meu_data.errors import MeuError
from meu_data.export import export
from meu_data.face.areas import region_areas
from tests.export.faces import ALIGNMENT, CLAIMS, MAP, claim, landmarks, show_faces


def exported(corpus, out, **options):
    """The rows of an export of this style, by id."""
    summary = export(corpus.workspace, out, **{"style": "actfer", "source": "drafts", "zoom_mix": "0,0"} | options)
    rows = [row for path in sorted(out.glob("data/*.parquet")) for row in pq.read_table(path).to_pylist()]
    return summary, {row["id"]: row for row in rows}


def happy(corpus, tmp_path, lang="en", **changes):
    """The row of a clip with LAU12 and AU6."""
    corpus.fill({"train": 1}, langs=("en", "zh"))
    show_faces(corpus, **changes)
    _, rows = exported(corpus, tmp_path / "out", lang=lang)
    (row,) = rows.values()
    return row


def calls(row):
    """(name, arguments) of every call, and the turn that answers it."""
    found = []
    for turn, answer in zip(row["messages"], [*row["messages"][1:], None], strict=True):
        for call in turn["tool_calls"] or []:
            assert (call["type"], answer["role"]) == ("function", "tool")
            assert (answer["tool_call_id"], answer["name"]) == (call["id"], call["function"]["name"])
            found.append((call["function"]["name"], json.loads(call["function"]["arguments"]), answer))
    return found


def text(turn):
    return "".join(part["text"] or "" for part in turn["content"])


def shown(turn):
    return sum(part["type"] == "image" for part in turn["content"])


def picture(cell):
    return Image.open(io.BytesIO(cell["bytes"]))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_model_detects_aligns_zooms_and_concludes(corpus, tmp_path, lang):
    row = happy(corpus, tmp_path, lang)
    turns = row["messages"]
    assert [turn["role"] for turn in turns] == ["user", *["assistant", "tool"] * 6, "assistant"]
    assert [name for name, _, _ in calls(row)] == ["detect_face", "align_face", *["zoom"] * 4]
    assert [shown(turn) for turn in turns if turn["role"] != "assistant"] == [2, 0, 1, 1, 1, 1, 1]
    assert sum(map(shown, turns)) == len(row["images"]) == len(row["image_sha256"])
    for turn in turns[1:-1:2]:
        assert re.fullmatch(r"<think>[^<>]+</think>", text(turn))
    # UniFER's format reward holds for the last turn, and its thoughts are the annotation's.
    assert re.fullmatch(r"<think>.*?</think>\s*<answer>happiness</answer>", text(turns[-1]), re.DOTALL)
    for stage in ("Nothing speaks against it.", "The expression is happiness."):
        assert stage in text(turns[-1])
    assert not re.search(r"[{}]|<image>|\n\n\n", text(turns[0]))
    assert row["answer"] == row["emotion"] == "happiness"


def test_every_call_fits_the_tool_it_names(corpus, tmp_path):
    row = happy(corpus, tmp_path)
    tools = {tool["function"]["name"]: tool["function"]["parameters"] for tool in json.loads(row["tools"])}
    assert list(tools) == ["detect_face", "align_face", "zoom"]
    for name, arguments, _ in calls(row):
        parameters = tools[name]
        assert set(parameters["required"]) <= set(arguments) <= set(parameters["properties"])
        for argument, value in arguments.items():
            kind = parameters["properties"][argument]
            assert {"integer": int, "string": str, "array": list}[kind["type"]] is type(value)
            assert value in kind.get("enum", [value])
            if kind["type"] == "array":
                assert len(value) == kind["minItems"] == kind["maxItems"]
                assert {type(one) for one in value} == {int}


def test_the_tools_are_told_of_in_the_language_of_the_row(corpus, tmp_path):
    corpus.fill({"train": 1}, langs=("en", "zh"))
    show_faces(corpus)
    both = [next(iter(exported(corpus, tmp_path / lang, lang=lang)[1].values()))["tools"] for lang in ("en", "zh")]
    names = [re.findall(r'"name": "(\w+)"', tools) for tools in both]
    assert names[0] == names[1]
    assert [bool(re.search(r"[一-鿿]", tools)) for tools in both] == [False, True]


def test_the_face_is_boxed_inside_its_frame_and_the_answers_tell_the_sizes(corpus, tmp_path):
    row = happy(corpus, tmp_path)
    said = [(name, arguments, json.loads(text(answer))) for name, arguments, answer in calls(row)]
    # The detection reached over the left and the lower edge of the frame of 96 x 80.
    assert said[0] == ("detect_face", {"image": 1}, {"faces": 1, "bbox": [0, 5, 70, 80], "width": 96, "height": 80})
    assert said[1] == ("align_face", {"bbox": [0, 5, 70, 80]}, {"width": 120, "height": 120})
    sizes = [picture(cell).size for cell in row["images"]]
    assert sizes[:3] == [(96, 80), (96, 80), MAP]
    assert [(answer["width"], answer["height"]) for _, _, answer in said[2:]] == sizes[3:] == [(224, 224)] * 4


def test_frames_and_map_are_the_files_and_the_crops_are_cut_out_of_the_map(corpus, tmp_path):
    row = happy(corpus, tmp_path)
    sample = corpus.samples[0]
    files = [corpus.workspace.root / "frames" / name for name in (sample.onset_frame, sample.apex_frame)]
    assert [cell["bytes"] for cell in row["images"][:3]] == [
        *(path.read_bytes() for path in files),
        corpus.maps[row["id"]],
    ]
    names = [cell["path"] for cell in row["images"]]
    assert len(set(names)) == len(names)
    assert row["image_sha256"] == [hashlib.sha256(cell["bytes"]).hexdigest() for cell in row["images"]]
    assert row["image_sha256"][:2] == [row["provenance"]["onset_sha256"], row["provenance"]["apex_sha256"]]

    whole = np.asarray(picture(row["images"][2]).convert("RGB"), dtype=float)
    boxes = [json.loads(text(answer))["bbox"] for name, _, answer in calls(row) if name == "zoom"]
    for (left, top, right, bottom), cell in zip(boxes, row["images"][3:], strict=True):
        assert 0 <= left < right <= MAP[0]
        assert 0 <= top < bottom <= MAP[1]
        assert right - left == bottom - top >= MAP[0] / 4
        # The map is noise: brought back to its size, a crop is like the part it was cut from and like no other.
        crop = np.asarray(
            picture(cell).convert("RGB").resize((right - left, bottom - top), Image.Resampling.BOX), dtype=float
        )
        differences = [
            np.abs(crop - whole[y : y + crop.shape[0], x : x + crop.shape[1]]).mean()
            for y in range(0, MAP[1] - crop.shape[0] + 1, 3)
            for x in range(0, MAP[0] - crop.shape[1] + 1, 3)
            if (x, y) != (left, top)
        ]
        assert np.abs(crop - whole[top:bottom, left:right]).mean() < 0.5 * min(differences)


def test_each_crop_shows_its_region(corpus, tmp_path):
    row = happy(corpus, tmp_path)
    matrix = np.array(ALIGNMENT)
    centres = {
        area.region: area.centre for area in region_areas(np.array(landmarks()) @ matrix[:, :2].T + matrix[:, 2], *MAP)
    }
    for name, arguments, answer in calls(row):
        if name == "zoom":
            (x, y), (left, top, right, bottom) = centres[arguments["region"]], json.loads(text(answer))["bbox"]
            assert left < x < right
            assert top < y < bottom


# Measured: right corner .9, left cheekbone .7, left corner .5, glabella .3, left cheek .2; the labels are AU12 and AU6.
SEEN = {
    "the strongest first, at most four": (
        CLAIMS,
        ["right_mouth_corner", "left_cheekbone", "left_mouth_corner", "glabella"],
    ),
    "each unit before what merely moved": (
        (*CLAIMS[:2], claim("left_cheekbone"), claim("glabella"), claim("left_cheek", "AU6", intensity="slight")),
        ["right_mouth_corner", "left_cheekbone", "left_mouth_corner", "left_cheek"],
    ),
    "what is said to be still is not looked at": (CLAIMS[-1:], []),
    "nothing claimed": ((), []),
    "a region named twice is looked at once": ((CLAIMS[0], CLAIMS[0]), ["left_mouth_corner"]),
    "a unit that is none is no unit": ((claim("left_cheek", "smile"), CLAIMS[1]), ["right_mouth_corner", "left_cheek"]),
}


@pytest.mark.parametrize(("claims", "expected"), SEEN.values(), ids=SEEN)
def test_the_regions_looked_at_are_those_that_moved(corpus, tmp_path, claims, expected):
    row = happy(corpus, tmp_path, claims=claims)
    assert [arguments["region"] for name, arguments, _ in calls(row) if name == "zoom"] == expected
    assert len(row["images"]) == 3 + len(expected)


def test_a_face_with_many_units_gets_a_look_for_each(corpus, tmp_path):
    corpus.fill({"train": 2}, langs=("en",))
    units = ("AU1", "AU2", "AU4", "AU6", "AU12")
    regions = ("left_inner_brow", "left_outer_brow", "glabella", "left_cheekbone", "right_mouth_corner")
    claims = (*map(claim, regions, units), claim("left_mouth_corner", "AU12"))
    show_faces(corpus)
    corpus.review(corpus.samples[0], aus=units, claims=claims)
    _, rows = exported(corpus, tmp_path / "out", source="proofread")
    (row,) = rows.values()
    assert {arguments["region"] for name, arguments, _ in calls(row) if name == "zoom"} == set(regions)


THOUGHTS = {
    "en": [
        "There is one face.",
        "The map shows motion at the right corner of the mouth, the left cheek below the eye, the left corner of the "
        "mouth and the space between the brows. I look closer at the right corner of the mouth first.",
        "The right corner of the mouth is purple: it moved up, moderately. That speaks for AU12 (lip corner puller). "
        "Next, the left cheek below the eye.",
        # AU4 is no label of the clip.
        "The space between the brows is yellow-green: it moved down, slightly.\n",
    ],
    "zh": [
        "图中有一张人脸。",
        "运动图显示画面右侧嘴角、画面左侧颧部、画面左侧嘴角、眉间有运动。先放大画面右侧嘴角。",
        "画面右侧嘴角呈紫色：向上运动，程度明显。这对应AU12（嘴角上扬）。再看画面左侧颧部。",
        "眉间呈黄绿色：向下运动，程度轻微。\n",
    ],
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_thoughts_tell_the_claims(corpus, tmp_path, lang):
    row = happy(corpus, tmp_path, lang)
    thoughts = [text(turn) for turn in row["messages"] if turn["role"] == "assistant"]
    for place, expected in zip((1, 2, 3, 6), THOUGHTS[lang], strict=True):
        assert thoughts[place].startswith(f"<think>{expected}"), place


def test_a_jpeg_stays_as_it_is_and_what_trainers_cannot_read_becomes_png(corpus, tmp_path):
    for encode, ending in ((".jpg", "jpg"), (".bmp", "png")):
        corpus.fill({"train": 1})
        show_faces(corpus, encode=encode)
        _, rows = exported(corpus, tmp_path / ending)
        (row,) = rows.values()
        sample = next(corpus.workspace.ledger.samples())
        file = corpus.workspace.root / "frames" / sample.onset_frame
        onset = row["images"][0]
        assert onset["path"].endswith(f".onset.{ending}")
        assert (onset["bytes"] == file.read_bytes()) == (encode == ".jpg")
        assert np.array_equal(cv2.imdecode(np.frombuffer(onset["bytes"], np.uint8), 1), cv2.imread(str(file)))
        corpus.samples.clear()


def test_a_photograph_on_its_side_is_set_upright(corpus, tmp_path):
    corpus.fill({"train": 1})
    folder = show_faces(corpus, encode=".jpg")
    sample, motion = next(corpus.workspace.ledger.samples_with_motion("robust"))
    lying = Image.open(folder / sample.onset_frame)
    exif = Image.Exif()
    exif[0x0112] = 6
    lying.save(folder / sample.onset_frame, exif=exif)
    digest = hashlib.sha256((folder / sample.onset_frame).read_bytes()).hexdigest()
    store(corpus, motion.model_copy(update={"onset_sha256": digest}))
    _, rows = exported(corpus, tmp_path / "out")
    (row,) = rows.values()
    # Turned by a quarter, as the landmarks have it.
    assert picture(row["images"][0]).size == (80, 96)
    assert row["images"][0]["path"].endswith(".png")


def store(corpus, motion):
    ((_, state),) = corpus.workspace.ledger.samples_with_motion_state("robust")
    with corpus.workspace.ledger.transaction():
        corpus.workspace.ledger.store_motion(motion, state)


def gone(path):
    path.unlink()


def other(path):
    path.write_bytes(path.read_bytes() + b" ")


def folder_in_its_place(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("spoil", "said"), [(gone, "no such file"), (other, "changed"), (folder_in_its_place, "a folder, not a picture")]
)
def test_a_spoilt_frame_is_a_problem_of_its_sample_alone(corpus, tmp_path, spoil, said):
    corpus.fill({"train": 3})
    folder = show_faces(corpus)
    bad = corpus.samples[1]
    spoil(folder / bad.apex_frame)
    summary, rows = exported(corpus, tmp_path / "out")
    assert (summary.rows, summary.problems, bad.id in rows) == ({"train": 2}, 1, False)
    (problem,) = corpus.workspace.ledger.problems("export")
    assert (problem.sample_id, "\n" in problem.reason) == (bad.id, False)
    assert bad.apex_frame in problem.reason
    assert said in problem.reason
    # Styles that show the map alone need no frame.
    assert export(corpus.workspace, tmp_path / "cot", source="drafts").problems == 0


def test_maps_that_are_no_face_crops_are_refused_before_anything_is_read(corpus, tmp_path):
    corpus.fill({"train": 1})
    with pytest.raises(MeuError, match=r"--style actfer cannot be made of --recipe mellm: .*take --recipe robust$"):
        exported(corpus, tmp_path / "out", recipe="mellm")
    assert not (tmp_path / "out").exists()
