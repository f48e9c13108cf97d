"""The places that a text says move, with all that it says of their directions: what the rewards of motion count."""

from functools import lru_cache

from meu_data.language.reader import read
from meu_data.language.reading import CONTRADICTION, directions

# One place that a text says moves: the regions that its words may mean (one, when they are exact), each with the
# directions said of it.
Place = tuple[tuple[str, frozenset[str]], ...]

__all__ = ["CONTRADICTION", "Place", "places_told"]


def forget() -> None:
    """Drops what is kept so that several rewards of one completion read it once."""
    places_told.cache_clear()


@lru_cache(maxsize=2048)
def places_told(text: str) -> tuple[Place, ...]:
    """The places that a text says move, each once.

    A place counts when a direction or a colour of the map is said of it; what is denied, supposed or said of an action
    unit in general is passed over. A colour stands for its direction on the map.

    Args:
        text: A reasoning text, in English, Chinese or both.

    Returns:
        The places, exact ones first. Never raises.
    """
    told: dict[tuple[str, ...], list[set[str]]] = {}
    for statement in read(text).statements:
        ways: dict[tuple[str, ...], int] = {}
        for said in statement.motions:
            if not said.moves or not said.real or said.described or not (said.ways or said.colours):
                continue
            for regions in said.places:
                if regions not in told:
                    told[regions] = [set() for _ in regions]
                ways[regions] = ways.get(regions, 0) | said.ways
                if said.colours:
                    for found in told[regions]:
                        found.update(said.colours)
        for regions, bits in ways.items():
            for found, region in zip(told[regions], regions, strict=True):
                found.update(directions(region, bits))
    places = [
        tuple((name, frozenset(ways)) for name, ways in zip(names, found, strict=True)) for names, found in told.items()
    ]
    return tuple(sorted(places, key=len))
