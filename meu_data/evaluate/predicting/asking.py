"""How a model is asked for predictions, and the run that asks: online or in batches, with the ledger of drafting."""

from collections.abc import Callable
from typing import TypedDict

from meu_data.choices import Images, Kind, Language, MediaResolution, Mode, OnUnknown, Recipe, Thinking
from meu_data.drafting.batch.stage import BatchOptions, BatchSummary, run_batch
from meu_data.drafting.online.pacing import Pacing
from meu_data.drafting.online.stage import OnlineSummary, draft_online
from meu_data.drafting.requests.spec import RequestSettings, ResolvedSettings, request_settings
from meu_data.drafting.requests.worklist import Worklist
from meu_data.progress import SILENT, Progress
from meu_data.store.workspace import Workspace

ListWork = Callable[[Workspace, ResolvedSettings], Worklist]


class SampleOptions(TypedDict, total=False):
    """Which samples are predicted, and from what.

    `classes`: the protocol whose classes may be said; the corpus's labels when None. `images`: what a model sees.
    `recipe`: whose maps; the workspace's when None. `kind`: which expressions; `only` asks for the one of its id,
    whatever its kind.
    """

    classes: str | None
    images: Images
    recipe: Recipe | None
    kind: Kind
    only: str | None


class CallOptions(TypedDict, total=False):
    """How a model is asked; None, or left out, is the default.

    `model`, `media_resolution`, `thinking`, `seed`, `max_output_tokens`: as for drafts; `temperature`: 0, as a
    prediction is to be the same when it is asked for again. `lang`: in which language it is asked; the workspace's.
    `on_unknown`: what to do with calls that were maybe billed (hold). `retry_failed`: ask again where there was no
    usable answer. `limit`: at most so many samples, by id, or rows, from the first.

    `mode`: `online`; `flex` and `batch` cost half and take longer, `batch` is for gemini. `budget_usd`: what all calls
    of the workspace may cost, drafts and earlier runs included; None for no limit. `wait`: mode `batch`: stay until
    everything is answered; otherwise run again later. `batch`: its limits and delays. The other modes have
    `concurrency` (16): the most calls under way at once, `rpm`: the most in a minute, and `pacing`: delays and limits.
    `progress`: told of everything that ends.
    """

    model: str | None
    lang: Language | None
    media_resolution: MediaResolution | None
    thinking: Thinking | None
    temperature: float | None
    seed: int | None
    max_output_tokens: int | None
    on_unknown: OnUnknown
    retry_failed: bool
    limit: int | None
    mode: Mode
    budget_usd: float | None
    wait: bool
    batch: BatchOptions | None
    concurrency: int
    rpm: int | None
    pacing: Pacing | None
    progress: Progress


class Again(TypedDict):
    """What is asked again, as a worklist takes it."""

    on_unknown: OnUnknown
    retry_failed: bool


def again(options: CallOptions) -> Again:
    """Which requests that ended without an answer are asked again."""
    return {"on_unknown": options.get("on_unknown", "hold"), "retry_failed": options.get("retry_failed", False)}


def asking_settings(
    llm: str, options: CallOptions, *, images: Images = "map", recipe: Recipe | None = None, kind: Kind = "micro"
) -> RequestSettings:
    """The settings of requests that tell a model nothing.

    Raises:
        MeuError: There is no such service, or no model was named where there is no default.
    """
    temperature = options.get("temperature")
    return request_settings(
        llm,
        facts="none",
        images=images,
        recipe=recipe,
        kind=kind,
        tier="flex" if options.get("mode") == "flex" else "standard",
        model=options.get("model"),
        lang=options.get("lang"),
        media_resolution=options.get("media_resolution"),
        thinking=options.get("thinking"),
        temperature=0.0 if temperature is None else temperature,
        seed=options.get("seed"),
        max_output_tokens=options.get("max_output_tokens"),
    )


def ask(
    workspace: Workspace, settings: RequestSettings, list_work: ListWork, options: CallOptions
) -> OnlineSummary | BatchSummary:
    """Asks what has no answer yet; the answers stay in the ledger.

    Raises:
        MeuError: There is no key, no price, another run is under way, or the service takes no call.
        MissingExtraError: The service's package is not installed.
        KeyboardInterrupt: It was interrupted; calls under way have been waited for.
    """
    budget_usd, on_unknown = options.get("budget_usd"), options.get("on_unknown", "hold")
    progress = options.get("progress", SILENT)
    if options.get("mode") == "batch":
        return run_batch(
            workspace,
            settings,
            budget_usd=budget_usd,
            wait=options.get("wait", False),
            on_unknown=on_unknown,
            options=options.get("batch"),
            progress=progress,
            list_work=list_work,
        )
    return draft_online(
        workspace,
        settings,
        budget_usd=budget_usd,
        concurrency=options.get("concurrency", 16),
        rpm=options.get("rpm"),
        on_unknown=on_unknown,
        pacing=options.get("pacing"),
        progress=progress,
        list_work=list_work,
    )
