"""The one door to drafting: offline, by a model online, or by a model in batches."""

from typing import Unpack

from meu_data.choices import Kind, Language, Mode, OnUnknown, Recipe, Tier
from meu_data.drafting.batch.stage import BatchOptions, BatchSummary, run_batch
from meu_data.drafting.offline.stage import DraftSummary, draft_offline
from meu_data.drafting.online.stage import OnlineSummary, draft_online
from meu_data.drafting.requests.spec import ModelOptions, request_settings
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress
from meu_data.store.damage import on_a_sound_ledger, set_aside_damaged
from meu_data.store.workspace import Workspace


@on_a_sound_ledger
def draft(
    workspace: Workspace,
    llm: str = "offline",
    *,
    lang: Language | None = None,
    recipe: Recipe | None = None,
    kind: Kind = "micro",
    mode: Mode = "online",
    budget_usd: float | None = None,
    on_unknown: OnUnknown = "hold",
    retry_failed: bool = False,
    repair: bool = False,
    concurrency: int = 16,
    rpm: int | None = None,
    patience_hours: float = 2.0,
    wait: bool = False,
    enqueued_tokens: int | None = None,
    only: str | None = None,
    limit: int | None = None,
    progress: Progress = SILENT,
    **options: Unpack[ModelOptions],
) -> DraftSummary | OnlineSummary | BatchSummary:
    """Writes the missing and stale drafts of the rendered samples; works inside a notebook, too.

    Offline, only `lang`, `recipe`, `kind`, `only`, `limit` and `progress` count: it needs no model and costs nothing.

    Args:
        workspace: An open workspace.
        llm: `offline` writes from the measured motion and the labels; a provider, such as `gemini`, asks a model.
        lang: Language of the drafts, each kept apart; the workspace's when None.
        recipe: Whose maps to write from; the workspace's when None.
        kind: Which expressions; `only` asks for one whatever its kind.
        mode: `online`; `flex` and `batch` cost half and take longer, `batch` is for gemini.
        budget_usd: What all calls of the workspace may cost, earlier runs included; None for no limit.
        on_unknown: What to do with calls that were maybe billed: hold their samples, or send them again.
        retry_failed: Send failed and blocked samples again.
        repair: Send badly grounded drafts back once, with what is wrong with them; not in mode `batch`.
        concurrency: Not in mode `batch`: the most calls under way at once.
        rpm: Not in mode `batch`: the most calls in a minute.
        patience_hours: Not in mode `batch`: how long an outage of the service is waited out.
        wait: Mode `batch`: stay until everything is answered; otherwise run again later.
        enqueued_tokens: Mode `batch`: the most input tokens enqueued at once; the lowest paid tier's when None.
        only: Just the sample of this id.
        limit: At most so many rendered samples, by id.
        progress: Told of every sample.
        options: What shapes the requests, see `ModelOptions`: `model`, `images`, `temperature` and so on.

    Returns:
        Counts; the reasons of what could not be drafted are in the ledger's problems.

    Raises:
        MeuError: There is no such sample, no key, no price, another run is under way, the options do not go together,
            or the service takes no call.
        MissingExtraError: The service's package is not installed.
        LedgerError: The ledger cannot be read or written.
        KeyboardInterrupt: It was interrupted; what was under way has been waited for.
    """
    if llm == "offline":
        return draft_offline(workspace, lang=lang, recipe=recipe, kind=kind, only=only, limit=limit, progress=progress)
    # What fails in the middle of a run would leave calls that are paid for and not heard.
    set_aside_damaged(workspace.ledger)
    tier: Tier = "flex" if mode == "flex" else "standard"
    settings = request_settings(llm, lang=lang, recipe=recipe, kind=kind, tier=tier, **options)
    if mode == "batch":
        if repair:
            raise MeuError("--repair is for --mode online and flex")
        return run_batch(
            workspace,
            settings,
            budget_usd=budget_usd,
            wait=wait,
            on_unknown=on_unknown,
            retry_failed=retry_failed,
            only=only,
            limit=limit,
            options=BatchOptions(enqueued_tokens=enqueued_tokens),
            progress=progress,
        )
    return draft_online(
        workspace,
        settings,
        budget_usd=budget_usd,
        concurrency=concurrency,
        rpm=rpm,
        on_unknown=on_unknown,
        retry_failed=retry_failed,
        repair=repair,
        patience_hours=patience_hours,
        only=only,
        limit=limit,
        progress=progress,
    )
