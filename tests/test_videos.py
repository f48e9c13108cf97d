"""A video's picture is the one that a full decode by PyAV gives for that number."""

import shutil

import numpy as np
import pytest

from meu_data import videos
from meu_data.errors import FrameError
from meu_data.frames import read_frame, read_header
from meu_data.videos import VideoReader, video_picture

av = pytest.importorskip("av")

COUNT = 60


def write(path, codec, *, times=None, **options):
    """A video of noise that changes from picture to picture; some codecs store pictures out of order (b-frames)."""
    noise = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=200, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(COUNT):
            pixels = np.repeat(np.repeat(noise.integers(0, 256, (6, 8, 3), dtype=np.uint8), 8, 0), 8, 1)
            frame = av.VideoFrame.from_ndarray(pixels, format="bgr24")
            if times:
                frame.pts = times[number]
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def decoded(path):
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]


VIDEOS = {
    "mpeg4 avi": ("a.avi", "mpeg4", {"g": "12"}),
    "motion jpeg avi": ("a.avi", "mjpeg", {"strict": "unofficial"}),
    "h264 mp4, pictures out of order": ("a.mp4", "libx264", {"g": "12", "bf": "3"}),
    "h264 mkv": ("a.mkv", "libx264", {"g": "15", "bf": "2"}),
    "mpeg4 mp4, one key picture": ("a.mp4", "mpeg4", {"g": "600"}),
}


@pytest.mark.parametrize("kind", VIDEOS)
def test_every_picture_is_that_of_a_full_decode(tmp_path, kind):
    name, codec, options = VIDEOS[kind]
    path = write(tmp_path / name, codec, **options)
    expected = decoded(path)
    assert len(expected) == COUNT
    for number in np.random.default_rng(1).permutation(COUNT):
        assert np.array_equal(video_picture(path, int(number)), expected[number]), number
    with VideoReader(path) as video:
        assert [number for number, _ in video.pictures(range(COUNT))] == list(range(COUNT))
        assert video.decoded == COUNT


def test_onset_and_apex_decode_no_picture_twice(tmp_path):
    path = write(tmp_path / "a.avi", "mpeg4", g="600")
    with VideoReader(path) as video:
        for number in (7, 30, 31, 59):
            assert [found for found, _ in video.pictures([number])] == [number]
        assert video.decoded <= COUNT  # fewer where the codec put in a picture to begin with


def test_a_picture_of_a_video_reads_as_a_frame_whose_hash_is_its_pixels(tmp_path):
    path = write(tmp_path / "a.avi", "mpeg4", g="12")
    name = tmp_path / "a.avi#9"
    assert read_header(name)[:2] == (64, 48)
    first = read_frame(name)
    assert np.array_equal(first.bgr, decoded(path)[9])
    (tmp_path / "copy").mkdir()
    shutil.copy(path, tmp_path / "copy" / "b.avi")
    assert read_frame(tmp_path / "copy" / "b.avi#9").sha256 == first.sha256
    with pytest.raises(FrameError, match="has 60 pictures"):
        read_header(tmp_path / "a.avi#60")


def cut(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


@pytest.mark.parametrize(
    ("name", "codec", "spoil", "reason"),
    [
        ("a.mp4", "libx264", cut, "damaged, cut off"),
        ("a.avi", "mpeg4", cut, "damaged|index|cut off"),
        ("a.avi", "mpeg4", lambda path: path.write_bytes(b""), "no .avi, .mp4 or .mkv"),
        ("a.avi", "mpeg4", lambda path: path.write_bytes(b"#EXTM3U\nfile:///etc/passwd"), "no .avi, .mp4 or .mkv"),
        ("a.avi", "mpeg4", lambda path: path.unlink(), "there is no such file"),
    ],
    ids=["mp4 cut off", "avi cut off", "empty", "playlist", "gone"],
)
def test_a_broken_video_is_told_in_one_line(tmp_path, name, codec, spoil, reason):
    path = write(tmp_path / name, codec)
    spoil(path)
    with pytest.raises(FrameError, match=reason) as caught:
        video_picture(path, 40, name="clips/a")
    assert str(caught.value).startswith("clips/a: ")
    assert "\n" not in str(caught.value)
    assert not videos._open_video


def test_a_variable_frame_rate_is_an_error(tmp_path):
    times = [number if number < 30 else number + 20 for number in range(COUNT)]
    path = write(tmp_path / "a.mkv", "libx264", times=times, bf="0")
    with pytest.raises(FrameError, match="variable frame rate"):
        video_picture(path, 3)
