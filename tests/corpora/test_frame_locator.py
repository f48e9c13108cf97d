"""Where frames lie is written here as the releases and their loaders have it, apart from the corpora's own patterns."""

import os

import cv2
import numpy as np
import pytest

from meu_data.corpora.frame_locator import FrameLocator
from meu_data.corpora.frame_pattern import FramePattern
from meu_data.errors import FrameError, MeuError


def tree(root, *files):
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def clip(subject="sub01", clip="EP02_01f", onset=46, apex=59, **more):
    return {"subject": subject, "clip": clip, "onset": onset, "apex": apex, **more}


def frames(folder, *numbers, form="{}"):
    return [f"{folder}/{form.format(number)}" for number in numbers]


CASME2 = "sub{subject_number:02}/{clip}/img{frame}.jpg"
SAMM = "{subject}/{clip}/{subject}_{frame:05}.jpg"
SMIC = "s{subject_number:02}/{clip}/image{frame:06}.jpg"
LAYOUTS = {
    "DFME": ("{clip}/{frame:05}.png", clip(clip="sub1_01", onset=0), frames("sub1_01", 0, form="{:05}.png")),
    "DFME, nested twice, renamed": (
        "{clip}/{frame:05}.png",
        clip(clip="sub1_01", onset=0),
        frames("DFME_train/train_data/train_data/sub1_01", 0, form="{:05}.png"),
    ),
    "CASME II raw": (CASME2, clip(subject="1"), frames("CASME2-RAW/sub01/EP02_01f", 46, form="img{}.jpg")),
    "CASME II, selected, padded": (
        CASME2,
        clip(subject="01"),
        frames("CASME2_RAW_selected/sub01/EP02_01f", 46, form="img{:03}.jpg"),
    ),
    "CASME II cropped": (
        "sub{subject_number:02}/{clip}/reg_img{frame}.jpg",
        clip(),
        frames("Cropped/sub01/EP02_01f", 46, form="reg_img{}.jpg"),
    ),
    "CAS(ME)^3 whole recordings": (
        "{subject}/{clip}/color/{frame}.jpg",
        clip(subject="spNO.14", clip="J", onset=355),
        frames("part_A/spNo.14/j/color", 355, form="{}.jpg"),
    ),
    "CAS(ME)^3 clips": (
        "{subject}_{clip}_{onset}/{frame}.jpg",
        clip(subject="spNO.1", clip="a", onset=355),
        frames("Part_A_ME_clip/frame/spNO.1_a_355", 355, form="{}.jpg"),
    ),
    "CAS(ME)^3 sorted by emotion": (
        "{emotion}/{subject}{clip}{apex}/{frame}.jpg",
        clip(subject="spNO.1", clip="a", onset=355, apex=361, emotion="fear"),
        frames("fear/spNO.1a361", 355, form="{}.jpg"),
    ),
    "CAS(ME)^3 part C": (
        "{subject:02}/{clip}/color/{frame}.jpg",
        clip(subject="3", clip="2", onset=100),
        frames("03/2/color", 100, form="{}.jpg"),
    ),
    "CAS(ME)^2": (
        "{folder}/{number}_{code}*/img{frame}.jpg",
        clip(subject="1", clip="disgust1_1", onset=7, folder="s15", number=15, code="0101"),
        frames("rawpic/s15/15_0101disgustingteeth", 7, form="img{:03}.jpg"),
    ),
    "SAMM": (SAMM, clip("006", "006_1_2", 5562), frames("SAMM/006/006_1_2", 5562, form="006_{:05}.jpg")),
    "SAMM, four digits": (
        SAMM,
        clip("006", "006_1_2", 562),
        frames("SAMM_CROP/006/006_1_2", 562, form="006_{:04}.jpg"),
    ),
    "SAMM, six digits, subject as number": (
        SAMM,
        clip("6", "006_1_2", 5562),
        frames("006/006_1_2", 5562, form="006_{:06}.jpg"),
    ),
    "SAMM long videos": (
        "{clip}/{clip}_{frame:04}.jpg",
        clip("006", "006_1", 12),
        frames("SAMM_longvideos/006_1", 12, form="006_1_{:04}.jpg"),
    ),
    "SMIC, six digits": (SMIC, clip("s3", "s3_ne_01", 61206), frames("HS/s03/s03_ne_01", 61206, form="image{:06}.jpg")),
    "SMIC, eight digits": (
        SMIC,
        clip("20", "s20_ne_01", 17581039),
        frames("SMIC-HS-E/HS/s20/s20_ne_01", 17581039, form="image{:06}.jpg"),
    ),
    "SMIC cropped": (
        "s{subject_number}/micro/{emotion}/{clip}/reg_image{frame}.bmp",
        clip("1", "s1_ne_01", 559740, emotion="negative"),
        frames("SMIC_all_cropped/HS/s1/micro/negative/s1_ne_01", 559740, form="reg_image{}.bmp"),
    ),
    "MMEW": (
        "{emotion}/{clip}/{frame}.jpg",
        clip("1", "S01-01-001", 1, emotion="happiness"),
        frames("Micro_Expression/happiness/S01-01-001", 1, form="{}.jpg"),
    ),
    "CASME": (
        "sub{subject_number:02}/{clip}/{clip}-{frame}.jpg",
        clip("1", "EP01_12", 73),
        frames("sub01/EP01_12", 73, form="EP01_12-{}.jpg"),
    ),
    "CASME, section B, cropped": (
        "sub{subject_number:02}/{clip}/reg_{clip}-{frame}.jpg",
        clip("1", "EP01_12", 73),
        frames("sub01/EP01_12", 73, form="reg_EP01_12-{:03}.jpg"),
    ),
    "side by side, another ending": ("{clip}_{frame}.png", clip(clip="a", onset=7), ["a_007.JPEG"]),
}
# Nothing there is named after the subject, or after the clip.
UNNAMED = {"CAS(ME)^2", "side by side, another ending"}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_released_layout_is_recognised(tmp_path, name):
    pattern, fields, files = LAYOUTS[name]
    with FrameLocator(tree(tmp_path, *files)) as locator:
        found = locator.recognise([FramePattern(pattern)], [fields])
        assert (found.clips, found.fit) == (1, 1)
        assert [locator.find(fields, fields["onset"]).path] == files


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in UNNAMED])
def test_a_layout_that_nobody_declared_is_found_by_looking(tmp_path, name):
    _, fields, files = LAYOUTS[name]
    with FrameLocator(tree(tmp_path, *files)) as locator:
        assert locator.recognise([FramePattern("nowhere/{clip}/x{frame}.png")], [fields]).fit == 1
        assert [locator.find(fields, fields["onset"]).path] == files


def test_onset_folders_keep_the_events_of_a_clip_apart(tmp_path):
    files = frames("spNO.1_a_10", 10, 12, form="{}.jpg") + frames("spNO.1_a_100", 100, 102, form="{}.jpg")
    rows = [clip("spNO.1", "a", 10), clip("spNO.1", "a", 100)]
    with FrameLocator(tree(tmp_path, *files)) as locator:
        assert locator.recognise([FramePattern("{subject}_{clip}_{onset}/{frame}.jpg")], rows).fit == 2
        assert [locator.find(row, row["onset"] + 2).path for row in rows] == files[1::2]


def test_raw_frames_and_crops_are_never_mixed(tmp_path):
    raw = [f"raw/sub01/{name}/img1.jpg" for name in ("a", "b")]
    with FrameLocator(tree(tmp_path, *raw, "Cropped/sub01/a/reg_img1.jpg")) as locator:
        patterns = [FramePattern(CASME2), FramePattern("sub{subject_number:02}/{clip}/reg_img{frame}.jpg")]
        rows = [clip(clip=name, onset=1, apex=1) for name in ("a", "b", "c")]
        found = locator.recognise(patterns, rows)
        assert found.sentences() == [
            f"frames: {CASME2} below raw fits 2 of 3 clips",
            "also there, not used: sub{subject_number:02}/{clip}/reg_img{frame}.jpg below Cropped, 1 clips",
        ]
        assert [locator.find(row, 1).path for row in rows[:2]] == raw
        with pytest.raises(FrameError, match="the frames folder holds no sub01/c"):
            locator.find(rows[2], 1)


def test_clips_in_several_folders_belong_together(tmp_path):
    files = ["train/a/1.png", "test/b/1.png", "test/c/1.png"]
    with FrameLocator(tree(tmp_path, *files)) as locator:
        rows = [clip(clip=name, onset=1) for name in "abc"]
        assert locator.recognise([FramePattern("{clip}/{frame}.png")], rows).fit == 3
        assert {locator.find(row, 1).path for row in rows} == set(files)


def test_the_same_clips_twice_are_refused(tmp_path):
    tree(tmp_path, "one/a/1.png", "two/a/1.png")
    with FrameLocator(tmp_path) as locator, pytest.raises(MeuError, match="twice in the same layout, below one and"):
        locator.recognise([FramePattern("{clip}/{frame}.png")], [clip(clip="a", onset=1)])


def test_only_the_layout_that_is_chosen_must_have_its_clips_once(tmp_path):
    """Of `01/1/color` and `02/1/color`, a pattern without the clip takes both for subject 1's."""
    files = ["01/1/color/10.jpg", "02/1/color/15.jpg"]
    patterns = [FramePattern("{subject:02}/{clip}/color/{frame}.jpg"), FramePattern("{subject:02}/color/{frame}.jpg")]
    rows = [clip(subject="1", clip="1", onset=10, apex=10), clip(subject="2", clip="1", onset=15, apex=15)]
    with FrameLocator(tree(tmp_path, *files)) as locator:
        assert locator.recognise(patterns, rows).fit == 2
        assert [locator.find(row, row["onset"]).path for row in rows] == files


def test_a_missing_frame_names_the_nearest_and_nearest_takes_it(tmp_path):
    files = frames("a", 1, 2, 5, 6, form="img{}.jpg")
    tree(tmp_path, *files)
    row, patterns = clip(clip="a", onset=1), [FramePattern("{clip}/img{frame}.jpg")]
    with FrameLocator(tmp_path) as locator:
        locator.recognise(patterns, [row])
        with pytest.raises(
            FrameError,
            match=r"a/img9\.jpg is missing; the nearest that is there is img6\.jpg, 3 frames earlier \(--nearest 3",
        ):
            locator.find(row, 9)
    with FrameLocator(tmp_path, nearest=2) as locator:
        locator.recognise(patterns, [row])
        assert locator.find(row, 3) == ("a/img2.jpg", 2)
        assert locator.find(row, 8) == ("a/img6.jpg", 6)
        with pytest.raises(FrameError, match="missing"):
            locator.find(row, 9)


def test_a_misspelt_clip_names_its_neighbour(tmp_path):
    with FrameLocator(tree(tmp_path, "EP02_01f/1.png", "EP02_03/1.png")) as locator:
        locator.recognise([FramePattern("{clip}/{frame}.png")], [clip(clip="EP02_03", onset=1)])
        with pytest.raises(FrameError, match="holds no EP02_01; there is a EP02_01f"):
            locator.find(clip(clip="EP02_01", onset=1), 1)


def test_linked_folders_are_entered_only_when_asked_and_once(tmp_path):
    tree(tmp_path / "disk", "a/1.png")
    root = tree(tmp_path / "frames", "b/1.png")
    (root / "linked").symlink_to(tmp_path / "disk")
    (root / "round").symlink_to(root)
    rows, patterns = [clip(clip=name, onset=1) for name in "ab"], [FramePattern("{clip}/{frame}.png")]
    with FrameLocator(root) as locator:
        locator.recognise(patterns, rows)
        with pytest.raises(FrameError, match="holds no a"):
            locator.find(rows[0], 1)
    with FrameLocator(root, follow_links=True) as locator:
        locator.recognise(patterns, rows)
        assert [locator.find(row, 1).path for row in rows] == ["linked/a/1.png", "b/1.png"]


def test_what_changed_since_the_last_look_is_seen(tmp_path):
    root, kept = tree(tmp_path / "frames", "a/1.png", "b/1.png"), tmp_path / "workspace"
    patterns = [FramePattern("{clip}/{frame}.png")]

    def fit(*names):
        with FrameLocator(root, kept) as locator:
            return locator.recognise(patterns, [clip(clip=name, onset=1) for name in names]).fit

    assert fit("a", "b", "c") == 2
    for folder in (root, root / "a", root / "b"):
        os.utime(folder, (1, 1))  # long ago: untouched folders are not listed again
    assert fit("a", "b", "c") == 2
    tree(root, "c/1.png")
    (root / "a" / "1.png").unlink()
    assert fit("a", "b", "c") == 2
    (kept / "frame_trees" / next(os.scandir(kept / "frame_trees")).name).write_bytes(b"no database")
    assert fit("a", "b", "c") == 2


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("/{clip}/{frame}.png", "must be a path below"),
        ("../{clip}/{frame}.png", "must be a path below"),
        ("{frame}/{clip}.png", "folder's name"),
        ("{clip.__class__}/{frame}.png", "not understood"),
        ("{clip!r}/{frame}.png", "not understood"),
        ("{clip:>9999}/{frame}.png", "not understood"),
        ("{clip/{frame}.png", "frame pattern"),
    ],
)
def test_a_pattern_that_is_none_is_refused(pattern, reason):
    with pytest.raises(MeuError, match=reason):
        FramePattern(pattern)


def video(path, count, codec="mpeg4"):
    av = pytest.importorskip("av")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=200)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(count):
            picture = np.full((48, 64, 3), 4 * number, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)


@pytest.mark.parametrize(
    ("pattern", "first", "fields", "file", "picture"),
    [
        ("sub{subject_number:02}/{clip}.avi", 1, clip(onset=46), "casme2/sub01/EP02_01f.avi", 45),
        ("sub{subject_number:02}/{clip}.avi", 1, clip(onset=46), "casme2/sub01/EP02_01f.mp4", 45),
        ("{subject}_{clip}_{onset}.mp4", "onset", clip("spNO.1", "a", 355), "video/spNO.1_a_355.mp4", 0),
        ("{clip}.mp4", 0, clip("006", "006_1_2", 7), "samm_video/006_1_2.mp4", 7),
    ],
)
def test_a_frame_of_a_video_is_its_picture_of_that_number(tmp_path, pattern, first, fields, file, picture):
    video(tmp_path / file, 50)
    with FrameLocator(tmp_path) as locator:
        assert locator.recognise([FramePattern(pattern, first)], [fields]).fit == 1
        found = locator.find(fields, fields["onset"])
        assert found.path == f"{file}#{picture}"
        assert locator.header(found.path)[:2] == (64, 48)
        with pytest.raises(FrameError, match="there is no frame"):
            locator.find(fields, fields["onset"] + 60)
        grey = cv2.cvtColor(read_picture(tmp_path / found.path), cv2.COLOR_BGR2GRAY)
        assert abs(float(grey.mean()) - 4 * picture) < 4


def read_picture(path):
    from meu_data.frames import read_frame

    return read_frame(path).bgr
