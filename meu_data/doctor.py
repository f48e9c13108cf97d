"""Looks at the installation: is all there that the stages need, and how is it fixed if not?"""

import importlib
import importlib.metadata
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from meu_data import __version__
from meu_data.errors import MeuError
from meu_data.face.landmark_model import find_landmark_model
from meu_data.plugins import KINDS, Offer, offers, prove
from meu_data.records import Record
from meu_data.resources import resource

_OTHER_OPENCVS = ("opencv-python", "opencv-python-headless", "opencv-contrib-python")
# Without its dependencies, and beside the others: whoever needs those goes on finding them.
_REINSTALL_OPENCV = "pip install --force-reinstall --no-deps opencv-contrib-python-headless"


class Check(Record):
    """One thing looked at."""

    name: str
    ok: bool
    found: str
    fix: str = ""


class Examination(Record):
    """All of it."""

    healthy: bool
    checks: tuple[Check, ...]


def examine(landmark_model: Path | None = None) -> Examination:
    """Checks everything the stages need; a failed check says how to fix it.

    Args:
        landmark_model: The landmark model the user wants; the packaged one when None.
    """
    checks = (
        _python(),
        _opencv(),
        _tvl1(),
        _import("dlib", "dlib", "install it: pip install dlib-bin (a wheel; `dlib` itself compiles for ten minutes)"),
        _landmarks(landmark_model),
        _import("pyarrow", "pyarrow", "install it: pip install pyarrow"),
        _optional(_import("portrait (only for synth and demo)", "skimage", "pip install 'meu-data[demo]'")),
        _label_studio(),
        _shipped_files(),
        *_plugins(),
    )
    return Examination(healthy=all(check.ok for check in checks), checks=checks)


def _python() -> Check:
    found = f"meu-data {__version__}, Python {platform.python_version()} on {platform.machine()}"
    return Check(name="program", ok=sys.version_info >= (3, 11), found=found)


def _opencv() -> Check:
    return _import("opencv", "cv2", "install it: pip install opencv-contrib-python-headless")


def _tvl1() -> Check:
    def version() -> str:
        cv2 = importlib.import_module("cv2")
        cv2.optflow.DualTVL1OpticalFlow_create()
        return "cv2.optflow has DualTVL1"

    return _check("TV-L1 of OpenCV (only for --solver opencv)", version, _overwritten_opencv())


def _overwritten_opencv() -> str:
    """Names the packages that write into the one folder cv2 as ours does; the last one installed wins."""
    others = [name for name in _OTHER_OPENCVS if _installed_version(name)]
    if not others:
        return f"reinstall it: {_REINSTALL_OPENCV}"
    brought = " (label-studio-sdk brings it)" if others == ["opencv-python-headless"] else ""
    return f"{' and '.join(others)}{brought} has overwritten cv2; put ours back: {_REINSTALL_OPENCV}"


def _label_studio() -> Check:
    from meu_data.review.studio.installation import SIZE, VERSION, environment_folder, find_uv, installed_program

    def find() -> str:
        if installed_program():
            return f"{VERSION} in {environment_folder()}"
        find_uv()
        return f"{VERSION} not installed; `meu-data studio start` does it ({SIZE})"

    fix = "to use it, put the uv program on PATH, or name an installation with MEU_STUDIO_ENV"
    return _optional(_check("Label Studio of one's own (only for studio)", find, fix))


def _landmarks(explicit: Path | None) -> Check:
    fix = "install it: pip install face_recognition_models, or name a file with --landmark-model"

    def load() -> str:
        from meu_data.motion.detection import FaceFinder

        path = find_landmark_model(explicit)
        FaceFinder(path)
        return f"68 landmarks from {path.name}"

    return _check("landmark model", load, fix)


def _shipped_files() -> Check:
    def find() -> str:
        resource("annotation_guides", "guide_en.md")
        resource("schemas", "sample.schema.json")
        return "guides and schemas are there"

    return _check("shipped files", find, "this installation is incomplete; install meu-data again")


def _plugins() -> list[Check]:
    """One for each thing that another package offers."""

    def look(offer: Offer) -> Check:
        def find() -> str:
            prove(offer)
            return f"from {offer.package}"

        return _check(f"{KINDS[offer.kind]} {offer.name}", find, f"repair or uninstall {offer.package}")

    return [look(offer) for kind in KINDS for offer in offers(kind) if offer.package is not None]


def _installed_version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _import(name: str, module: str, fix: str) -> Check:
    def version() -> str:
        return f"{module} {getattr(importlib.import_module(module), '__version__', 'is there')}"

    return _check(name, version, fix)


def _optional(check: Check) -> Check:
    """What most people do without is told, and is no fault of the installation."""
    if check.ok:
        return check
    return check.model_copy(update={"ok": True, "found": f"not there, and not needed otherwise ({check.found})"})


def _check(name: str, look: Callable[[], str], fix: str) -> Check:
    try:
        return Check(name=name, ok=True, found=look())
    except (ImportError, AttributeError, OSError, MeuError) as error:
        return Check(name=name, ok=False, found=" ".join(str(error).split()), fix=fix)
