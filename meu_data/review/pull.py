"""The pull stage: what people have said on a server, kept in the ledger with all of its versions."""

from collections import Counter

from meu_data.choices import Language
from meu_data.errors import MeuError
from meu_data.progress import SILENT, Progress, note
from meu_data.records import Record
from meu_data.review.pull_run import PullRun
from meu_data.review.screen.labelling_config import answers as possible_answers
from meu_data.review.server.client import Server
from meu_data.review.server.connection import connect
from meu_data.review.server.project import default_title, find_project, user_names
from meu_data.review.verdicts.adjudication import Policy, adjudicate, check_expert
from meu_data.store.damage import on_a_sound_ledger
from meu_data.store.ledger import Ledger
from meu_data.store.projects import Project, known_projects
from meu_data.store.reviews import name_annotators, pseudonyms, reviews_by_sample
from meu_data.store.workspace import Workspace


class PolicyCount(Record):
    """What a policy makes of the reviews; kept + sent_back + the undecided = samples.

    `samples`: those with a review. `kept`: with a proof that counts. `sent_back`: rejected, or sent to an expert.
    `undecided`: how many have no outcome, by reason.
    """

    policy: str
    samples: int
    kept: int
    sent_back: int
    undecided: dict[str, int]


class PullSummary(Record):
    """What one run found; new + known + elsewhere = annotations.

    `projects`: titles of those pulled. `missing`: titles of those that are no longer on the server. `tasks`: tasks that
    changed since the last pull. `new`: versions that were not there yet. `known`: pulled before. `elsewhere`: of
    samples that this workspace does not have; not kept. `returned`: tasks that say on the screen what is wrong with an
    annotation. `skipped`, `faults`: among the new and known. `gone`:
    annotations found to be deleted on the server; kept as history. `foreign`: tasks that meu-data did not make.
    `uncounted`: tasks whose annotations Label Studio has not counted.
    `problems`: samples of this workspace with an annotation that breaks a rule, from this and earlier pulls.
    """

    projects: tuple[str, ...]
    missing: tuple[str, ...]
    tasks: int
    annotations: int
    new: int
    known: int
    elsewhere: int
    skipped: int
    faults: int
    gone: int
    foreign: int
    uncounted: int
    returned: int
    problems: int
    outcomes: PolicyCount | None


@on_a_sound_ledger
def pull(
    workspace: Workspace,
    server: Server | str | None = None,
    *,
    title: str | None = None,
    full: bool = False,
    join: bool = False,
    policy: Policy | None = None,
    progress: Progress = SILENT,
) -> PullSummary:
    """Brings every annotation that changed since the last pull into the ledger.

    Args:
        workspace: An open workspace.
        server: Where from: a team's Label Studio by its URL, see `connect`; the workspace's own when None.
        title: Just the project of this title; all that this workspace has worked with on this server when None.
        full: Look at every annotated task; this also finds annotations whose task was deleted.
        join: Also from a project that another workspace has made.
        policy: Also count what this makes of the reviews.
        progress: Told of every task.

    Raises:
        MeuError: There is no such project, it is another workspace's, or nobody has the policy's expert's name.
        ServerError: The server cannot be asked; what was stored is kept, and the next pull does the rest.
        LedgerError: The ledger cannot be written.
    """
    if not isinstance(server, Server):
        server = connect(workspace.root, server)
    ledger = workspace.ledger
    server.on_wait = lambda text: note(progress, text)
    projects, missing = _projects(server, ledger, title, workspace.settings.lang, join=join)
    run = PullRun(ledger, server, possible_answers(ledger), user_names(server))
    for project in projects:
        run.pull(project, full=full, progress=progress)
    with ledger.transaction():
        name_annotators(ledger)
    counts = run.counts
    return PullSummary(
        projects=tuple(project.title for project in projects),
        missing=missing,
        tasks=counts["tasks"],
        annotations=counts["new"] + counts["known"] + counts["elsewhere"],
        **{
            name: counts[name]
            for name in ("new", "known", "elsewhere", "skipped", "faults", "gone", "foreign", "uncounted", "returned")
        },
        problems=ledger.count_problems("pull"),
        outcomes=count_outcomes(ledger, policy) if policy else None,
    )


def count_outcomes(ledger: Ledger, policy: Policy) -> PolicyCount:
    """What a policy makes of the reviews in the ledger.

    Raises:
        MeuError: Nobody goes by the name of the policy's expert.
    """
    policy = check_expert(policy, pseudonyms(ledger))
    samples = kept = sent_back = 0
    undecided: Counter[str] = Counter()
    for _, reviews in reviews_by_sample(ledger):
        samples += 1
        outcome = adjudicate(reviews, policy)
        if outcome.reason is not None:
            undecided[outcome.reason] += 1
        elif outcome.kept:
            kept += 1
        else:
            sent_back += 1
    return PolicyCount(
        policy=str(policy), samples=samples, kept=kept, sent_back=sent_back, undecided=dict(sorted(undecided.items()))
    )


def _projects(
    server: Server, ledger: Ledger, title: str | None, lang: Language, *, join: bool
) -> tuple[list[Project], tuple[str, ...]]:
    """The projects to pull, and the titles of those that should be on this server and are not."""
    known = known_projects(ledger)
    titles = sorted({project.title for project in known}) or [default_title(ledger, lang)] if title is None else [title]
    found = {name: find_project(server, ledger, name, join=join) for name in titles}
    projects = [project for project in found.values() if project is not None]
    if not projects:
        names = ", ".join(map(repr, titles))
        raise MeuError(
            f"there is no project {names} of meu-data's on {server.url}: push first, or name it with --project"
        )
    here = {project.title for project in known if project.url == server.url and project.number}
    return projects, tuple(name for name, project in found.items() if project is None and name in here)
