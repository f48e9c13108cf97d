"""The follow-up on badly grounded drafts: the model is told once what is wrong, and both versions are kept."""

from collections.abc import Iterator

from meu_data.choices import OnUnknown
from meu_data.drafting.providers import provider
from meu_data.drafting.requests.prompts import asked_to_repair, build_spec
from meu_data.drafting.requests.spec import ResolvedSettings
from meu_data.drafting.requests.worklist import Work
from meu_data.grounding.flags import repair_text
from meu_data.records import Motion, Sample
from meu_data.store.attempts import past_attempts
from meu_data.store.drafts import drafts_to_repair
from meu_data.store.ledger import Ledger
from meu_data.store.requests import was_repair_sent
from meu_data.store.workspace import Workspace


def repairs(
    workspace: Workspace,
    settings: ResolvedSettings,
    *,
    only: str | None = None,
    limit: int | None = None,
    on_unknown: OnUnknown = "hold",
) -> Iterator[Work]:
    """The follow-ups that are still to be sent: one for each up-to-date draft with a serious flag, once.

    Args:
        workspace: An open workspace.
        settings: As the drafts were asked for.
        only: Just the sample of this id.
        limit: At most so many.
        on_unknown: `resend` sends those again that were maybe billed.
    """
    ledger, sent = workspace.ledger, 0
    for draft in drafts_to_repair(ledger, settings.recipe, settings.model, settings.lang, only):
        if draft.grounding.sound or was_repair_sent(
            ledger, draft.sample.id, settings.model, settings.lang, draft.request, held_counts=on_unknown != "resend"
        ):
            continue
        text = repair_text(draft.grounding.flags, settings.lang)
        work = _follow_up(ledger, settings, draft.sample, draft.motion, draft.request, text)
        if work is not None:
            yield work
            sent += 1
            if sent == limit:
                return


def _follow_up(
    ledger: Ledger, settings: ResolvedSettings, sample: Sample, motion: Motion, base: str, text: str
) -> Work | None:
    spec = build_spec(sample, motion, settings)
    answers = [past.raw for past in past_attempts(ledger, base) if past.state == "answered" and past.raw is not None]
    # A draft of other settings, or one whose answer is gone, has no conversation to go on with.
    if spec.key != base or not answers or not text:
        return None
    spec = asked_to_repair(spec, provider(spec.provider).read_reply(answers[-1]).text, text)
    return Work(sample, motion, spec, spec.key, base, base=base)
