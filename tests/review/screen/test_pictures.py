"""The pictures of a task show the same part of the face, are made once, and are never those of another frame."""

import base64
import hashlib
import io
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from meu_data.errors import FrameError, MeuError
from meu_data.records import Motion, Sample, Source, file_stem
from meu_data.review.screen.fields import PICTURES
from meu_data.review.screen.pictures import TaskPictures
from meu_data.store.workspace import Workspace
from tests.review.shown import a_motion, a_sample

WIDTH, HEIGHT, MAP = 320, 240, 112
# A white dot on grey, and where the map, cut and enlarged two and a half times, has it.
DOT = (150, 100)
ALIGNMENT = ((2.5, 0.0, -300.0), (0.0, 2.5, -200.0))
DOT_ON_MAP = (75, 50)
FACE_BOX = (100, 60, 200, 160)


def frame(level: int, dot: tuple[int, int] = DOT) -> np.ndarray:
    picture = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
    cv2.circle(picture, dot, 3, (255, 255, 255), -1)
    return picture


def write(path: Path, picture: np.ndarray) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read(data: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def brightest(picture: np.ndarray) -> tuple[int, int]:
    blurred = cv2.GaussianBlur(picture[..., 1], (0, 0), 2)
    return cv2.minMaxLoc(blurred)[3]


class Lab:
    """A workspace of one sample with a map by each recipe; the ids and the folders are awkward on purpose."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace.open(root / "work 工", create=True)
        self.frames = root / "frames"
        onset = write(self.frames / "a/1.png", frame(60))
        apex = write(self.frames / "a/5.png", frame(120))
        self.sample = a_sample().model_copy(update={"id": "dfme/S 1/片段/1-5"})
        self.maps = self.workspace.root / "maps"
        stem = file_stem(self.sample.id)
        size = {"robust": (MAP, MAP), "mellm": (HEIGHT, WIDTH)}
        self.motions: dict[str, Motion] = {}
        for recipe, (height, width) in size.items():
            picture = np.full((height, width, 3), 30, np.uint8)
            cv2.circle(picture, DOT_ON_MAP if recipe == "robust" else DOT, 3, (0, 255, 0), -1)
            self.motions[recipe] = Motion.model_validate(
                a_motion().model_dump()
                | {
                    "sample_id": self.sample.id,
                    "recipe": recipe,
                    "onset_sha256": onset,
                    "apex_sha256": apex,
                    "face_box": FACE_BOX,
                    "width": WIDTH,
                    "height": HEIGHT,
                    "alignment": ALIGNMENT if recipe == "robust" else None,
                    "map_file": f"maps/{recipe}/{stem}.png",
                    "map_sha256": write(self.maps / recipe / f"{stem}.png", picture),
                }
            )
        self.hold(self.sample)

    def hold(self, *samples: Sample) -> None:
        source = Source(corpus="dfme", split="train", sheet="train.xlsx", frames=str(self.frames))
        self.workspace.ledger.replace_source(source, samples)

    def urls(self, recipe: str = "robust", delivery: str = "local", **more: Path) -> dict[str, str]:
        return TaskPictures(self.workspace, delivery, **more).urls(self.sample, self.motions[recipe])

    def pictures(self, recipe: str = "robust") -> dict[str, np.ndarray]:
        return {name: read(self.file(url).read_bytes()) for name, url in self.urls(recipe).items()}

    def clip(self, recipe: str = "robust", delivery: str = "local") -> str:
        return TaskPictures(self.workspace, delivery).clip_url(self.sample, self.motions[recipe])

    def file(self, url: str) -> Path:
        """The file of a local URL, as the server finds it."""
        parts = urllib.parse.urlsplit(url)
        assert parts.path == "/data/local-files/"
        (name,) = urllib.parse.parse_qs(parts.query)["d"]
        return self.maps / name


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path)
    yield made
    made.workspace.close()


RECIPES = pytest.mark.parametrize("recipe", ["robust", "mellm"])


class TestWhatTheyShow:
    @RECIPES
    def test_the_same_place_of_the_face_at_the_same_place(self, lab: Lab, recipe: str) -> None:
        pictures = lab.pictures(recipe)
        assert tuple(pictures) == PICTURES
        assert len({picture.shape for picture in pictures.values()}) == 1
        places = [brightest(picture) for picture in pictures.values()]
        expected = DOT_ON_MAP if recipe == "robust" else (DOT[0] - FACE_BOX[0] + 15, DOT[1] - FACE_BOX[1] + 15)
        for place in places:
            assert np.abs(np.subtract(place, expected)).max() <= 1

    @RECIPES
    def test_onset_and_apex_are_not_mixed_up(self, lab: Lab, recipe: str) -> None:
        pictures = lab.pictures(recipe)
        assert abs(int(np.median(pictures["onset"])) - 60) <= 2
        assert abs(int(np.median(pictures["apex"])) - 120) <= 2

    def test_the_map_itself_is_shown_where_it_is_an_aligned_face(self, lab: Lab) -> None:
        assert lab.file(lab.urls()["motion"]) == lab.workspace.root / lab.motions["robust"].map_file

    def test_a_face_at_the_edge_is_cut_at_the_edge(self, lab: Lab) -> None:
        lab.motions["mellm"] = lab.motions["mellm"].model_copy(update={"face_box": (-20, -5, 200, 300)})
        assert lab.pictures("mellm")["onset"].shape == (HEIGHT, 233, 3)

    def test_large_faces_are_shrunk(self, lab: Lab) -> None:
        digest = write(lab.frames / "a/1.png", np.full((1200, 1600, 3), 60, np.uint8))
        changes = {"onset_sha256": digest, "face_box": (0, 0, 1600, 1200), "width": 1600, "height": 1200}
        lab.motions["mellm"] = lab.motions["mellm"].model_copy(update=changes)
        assert lab.pictures("mellm")["onset"].shape == (336, 448, 3)


class TestWhereTheyAre:
    def test_files_lie_in_a_folder_for_each_recipe(self, lab: Lab) -> None:
        lab.urls("robust"), lab.urls("mellm")
        stem = file_stem(lab.sample.id)
        assert sorted(path.relative_to(lab.maps).as_posix() for path in lab.maps.rglob("*.jpg")) == [
            f"faces/mellm/{stem}.apex.jpg",
            f"faces/mellm/{stem}.map.jpg",
            f"faces/mellm/{stem}.onset.jpg",
            f"faces/robust/{stem}.apex.jpg",
            f"faces/robust/{stem}.onset.jpg",
        ]

    def test_urls_are_escaped_and_relative_to_what_is_served(self, lab: Lab) -> None:
        url = lab.urls(served=lab.workspace.root.parent)["onset"]
        assert url.startswith("/data/local-files/?d=work%20%E5%B7%A5/maps/faces/robust/")
        assert url.isascii()

    def test_what_is_not_served_is_an_error(self, lab: Lab, tmp_path: Path) -> None:
        with pytest.raises(MeuError, match="which is all that Label Studio serves"):
            lab.urls(served=tmp_path / "elsewhere")

    @pytest.mark.parametrize("delivery", ["https://host/some%20maps", "https://host/some%20maps/", "s3://bucket/maps"])
    def test_a_copy_of_the_maps_elsewhere(self, lab: Lab, delivery: str) -> None:
        stem = file_stem(lab.sample.id)
        root = delivery.rstrip("/")
        assert lab.urls(delivery=delivery) == {
            "motion": f"{root}/robust/{stem}.png",
            "onset": f"{root}/faces/robust/{stem}.onset.jpg",
            "apex": f"{root}/faces/robust/{stem}.apex.jpg",
        }

    @pytest.mark.parametrize(
        "delivery", ["", "Local", "maps", "/srv/maps", "https://", "https://h/m?token=1", "a b://c"]
    )
    def test_another_delivery_is_refused(self, lab: Lab, delivery: str) -> None:
        with pytest.raises(MeuError, match="give local, embed, or the URL"):
            TaskPictures(lab.workspace, delivery)

    @RECIPES
    def test_embedded_pictures_are_the_same_and_small(self, lab: Lab, recipe: str) -> None:
        embedded = lab.urls(recipe, "embed")
        shown = lab.pictures(recipe)
        for name, url in embedded.items():
            head, _, data = url.partition(",")
            assert head == "data:image/jpeg;base64"
            picture = read(base64.b64decode(data))
            assert np.abs(picture.astype(int) - shown[name]).mean() < 2
            assert len(url) < 100_000

    def test_embedding_leaves_no_files(self, lab: Lab) -> None:
        lab.urls(delivery="embed")
        assert list(lab.maps.rglob("*.jpg")) == []


def moving(data: bytes) -> list[tuple[np.ndarray, int]]:
    """The pictures of a clip, with ms."""
    shown = []
    with Image.open(io.BytesIO(data)) as opened:
        for picture in ImageSequence.Iterator(opened):
            pixels = np.asarray(picture.convert("RGB"))[..., ::-1]  # reading them makes the time known
            shown.append((pixels, picture.info["duration"]))
    return shown


class TestClip:
    def between(self, lab: Lab) -> None:
        for number, level in ((2, 70), (3, 80), (4, 90)):
            write(lab.frames / f"a/{number}.png", frame(level))

    @RECIPES
    def test_shows_the_frames_from_onset_to_apex_where_the_pictures_show_the_face(self, lab: Lab, recipe: str) -> None:
        self.between(lab)
        write(lab.frames / "a/6.png", frame(200))
        path = lab.file(lab.clip(recipe))
        assert path.relative_to(lab.maps) == Path("faces", recipe, f"{file_stem(lab.sample.id)}.clip.webp")
        shown = moving(path.read_bytes())
        assert [round(float(np.median(picture)) / 5) * 5 for picture, _ in shown] == [60, 70, 80, 90, 120]
        onset = lab.pictures(recipe)["onset"]
        assert all(picture.shape == onset.shape for picture, _ in shown)
        assert np.abs(np.subtract(brightest(shown[0][0]), brightest(onset))).max() <= 1
        assert [time for _, time in shown[:-1]] == [83] * 4
        assert shown[-1][1] > 400, "the apex is not held"

    def test_embedded_it_is_the_same(self, lab: Lab) -> None:
        head, _, data = lab.clip(delivery="embed").partition(",")
        assert head == "data:image/webp;base64"
        assert list(lab.maps.rglob("*.webp")) == []
        assert base64.b64decode(data) == lab.file(lab.clip()).read_bytes()

    def test_made_once_and_again_when_rendered_anew(self, lab: Lab) -> None:
        path = lab.file(lab.clip())
        before = path.stat().st_mtime_ns
        lab.clip()
        assert path.stat().st_mtime_ns == before
        path.write_bytes(path.read_bytes()[:300])
        lab.clip()
        assert len(moving(path.read_bytes())) == 2
        old = path.read_bytes()
        changed = {"onset_sha256": write(lab.frames / "a/1.png", frame(90))}
        lab.motions["robust"] = lab.motions["robust"].model_copy(update=changed)
        lab.clip()
        assert path.read_bytes() != old

    def test_goes_with_its_sample(self, lab: Lab) -> None:
        path = lab.file(lab.clip())
        lab.hold()
        TaskPictures(lab.workspace)
        assert not path.exists()

    def test_a_frame_of_another_size_is_no_frame_of_it(self, lab: Lab) -> None:
        write(lab.frames / "a/3.png", frame(80)[:100])
        with pytest.raises(FrameError, match="between onset and apex is 320x100, unlike the others"):
            lab.clip()


class TestFreshness:
    def snapshot(self, lab: Lab) -> dict[Path, tuple[int, bytes]]:
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in sorted(lab.maps.rglob("*.jpg"))}

    @RECIPES
    def test_made_once(self, lab: Lab, recipe: str) -> None:
        lab.urls(recipe)
        before = self.snapshot(lab)
        lab.urls(recipe)
        assert self.snapshot(lab) == before

    def test_same_inputs_same_bytes(self, lab: Lab) -> None:
        lab.urls()
        before = self.snapshot(lab)
        for path in before:
            path.unlink()
        lab.urls()
        assert {path: data for path, (_, data) in self.snapshot(lab).items()} == {
            path: data for path, (_, data) in before.items()
        }

    def test_not_read_again_while_fresh(self, lab: Lab) -> None:
        lab.urls()
        (lab.frames / "a/1.png").unlink()
        assert lab.urls().keys() == set(PICTURES)

    @pytest.mark.parametrize(
        "changes",
        [{"onset_sha256": None}, {"alignment": ((2.0, 0.0, -200.0), (0.0, 2.0, -100.0))}, {"map_sha256": "f" * 64}],
        ids=["frame", "alignment", "map"],
    )
    def test_made_again_when_rendered_anew(self, lab: Lab, changes: dict[str, object]) -> None:
        lab.urls()
        (before,) = lab.maps.rglob("*.onset.jpg")
        old = before.read_bytes()
        if "onset_sha256" in changes:
            changes = {"onset_sha256": write(lab.frames / "a/1.png", frame(90))}
        lab.motions["robust"] = lab.motions["robust"].model_copy(update=changes)
        lab.urls()
        assert before.read_bytes() != old

    def test_half_a_file_is_made_again(self, lab: Lab) -> None:
        lab.urls()
        (path,) = lab.maps.rglob("*.onset.jpg")
        whole = path.read_bytes()
        path.write_bytes(whole[:20])
        lab.urls()
        assert path.read_bytes() == whole

    def test_leftovers_and_pictures_of_samples_that_are_gone_are_removed(self, lab: Lab) -> None:
        lab.urls("robust"), lab.urls("mellm")
        (lab.maps / "faces/robust/.meu-tmp-x").write_bytes(b"x")
        lab.hold()
        TaskPictures(lab.workspace)
        assert [path for path in (lab.maps / "faces").rglob("*") if path.is_file()] == []
        assert (lab.workspace.root / lab.motions["robust"].map_file).is_file()

    def test_threads_may_share_it(self, lab: Lab) -> None:
        pictures = TaskPictures(lab.workspace)
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda _: pictures.urls(lab.sample, lab.motions["robust"]), range(12)))
        assert all(urls == found[0] for urls in found)
        assert list(lab.maps.rglob(".meu-tmp-*")) == []


class TestFaults:
    @pytest.mark.parametrize("delivery", ["local", "embed"])
    @pytest.mark.parametrize("name", ["a/1.png", "a/5.png"])
    def test_a_frame_that_is_gone(self, lab: Lab, name: str, delivery: str) -> None:
        (lab.frames / name).unlink()
        with pytest.raises(FrameError, match=rf"^{name}: there is no such file"):
            lab.urls(delivery=delivery)

    @pytest.mark.parametrize("delivery", ["local", "embed"])
    def test_a_frame_that_changed(self, lab: Lab, delivery: str) -> None:
        write(lab.frames / "a/5.png", frame(121))
        with pytest.raises(
            FrameError, match=r"^a/5.png: it changed since it was rendered; run `meu-data render` again"
        ):
            lab.urls(delivery=delivery)

    @pytest.mark.parametrize("recipe", ["robust", "mellm"])
    @pytest.mark.parametrize("delivery", ["local", "embed"])
    def test_a_map_that_is_gone(self, lab: Lab, recipe: str, delivery: str) -> None:
        name = lab.motions[recipe].map_file
        (lab.workspace.root / name).unlink()
        with pytest.raises(FrameError, match=rf"^{name}: "):
            lab.urls(recipe, delivery)

    def test_a_damaged_frame(self, lab: Lab) -> None:
        (lab.frames / "a/1.png").write_bytes(b"no picture")
        with pytest.raises(FrameError, match=r"^a/1.png: no picture"):
            lab.urls()

    def test_a_frame_that_changed_leaves_the_earlier_pictures_whole(self, lab: Lab) -> None:
        lab.urls()
        lab.motions["robust"] = lab.motions["robust"].model_copy(update={"map_sha256": "e" * 64})
        write(lab.frames / "a/1.png", frame(99))
        (path,) = lab.maps.rglob("*.onset.jpg")
        before = path.read_bytes()
        with pytest.raises(FrameError):
            lab.urls()
        assert path.read_bytes() == before
