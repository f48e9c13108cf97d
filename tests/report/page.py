"""Reads a report as a reader of the page would: its tables by caption, its cards by id."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """`tables`: rows of words by caption. `cards`: their text, and what they are filtered by, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.cards: dict[str, dict[str, str]] = {}
        self.loads: list[str] = []
        self._caption = self._words = ""
        self._keys: dict[str, str] = {}
        self._card: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = {key: value or "" for key, value in attrs}
        self.loads += [found[key] for key in ("src", "href", "srcset", "data", "action") if key in found]
        if tag == "section":
            self.sections.append(found["id"])
        if tag == "article":
            self._keys = {key[5:]: value for key, value in found.items() if key.startswith("data-")}
            self._card = []
        if tag in ("figcaption", "td", "th", "h3"):
            self._words = ""
        if tag == "tr" and not self._keys:
            self.tables.setdefault(self._caption, []).append([])

    def handle_endtag(self, tag):
        said = " ".join(self._words.split())
        if tag == "figcaption":
            self._caption = said
        if tag in ("td", "th") and not self._keys:
            self.tables[self._caption][-1].append(said)
        if tag == "h3":
            self.cards[said] = self._keys
            self._name = said
        if tag == "article":
            self.cards[self._name] = {**self._keys, "said": " ".join(" ".join(self._card).split())}
            self._keys = {}

    def handle_data(self, data):
        self._words += data
        self._card.append(data)

    def rows(self, caption: str) -> dict[str, list[str]]:
        """The rows of a table by their first cell."""
        return {row[0]: row[1:] for row in self.tables[caption][1:]}
