"""Which frames lie next to onset and apex, by their names alone."""

import pytest

from meu_data.motion.recording import names_beside


@pytest.mark.parametrize(
    ("frames", "numbers", "beside"),
    [
        # Of ten frames two on either side, of five one, of three none.
        (
            ("a/img10.jpg", "a/img20.jpg"),
            (10, 20),
            ("a/img8.jpg a/img9.jpg a/img11.jpg a/img12.jpg", "a/img18.jpg a/img19.jpg a/img21.jpg a/img22.jpg"),
        ),
        (("a/0010.png", "a/0015.png"), (10, 15), ("a/0009.png a/0011.png", "a/0014.png a/0016.png")),
        (("a/0010.png", "a/0013.png"), (10, 13), ("", "")),
        # A clip that begins at its first frame, and the padding that the name has.
        (("007_1_099.bmp", "007_1_107.bmp"), (0, 8), ("007_1_097.bmp 007_1_098.bmp 007_1_100.bmp 007_1_101.bmp",
                                                      "007_1_105.bmp 007_1_106.bmp 007_1_108.bmp 007_1_109.bmp")),
        (("1.png", "9.png"), (1, 9), ("0.png 2.png 3.png", "7.png 8.png 10.png 11.png")),
        # Pictures of a video.
        (("v/a.avi#0", "v/a.avi#5"), (1, 6), ("v/a.avi#1", "v/a.avi#4 v/a.avi#6")),
        # Onset, apex and offset alone, numbered in turn, though the expression took fifty frames.
        (("a/1.png", "a/2.png"), (120, 170), ("", "")),
        (("a/onset.png", "a/apex.png"), (10, 20), ("", "")),
    ],
)  # fmt: skip
def test_the_frames_beside_a_pair_are_named_by_number(frames, numbers, beside, sample_of):
    onset, apex = numbers
    sample = sample_of("12").model_copy(
        update={"onset": onset, "apex": apex, "onset_frame": frames[0], "apex_frame": frames[1]}
    )
    assert names_beside(sample) == tuple(tuple(names.split()) for names in beside)
