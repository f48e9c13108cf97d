"""The follow-up on badly grounded drafts: the model is told once what is wrong, and both versions are kept."""

from collections.abc import Iterator

from meu_data.choices import OnUnknown
from meu_data.drafting.providers import reply_reader
from meu_data.drafting.requests.attempts import past_attempts
from meu_data.drafting.requests.prompts import asked_to_repair, build_spec
from meu_data.drafting.requests.spec import RequestSettings
from meu_data.drafting.requests.worklist import Work
from meu_data.grounding.flags import repair_text
from meu_data.records import Grounding, Motion, Sample
from meu_data.store.ledger import Ledger
from meu_data.store.workspace import Workspace

_PAGE = 200
# Drafts as first answered (their prompt is what they count as made from) that something is wrong with.
_QUERY = (
    "SELECT d.sample_id, d.inputs, g.record, s.record, m.record FROM drafts d"
    " JOIN grounding g ON g.sample_id = d.sample_id AND g.model = d.model AND g.lang = d.lang"
    " JOIN samples s ON s.id = d.sample_id JOIN motion m ON m.sample_id = d.sample_id AND m.recipe = ?"
    " WHERE d.model = ? AND d.lang = ? AND g.score < 1 AND d.inputs = json_extract(d.record, '$.prompt_sha256')"
    " AND d.sample_id > ? AND (? IS NULL OR d.sample_id = ?) ORDER BY d.sample_id LIMIT ?"
)


def repairs(
    workspace: Workspace,
    settings: RequestSettings,
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
    ledger, last, left = workspace.ledger, "", limit
    while True:
        bound = (settings.recipe, settings.model, settings.lang, last, only, only, _PAGE)
        page = ledger.read(_QUERY, bound)
        for _, base, grounding, sample, motion in page:
            found = Grounding.model_validate_json(grounding)
            if found.sound or _asked(ledger, settings, found.sample_id, base, on_unknown):
                continue
            records = Sample.model_validate_json(sample), Motion.model_validate_json(motion)
            work = _follow_up(ledger, settings, *records, base, repair_text(found.flags, settings.lang))
            if work is not None:
                yield work
                left = None if left is None else left - 1
                if left == 0:
                    return
        if len(page) < _PAGE:
            return
        last = page[-1][0]


def _asked(ledger: Ledger, settings: RequestSettings, sample_id: str, base: str, on_unknown: OnUnknown) -> bool:
    """Whether the follow-up on this answer was sent before; its words may have changed since."""
    open_states = ("todo", "held") if on_unknown == "resend" else ("todo", "todo")
    query = (
        "SELECT 1 FROM requests WHERE sample_id = ? AND model = ? AND lang = ? AND kind = 'repair' AND inputs = ?"
        " AND state NOT IN (?, ?) LIMIT 1"
    )
    return bool(ledger.read(query, (sample_id, settings.model, settings.lang, base, *open_states)))


def _follow_up(
    ledger: Ledger, settings: RequestSettings, sample: Sample, motion: Motion, base: str, text: str
) -> Work | None:
    spec = build_spec(sample, motion, settings)
    answers = [past.raw for past in past_attempts(ledger, base) if past.state == "answered" and past.raw is not None]
    # A draft of other settings, or one whose answer is gone, has no conversation to go on with.
    if spec.key != base or not answers or not text:
        return None
    spec = asked_to_repair(spec, reply_reader(spec.provider)(answers[-1]).text, text)
    return Work(sample, motion, spec, spec.key, base, base=base)
