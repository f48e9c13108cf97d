import contextlib
import hashlib
import io
import os
import struct
import threading
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from meu_data.errors import FrameError
from meu_data.frames import MAX_PIXELS, fingerprint, read_frame, read_header

WIDTH, HEIGHT = 60, 40


def smooth_picture(width=WIDTH, height=HEIGHT):
    noise = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 4), None, 0, 255, cv2.NORM_MINMAX))


def encoded(picture, form, **options):
    stream = io.BytesIO()
    picture.save(stream, form, **options)
    return stream.getvalue()


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width, height):
    """A PNG that says it is so large and holds next to nothing."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def grey_16_bit(highest):
    ramp = np.linspace(0, highest, WIDTH * HEIGHT).astype(np.uint16).reshape(HEIGHT, WIDTH)
    return Image.fromarray(ramp)


def written(folder, data, name="frame.png"):
    path = folder / name
    path.write_bytes(data)
    return path


MODES = [
    *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
    *(("TIFF", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK")),
    *(("BMP", mode) for mode in ("1", "L", "P", "RGB")),
    *(("JPEG", mode) for mode in ("L", "RGB")),
    ("WEBP", "RGB"),
    ("WEBP", "RGBA"),
]


@pytest.mark.parametrize(("form", "mode"), MODES, ids=lambda value: value)
def test_pixels_are_those_of_the_picture_and_of_cv2(tmp_path, form, mode):
    path = written(tmp_path, encoded(smooth_picture().convert(mode), form), f"frame.{form.lower()}")
    frame = read_frame(path)
    with Image.open(path) as picture:
        expected = np.asarray(picture.convert("RGB"))[..., ::-1]
    assert frame.bgr.dtype == np.uint8
    np.testing.assert_array_equal(frame.bgr, expected)
    np.testing.assert_array_equal(frame.bgr, cv2.imread(str(path)))
    assert read_header(path)[:3] == (WIDTH, HEIGHT, form)


def test_cmyk_jpeg_keeps_its_colours(tmp_path):
    picture = smooth_picture()
    path = written(tmp_path, encoded(picture.convert("CMYK"), "JPEG", quality=95))
    assert read_header(path).mode == "CMYK"
    difference = read_frame(path).bgr.astype(int) - np.asarray(picture)[..., ::-1]
    assert np.abs(difference).mean() < 3


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_exif_orientation_is_applied(tmp_path, form, turn):
    exif = Image.Exif()
    exif[0x0112] = turn
    options = {"PNG": {"exif": exif}, "JPEG": {"exif": exif}, "TIFF": {"tiffinfo": {0x0112: turn}}}
    data = encoded(smooth_picture(), form, **options.get(form, {"exif": exif, "lossless": True}))
    path = written(tmp_path, data)
    with Image.open(path) as picture:
        expected = np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))[..., ::-1]
    np.testing.assert_array_equal(read_frame(path).bgr, expected)
    header = read_header(path)
    assert (header.height, header.width) == expected.shape[:2]
    assert (header.width == WIDTH) == (turn <= 4)


def test_the_orientation_of_a_png_may_stand_behind_its_pixels(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(smooth_picture(), "PNG")
    path = written(tmp_path, data[:-12] + chunk(b"eXIf", exif.tobytes()[6:]) + data[-12:])
    assert read_header(path)[:2] == (HEIGHT, WIDTH)
    assert read_frame(path).bgr.shape == (WIDTH, HEIGHT, 3)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
@pytest.mark.parametrize("highest", [4096, 65535])
def test_16_bit_keeps_its_upper_8(tmp_path, form, highest):
    path = written(tmp_path, encoded(grey_16_bit(highest), form))
    expected = np.asarray(grey_16_bit(highest)) >> 8
    np.testing.assert_array_equal(read_frame(path).bgr, np.dstack([expected] * 3))
    assert read_header(path).bits == 16


def test_16_bit_colour_is_known_as_16_bit(tmp_path):
    pixels = np.dstack([np.asarray(grey_16_bit(1023))] * 3)
    path = written(tmp_path, cv2.imencode(".png", pixels)[1].tobytes())
    assert read_header(path).bits == 16
    with pytest.raises(FrameError, match="1023"):
        read_frame(path)


@pytest.mark.parametrize("channels", [1, 4], ids=["grey", "with opaque alpha"])
def test_12_bit_data_in_16_bits_is_refused(tmp_path, channels):
    pixels = np.asarray(grey_16_bit(4095))
    if channels == 4:
        pixels = np.dstack([pixels] * 3 + [np.full_like(pixels, 65535)])
    with pytest.raises(FrameError, match="brightest value is 4095"):
        read_frame(written(tmp_path, cv2.imencode(".png", pixels)[1].tobytes()))


def several(form):
    first, second = smooth_picture(), smooth_picture().transpose(Image.Transpose.ROTATE_180)
    return encoded(first, form, save_all=True, append_images=[second])


REFUSED = {
    "empty": (b"", "empty"),
    "text": (b"Subject,Filename\n", "no picture"),
    "GIF": (encoded(smooth_picture().convert("P"), "GIF"), "no picture in PNG"),
    "animated PNG": (several("PNG"), "several pictures"),
    "animated WebP": (several("WEBP"), "several pictures"),
    "TIFF with pages": (several("TIFF"), "several pictures"),
    "float TIFF": (encoded(smooth_picture().convert("F"), "TIFF"), "8-bit PNG"),
    "32-bit TIFF": (encoded(smooth_picture().convert("I"), "TIFF"), "8-bit PNG"),
    "60 megapixels": (claiming(9000, 6667), "9000x6667, 60.0 megapixels"),
    "forged giant": (claiming(100_000, 100_000), "10000.0 megapixels"),
    "just too large": (claiming(4096, 3073), "4096x3073"),
    "no pixels": (claiming(8, 8).replace(b"IDAT", b"IDAX"), ""),
    "IEND missing": (encoded(smooth_picture(), "PNG")[:-12], "cut off"),
}


@pytest.mark.parametrize("reader", [read_header, read_frame])
@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_frame_is_refused_with_its_name_and_a_reason(tmp_path, capfd, case, reader):
    data, reason = REFUSED[case]
    path = written(tmp_path, data)
    with pytest.raises(FrameError) as caught:
        reader(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")


def test_the_largest_allowed_frame_is_read(tmp_path):
    path = written(tmp_path, encoded(Image.new("L", (4096, 3072)), "PNG"))
    assert read_frame(path).bgr.size == 3 * MAX_PIXELS


@pytest.mark.parametrize("reader", [read_header, read_frame, fingerprint])
def test_a_missing_file_is_named(tmp_path, reader):
    with pytest.raises(FrameError, match="no such file"):
        reader(tmp_path / "none.png")


@pytest.mark.parametrize("reader", [read_header, read_frame])
def test_things_that_are_no_files_are_refused(tmp_path, reader):
    os.mkfifo(tmp_path / "pipe.png")
    with open(tmp_path / "huge.png", "wb") as stream:
        stream.truncate(1 << 31)
    (tmp_path / "circle.png").symlink_to("circle.png")
    cases = {
        tmp_path: "a folder",
        tmp_path / "pipe.png": "pipe",
        tmp_path / "huge.png": "2147 MB",
        tmp_path / "nul\0.png": "cannot be read",
        tmp_path / "circle.png": "cannot be read",
        tmp_path / ("long" * 100): "cannot be read",
    }
    for path, reason in cases.items():
        with pytest.raises(FrameError, match=reason):
            reader(path)


FORMS = {
    "PNG": encoded(smooth_picture(320, 240), "PNG"),
    "JPEG": encoded(smooth_picture(320, 240), "JPEG"),
    "progressive JPEG": encoded(smooth_picture(320, 240), "JPEG", progressive=True),
    "BMP": encoded(smooth_picture(320, 240), "BMP"),
    "TIFF": encoded(smooth_picture(320, 240), "TIFF"),
    "packed TIFF": encoded(smooth_picture(320, 240), "TIFF", compression="tiff_lzw"),
    "WebP": encoded(smooth_picture(320, 240), "WEBP"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_cut_off_anywhere_is_refused_by_its_header(tmp_path, capfd, form):
    data = FORMS[form]
    for length in [*range(1, 200, 7), *range(200, len(data), len(data) // 60), len(data) - 3, len(data) - 1]:
        with pytest.raises(FrameError):
            read_header(written(tmp_path, data[:length]))
    assert read_header(written(tmp_path, data)).width == 320
    assert capfd.readouterr() == ("", "")


def test_the_end_of_a_thumbnail_is_not_the_end_of_the_picture(tmp_path):
    thumbnail = b"\xff\xe2" + struct.pack(">H", 2 + len(FORMS["JPEG"])) + FORMS["JPEG"]
    data = FORMS["JPEG"][:2] + thumbnail + FORMS["JPEG"][2:]
    assert read_header(written(tmp_path, data)).width == 320
    with pytest.raises(FrameError, match="cut off"):
        read_header(written(tmp_path, data[:-300]))


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"\n", b"\xff\xff"], ids=["zeros", "newline", "fill bytes"])
def test_padding_behind_a_jpeg_does_no_harm(tmp_path, tail):
    plain = read_frame(written(tmp_path, FORMS["JPEG"], "plain.jpg"))
    np.testing.assert_array_equal(read_frame(written(tmp_path, FORMS["JPEG"] + tail)).bgr, plain.bgr)


def test_a_jpeg_with_a_second_picture_behind_it_is_its_first(tmp_path):
    first, second = smooth_picture(), smooth_picture().transpose(Image.Transpose.ROTATE_180)
    path = written(tmp_path, encoded(first, "MPO", save_all=True, append_images=[second], quality=95))
    difference = read_frame(path).bgr.astype(int) - np.asarray(first)[..., ::-1]
    assert np.abs(difference).mean() < 3
    assert read_header(path).format == "JPEG"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "packed TIFF", "WebP"])
def test_damaged_pixels_are_refused_without_noise(tmp_path, capfd, form):
    data = FORMS[form]
    middle = len(data) // 2
    # The size stays (a JPEG may lose bytes: it only notices pixels that are missing).
    damage = b"" if form == "JPEG" else bytes(value ^ 0x5A for value in data[middle : middle + 40])
    path = written(tmp_path, data[:middle] + damage + data[middle + 40 :])
    read_header(path)
    with pytest.raises(FrameError, match="damaged"):
        read_frame(path)
    assert capfd.readouterr() == ("", "")


def test_odd_metadata_is_no_reason_to_refuse_or_to_print(tmp_path, capfd):
    data = FORMS["PNG"]
    profile = chunk(b"iCCP", b"icc\0\0" + zlib.compress(b"x" * 200))
    frame = read_frame(written(tmp_path, data[:33] + profile + data[33:]))
    np.testing.assert_array_equal(frame.bgr, read_frame(written(tmp_path, data)).bgr)
    assert capfd.readouterr() == ("", "")


def test_broken_exif_turns_nothing(tmp_path):
    data = FORMS["PNG"]
    path = written(tmp_path, data[:33] + chunk(b"eXIf", b"nonsense") + data[33:])
    assert read_header(path)[:2] == (320, 240)
    assert read_frame(path).bgr.shape == (240, 320, 3)


def test_bytes_some_cameras_put_before_the_end_marker_are_harmless(tmp_path, capfd):
    data = FORMS["JPEG"]
    frame = read_frame(written(tmp_path, data[:-2] + b"\0\0" + data[-2:]))
    np.testing.assert_array_equal(frame.bgr, read_frame(written(tmp_path, data)).bgr)
    assert capfd.readouterr() == ("", "")


def test_what_other_threads_print_meanwhile_is_not_lost(tmp_path, capfd):
    path = written(tmp_path, FORMS["PNG"])
    done = threading.Event()
    count = 0

    def talk():
        nonlocal count
        while not done.is_set():
            os.write(2, b"hello %d\n" % count)
            count += 1
            done.wait(0.0005)

    talker = threading.Thread(target=talk)
    talker.start()
    for _ in range(40):
        read_frame(path)
    done.set()
    talker.join()
    assert sorted(capfd.readouterr().err.split("\n")[:-1]) == sorted(f"hello {k}" for k in range(count))


def test_works_without_a_stderr(tmp_path):
    path = written(tmp_path, FORMS["PNG"])
    saved = os.dup(2)
    os.close(2)
    try:
        frame = read_frame(path)
    finally:
        os.dup2(saved, 2)
        os.close(saved)
    assert frame.bgr.shape == (240, 320, 3)


def test_paths_in_chinese_with_blanks(tmp_path):
    folder = tmp_path / "微表情 数据"
    folder.mkdir()
    path = written(folder, FORMS["PNG"], "第 一 帧.png")
    assert read_frame(path).bgr.shape == (240, 320, 3)
    assert read_header(path).format == "PNG"


def test_the_hash_is_that_of_the_file(tmp_path):
    path = written(tmp_path, FORMS["PNG"])
    assert read_frame(path).sha256 == hashlib.sha256(FORMS["PNG"]).hexdigest()


def test_a_fingerprint_changes_with_size_and_time_only(tmp_path):
    path = written(tmp_path, b"one")
    os.utime(path, ns=(1, 1))
    before = fingerprint(path)
    os.utime(path, ns=(2, 1))
    assert fingerprint(path) == before
    os.utime(path, ns=(2, 2))
    later = fingerprint(path)
    path.write_bytes(b"four")
    os.utime(path, ns=(2, 2))
    assert len({before, later, fingerprint(path)}) == 3


def test_a_message_can_call_the_file_by_another_name(tmp_path):
    with pytest.raises(FrameError, match=r"^sub0001_01/00004\.png: "):
        read_header(written(tmp_path, b"x"), name="sub0001_01/00004.png")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(sorted(FORMS)),
    flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(1, 255)), max_size=4),
    early=st.booleans(),
    keep=st.floats(0.3, 1),
)
def test_no_bytes_make_anything_but_a_frame_or_a_frame_error(tmp_path, form, flips, early, keep):
    data = bytearray(FORMS[form])
    for place, change in flips:
        data[int(place * (200 if early else len(data)))] ^= change
    path = written(tmp_path, bytes(data[: int(keep * len(data))] if keep < 0.9 else data))
    with contextlib.suppress(FrameError):
        header = read_header(path)
        assert read_frame(path).bgr.shape == (header.height, header.width, 3)
