"""meu-data: from licensed micro-expression corpora to instruction sets that explain a face.

What the command line calls, a program or a notebook can import; nothing heavy is loaded before it is used:

    import meu_data

    with meu_data.Workspace.open("my-workspace", create=True) as workspace:
        meu_data.extract(workspace, corpus="dfme", annotations="train.xlsx", frames="train_data")
        meu_data.render(workspace)
        meu_data.draft(workspace)
        meu_data.export(workspace, "out", source="drafts")
        regions = meu_data.tables.regions(workspace)

`evaluate`, `export`, `hydrate` and `report` are functions here and also the names of packages. Importing a package
binds its name in its parent, which would replace the function at some moment that depends on who imported what before.
So these packages, which are empty until they are used, are imported below, before anything else can, and their bindings
are removed: from then on `meu_data.export` is the function in every order of imports, and `from meu_data.export.stage
import ...` finds the package as ever. Only `import meu_data.export.stage` followed by the dotted name does not work;
use `from`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

from meu_data.lazy import lazy

if TYPE_CHECKING:
    # In this form: mypy looks for the names of `from meu_data import ...` here, not for modules.
    import meu_data.motion as motion  # noqa: PLR0402
    import meu_data.rewards as rewards  # noqa: PLR0402
    import meu_data.tables as tables  # noqa: PLR0402
    from meu_data.checking.stage import check
    from meu_data.corpora.extract import extract
    from meu_data.drafting.run import draft
    from meu_data.evaluate.comparison import scores
    from meu_data.evaluate.predicting.stage import predict
    from meu_data.evaluate.stage import evaluate
    from meu_data.export.stage import export
    from meu_data.grounding.verify import verify
    from meu_data.hydrate.stage import hydrate
    from meu_data.motion.map_files import map_pair
    from meu_data.motion.render import render
    from meu_data.report.show import show
    from meu_data.report.stage import report
    from meu_data.review.pull import pull
    from meu_data.review.push import push
    from meu_data.spotting.stage import spot
    from meu_data.store.workspace import Workspace
else:
    for _package in ("evaluate", "export", "hydrate", "report"):
        import_module(f"meu_data.{_package}")
        del globals()[_package]
    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Workspace": "meu_data.store.workspace:Workspace",
            "check": "meu_data.checking.stage:check",
            "draft": "meu_data.drafting.run:draft",
            "evaluate": "meu_data.evaluate.stage:evaluate",
            "export": "meu_data.export.stage:export",
            "extract": "meu_data.corpora.extract:extract",
            "hydrate": "meu_data.hydrate.stage:hydrate",
            "map_pair": "meu_data.motion.map_files:map_pair",
            "motion": "meu_data.motion",
            "predict": "meu_data.evaluate.predicting.stage:predict",
            "pull": "meu_data.review.pull:pull",
            "push": "meu_data.review.push:push",
            "render": "meu_data.motion.render:render",
            "report": "meu_data.report.stage:report",
            "rewards": "meu_data.rewards",
            "scores": "meu_data.evaluate.comparison:scores",
            "show": "meu_data.report.show:show",
            "spot": "meu_data.spotting.stage:spot",
            "tables": "meu_data.tables",
            "verify": "meu_data.grounding.verify:verify",
        },
    )

__all__ = [
    "Workspace",
    "check",
    "draft",
    "evaluate",
    "export",
    "extract",
    "hydrate",
    "map_pair",
    "motion",
    "predict",
    "pull",
    "push",
    "render",
    "report",
    "rewards",
    "scores",
    "show",
    "spot",
    "tables",
    "verify",
]
