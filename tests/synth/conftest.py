import pytest

from meu_data.face.landmark_model import find_landmark_model
from meu_data.synth import make_corpus
from meu_data.synth.portrait import SubjectMaker

SMALL = (320, 240)


@pytest.fixture(scope="session")
def maker():
    return SubjectMaker(find_landmark_model())


@pytest.fixture(scope="session")
def face(maker):
    return maker.make(0, 0, SMALL)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory):
    """Two clips of one subject, drawn in this process."""
    out = tmp_path_factory.mktemp("synth") / "corpus"
    return out, make_corpus(out, subjects=1, clips=2, size=SMALL, workers=1)
