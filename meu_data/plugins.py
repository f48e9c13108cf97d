"""What can be added from outside: providers, corpora, formats, reward sets and check rules, by name.

What is built in and what other packages offer as entry points is listed alike. Names cost no import; an object is
imported when it is asked for. CONTRIBUTING.md has an example of each kind.
"""

import importlib
import importlib.metadata
from functools import cache
from typing import Literal, NamedTuple, TypeVar

from meu_data.errors import MeuError, meant

PluginKind = Literal["providers", "corpora", "formats", "rewards", "check_rules"]
T = TypeVar("T")

KINDS: dict[PluginKind, str] = {
    "providers": "provider",
    "corpora": "corpus",
    "formats": "format",
    "rewards": "reward set",
    "check_rules": "check rule",
}
# What an object of each kind is an instance of; the class says what it holds.
CONTRACTS: dict[PluginKind, str] = {
    "providers": "meu_data.drafting.providers.base:Provider",
    "corpora": "meu_data.corpora.corpus:Corpus",
    "formats": "meu_data.export.formats.format:Format",
    "rewards": "meu_data.rewards.sets:RewardSet",
    "check_rules": "meu_data.checking.rules.row_rule:CheckRule",
}
# Each name is an attribute of a module: what is added to the package is added here.
_BUILT_IN: dict[PluginKind, dict[str, str]] = {
    "providers": {
        "gemini": "meu_data.drafting.providers.gemini:PROVIDER",
        "openai": "meu_data.drafting.providers.openai:PROVIDER",
    },
    "corpora": {
        "dfme": "meu_data.corpora.dfme:CORPUS",
        "casme": "meu_data.corpora.casme:CORPUS",
        "casme2": "meu_data.corpora.casme2:CORPUS",
        "casmesq": "meu_data.corpora.casmesq:CORPUS",
        "casme3": "meu_data.corpora.casme3:CORPUS",
        "casme3c": "meu_data.corpora.casme3c:CORPUS",
        "samm": "meu_data.corpora.samm:CORPUS",
        "sammlv": "meu_data.corpora.sammlv:CORPUS",
        "smic": "meu_data.corpora.smic:CORPUS",
        "mmew": "meu_data.corpora.mmew:CORPUS",
        "4dme": "meu_data.corpora.four_dme:CORPUS",
        "table": "meu_data.corpora.table:CORPUS",
    },
    "formats": {
        "hf": "meu_data.export.formats.hf:FORMAT",
        "trl": "meu_data.export.formats.trl:FORMAT",
        "llamafactory": "meu_data.export.formats.llamafactory:FORMAT",
        "ms-swift": "meu_data.export.formats.ms_swift:FORMAT",
        "verl": "meu_data.export.formats.verl:FORMAT",
        "easyr1": "meu_data.export.formats.easyr1:FORMAT",
        "qwen-vl": "meu_data.export.formats.qwen_vl:FORMAT",
        "megc": "meu_data.export.formats.megc:FORMAT",
        "unifer-json": "meu_data.export.formats.unifer_json:FORMAT",
        "webdataset": "meu_data.export.formats.webdataset:FORMAT",
    },
    "rewards": {
        "facial-r1": "meu_data.rewards.sets:FACIAL_R1",
        "ours": "meu_data.rewards.sets:OURS",
        "unifer": "meu_data.rewards.sets:UNIFER",
    },
    "check_rules": {
        "tags": "meu_data.checking.rules.texts:TAGS",
        "format": "meu_data.checking.rules.texts:FORMAT",
        "label": "meu_data.checking.rules.texts:LABEL",
        "aus": "meu_data.checking.rules.texts:AUS",
        "agreement": "meu_data.checking.rules.texts:AGREEMENT",
        "tools": "meu_data.checking.rules.texts:TOOLS",
        "preference": "meu_data.checking.rules.texts:PREFERENCE",
    },
}
_GUIDE = "CONTRIBUTING.md shows how it is done"


class Offer(NamedTuple):
    """One thing by its name, and the package that offers it; None for what is built in."""

    kind: PluginKind
    name: str
    target: str
    package: str | None

    def __str__(self) -> str:
        """The name, and the package where it is not ours."""
        return self.name if self.package is None else f"{self.name} (from {self.package})"


@cache
def offers(kind: PluginKind) -> tuple[Offer, ...]:
    """All of a kind: the built-in ones in their order, then the installed ones by name. Imports none, never raises."""
    built_in = [Offer(kind, name, target, None) for name, target in _BUILT_IN[kind].items()]
    points = importlib.metadata.entry_points(group=f"meu_data.{kind}")
    installed = [Offer(kind, point.name, point.value, point.dist.name if point.dist else "?") for point in points]
    return (*built_in, *sorted(installed))


@cache
def names(kind: PluginKind) -> tuple[str, ...]:
    """The names of a kind, each once."""
    return tuple(dict.fromkeys(offer.name for offer in offers(kind)))


def load(kind: PluginKind, name: str, contract: type[T]) -> T:
    """Imports one thing.

    Raises:
        MeuError: There is none of this name, or two, or it fails when imported, or it is something else; the message
            names the package at fault.
    """
    offer, found = _imported(kind, name)
    if not isinstance(found, contract):
        wanted = f"{contract.__module__}.{contract.__qualname__}"
        raise MeuError(f"{_at_fault(offer)}: {offer.target} is no {wanted}; {_GUIDE}")
    return found


def load_all(kind: PluginKind, contract: type[T]) -> dict[str, T]:
    """Imports all of a kind, by name.

    Raises:
        MeuError: As `load`.
    """
    return {name: load(kind, name, contract) for name in names(kind)}


def prove(offer: Offer) -> None:
    """Imports what a package offers, and compares it with its contract.

    Raises:
        MeuError: As `load`.
    """
    module, _, attribute = CONTRACTS[offer.kind].partition(":")
    load(offer.kind, offer.name, getattr(importlib.import_module(module), attribute))


def package_at_fault(error: BaseException) -> str | None:
    """The plug-in package in whose code an error arose; None where it was in ours."""
    owners = {
        offer.target.partition(":")[0].partition(".")[0]: offer.package for kind in KINDS for offer in offers(kind)
    }
    trace, owner = error.__traceback__, None
    while trace is not None:
        owner = owners.get(trace.tb_frame.f_globals.get("__name__", "").partition(".")[0], owner)
        trace = trace.tb_next
    return owner


@cache
def _imported(kind: PluginKind, name: str) -> tuple[Offer, object]:
    named = [offer for offer in offers(kind) if offer.name == name]
    if not named:
        listed = ", ".join(sorted(map(str, offers(kind))))
        near = meant(name, (offer.name for offer in offers(kind)))
        raise MeuError(f"there is no {KINDS[kind]} {name!r}; choose from: {listed}{near}")
    if len(named) > 1:
        owners = " and ".join(offer.package or "meu-data" for offer in named)
        raise MeuError(f"the {KINDS[kind]} {name!r} is offered by {owners}; uninstall one, or rename it there")
    (offer,) = named
    try:
        return offer, importlib.metadata.EntryPoint(name, offer.target, f"meu_data.{kind}").load()
    except Exception as error:
        if offer.package is None:
            raise
        reason = f"{type(error).__name__}: {error}"
        raise MeuError(f"{_at_fault(offer)} ({reason}); repair that package or uninstall it") from error


def _at_fault(offer: Offer) -> str:
    return f"{offer.package}: its {KINDS[offer.kind]} {offer.name!r} cannot be used"
