"""Small workspaces to push from, and people who annotate on a real server, by other means than our own client."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import requests
from PIL import Image

from meu_data.drafting import draft_offline
from meu_data.face.au_notation import parse_aus
from meu_data.face.regions import REGIONS
from meu_data.records import Draft, HeadMotion, Motion, RegionMotion, Sample, Source, sample_id
from meu_data.store.ledger import MotionState
from meu_data.store.workspace import Workspace
from tests.builders import LANDMARKS, sound_quality

LABELS = (("happiness", "6+12"), ("surprise", "1+2"), ("anger", "4"), ("disgust", "L9"))
_SIZE = 64


def clip_id(number: int) -> str:
    """The id of a workspace's sample."""
    return sample_id("dfme", f"s{number // 50:02d}", f"clip{number:04d}", 1, 5)


def make_workspace(root: Path, clips: int, *, langs: tuple[str, ...] = ("en",)) -> Workspace:
    """Clips with a real map and real frames of noise, motion that says something, and offline drafts."""
    workspace = Workspace.open(root, create=True)
    picture = _noise()
    frames = root / "frames"
    for path in (frames / "onset1.png", frames / "apex5.png", root / "maps" / "robust" / "any.png"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    samples = [_sample(number) for number in range(clips)]
    source = Source(corpus="dfme", split="train", sheet=str(root / "train.xlsx"), frames=str(frames))
    workspace.ledger.replace_source(source, samples)
    digest = hashlib.sha256(picture).hexdigest()
    with workspace.ledger.transaction():
        for number, sample in enumerate(samples):
            workspace.ledger.store_motion(_motion(sample, number, digest), MotionState("inputs", "frames", "any"))
    for lang in langs:
        draft_offline(workspace, lang=lang)
    return workspace


def redraft(workspace: Workspace, sample: str, **texts: object) -> Draft:
    """Gives a sample's draft other words, or another map's hash."""
    (draft,) = workspace.ledger.drafts(sample)
    annotation = draft.annotation.model_copy(update=texts or {"conclusion": "Another model wrote this."})
    changed = Draft.model_validate(draft.model_copy(update={"annotation": annotation}).model_dump())
    with workspace.ledger.transaction():
        workspace.ledger.store_draft(changed, changed.prompt_sha256)
    return changed


def distrust(workspace: Workspace, sample: str, trust: float) -> None:
    """Gives a sample's map this trust."""
    motion = workspace.ledger.motion(sample, "robust")
    assert motion is not None
    doubted = motion.model_copy(update={"quality": motion.quality.model_copy(update={"trust": trust})})
    with workspace.ledger.transaction():
        workspace.ledger.store_motion(doubted, MotionState("inputs", "frames", "any"))


@dataclass
class Person:
    """Somebody with an account, whose requests are authenticated as theirs."""

    url: str
    token: str
    email: str

    @classmethod
    def logs_in(cls, url: str, email: str, password: str) -> "Person":
        """By the form, as in a browser; the token is the one that the account's page shows."""
        with requests.Session() as browser:
            browser.get(f"{url}/user/login/")
            form = {"email": email, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
            browser.post(f"{url}/user/login/", form, headers={"Referer": url})
            return cls(url, browser.get(f"{url}/api/current-user/token").json()["token"], email)

    def asks(self, method: str, path: str, **more: Any) -> Any:
        answer = requests.request(
            method, f"{self.url}/api/{path}", headers={"Authorization": f"Token {self.token}"}, timeout=300, **more
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def tasks(self, project: int) -> list[dict[str, Any]]:
        """All of a project's tasks with everything in them, by id."""
        listed = self.asks("GET", "tasks/", params={"project": project, "fields": "all", "page_size": 1000})["tasks"]
        return sorted(listed, key=lambda task: task["id"])

    def submits(self, task: dict[str, Any], changes: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """What the form sends when it was filled in by the prediction and these fields were changed."""
        (prediction,) = task["predictions"]
        body = {
            "result": filled_in(prediction["result"], changes or {}),
            "lead_time": 12.5,
            "parent_prediction": prediction["id"],
        }
        return self.asks("POST", f"tasks/{task['id']}/annotations/", json=body | more)

    def skips(self, task: dict[str, Any]) -> dict[str, Any]:
        return self.asks("POST", f"tasks/{task['id']}/annotations/", json={"result": [], "was_cancelled": True})

    def begins(self, task: dict[str, Any]) -> dict[str, Any]:
        """What the form saves by itself before anything is submitted."""
        return self.asks("POST", f"tasks/{task['id']}/drafts", json={"result": [], "lead_time": 1})

    def corrects(self, annotation: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        result = filled_in(annotation["result"], changes)
        return self.asks("PATCH", f"annotations/{annotation['id']}/", json={"result": result, "lead_time": 20.0})


def filled_in(results: list[dict[str, Any]], changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a form: those of the draft, and the changed ones as Label Studio marks them; None empties."""
    by_name = {result["from_name"]: {"origin": "prediction", **result} for result in results}
    for name, value in changes.items():
        kinds = {"quality": "rating"} | dict.fromkeys(("aus", "emotion", "verdict", "map"), "choices")
        kind = kinds.get(name, "textarea")
        key = {"rating": "rating", "choices": "choices", "textarea": "text"}[kind]
        origin = "prediction-changed" if name in by_name else "manual"
        common = {"id": f"x{name}", "from_name": name, "to_name": "motion", "type": kind}
        by_name[name] = {**by_name.get(name, common), "origin": origin, "value": {key: value}}
        if value is None:
            del by_name[name]
    return list(by_name.values())


def _noise() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (_SIZE, _SIZE, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def _sample(number: int) -> Sample:
    emotion, aus = LABELS[number % len(LABELS)]
    return Sample(
        id=clip_id(number),
        corpus="dfme",
        split="train",
        subject=f"s{number // 50:02d}",
        clip=f"clip{number:04d}",
        onset=1,
        apex=5,
        offset=9,
        emotion=emotion,
        aus=parse_aus(aus),
        onset_frame="onset1.png",
        apex_frame="apex5.png",
        width=_SIZE,
        height=_SIZE,
        sheet="train.xlsx",
        row=number + 2,
    )


def _motion(sample: Sample, number: int, digest: str) -> Motion:
    moving = REGIONS[number % len(REGIONS)]
    regions = tuple(
        RegionMotion(
            region=name,
            mean=1.0,
            max=2.0,
            dx=0.0,
            dy=-1.0,
            direction_deg=270,
            octant="up",
            coherence=0.9,
            significance=9.0 if name == moving else 0.1,
            intensity="moderate" if name == moving else "none",
        )
        for name in REGIONS
    )
    return Motion(
        sample_id=sample.id,
        recipe="robust",
        solver="opencv-5.0",
        onset_sha256=digest,
        apex_sha256=digest,
        width=_SIZE,
        height=_SIZE,
        faces=1,
        face_box=(0, 0, _SIZE, _SIZE),
        landmarks=LANDMARKS,
        alignment=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
        nose=(1, 2),
        head_motion=HeadMotion(method="nose", dx=0.1, dy=0.2),
        regions=regions,
        quality=sound_quality(),
        map_file="maps/robust/any.png",
        map_sha256=digest,
    )
