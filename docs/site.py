"""What `make docs` adds to the pages of docs/: files from elsewhere in the repository, and plots of RESULTS.md.

A hook of MkDocs (https://www.mkdocs.org/user-guide/configuration/#hooks). Pages keep the links that work in the
repository; here they are turned to where the file stands in the site.
"""

import posixpath
import re
from html import escape
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
# Where a page stands in the repository, by its place in the site; pages of docs/ stand there as they are.
ELSEWHERE = {
    "index.md": "README.md",
    "index.zh.md": "README.zh.md",
    "contributing.md": "CONTRIBUTING.md",
    "changelog.md": "CHANGELOG.md",
    "benchmarks.md": "benchmarks/RESULTS.md",
    "guides/annotators_en.md": "annotation_guides/annotators_en.md",
    "guides/annotators_zh.md": "annotation_guides/annotators_zh.md",
    "guides/guide_en.md": "annotation_guides/guide_en.md",
    "guides/guide_zh.md": "annotation_guides/guide_zh.md",
}
_PLACES = {source: place for place, source in ELSEWHERE.items()}
_LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[\w-]*)?\)")
_TABLE = re.compile(r"(?:^\|.*\|\n)+", re.MULTILINE)
_SHARE = re.compile(r"(\d+(?:\.\d+)?) ?%")
_ROW, _NAME, _BAR = 22, 170, 420


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages from elsewhere."""
    for place, source in ELSEWHERE.items():
        path = ROOT / source
        if path.exists():
            files.append(File.generated(config, place, content=path.read_text(encoding="utf-8")))
    return files


def on_page_markdown(text: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turns links to where their file stands in the site, names files that are not in it, and draws the results."""
    place = page.file.src_uri
    folder = posixpath.dirname(ELSEWHERE.get(place, f"docs/{place}"))

    def turned(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[2]))
        inside = target.removeprefix("docs/") if target.startswith("docs/") else _PLACES.get(target)
        if inside is None or not (inside in files.src_uris or inside in _PLACES.values()):
            return f"{link[1]} (`{target}`)" if target not in link[1] else f"`{target}`"
        return f"[{link[1]}]({posixpath.relpath(inside, posixpath.dirname(place) or '.')}{link[3] or ''})"

    text = _LINK.sub(turned, text)
    return _TABLE.sub(lambda table: table[0] + _plots(table[0]), text) if place == "benchmarks.md" else text


def _plots(table: str) -> str:
    """A bar chart for each column of shares in a table; its numbers stand in the table."""
    head, _, *rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()]
    charts = []
    for column, title in enumerate(head[1:], 1):
        shares = [(row[0], _SHARE.search(row[column]) if column < len(row) else None) for row in rows]
        found = [(name, float(share[1])) for name, share in shares if share]
        if len(found) >= 3:
            charts.append(_chart(title, found))
    return f'\n<details class="plots"><summary>Plots</summary>\n{"".join(charts)}</details>\n\n' if charts else ""


def _chart(title: str, shares: list[tuple[str, float]]) -> str:
    height = _ROW * len(shares) + 8
    bars = []
    for row, (name, share) in enumerate(shares):
        y = 4 + row * _ROW
        bars.append(
            f'<text x="{_NAME - 8}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_NAME}" y="{y + 3}" width="{_BAR * min(share, 100) / 100:.1f}" height="{_ROW - 6}"/>'
            f'<text x="{_NAME + _BAR * min(share, 100) / 100 + 6:.1f}" y="{y + 15}">{share:g} %</text>'
        )
    label = escape(title)
    return (
        f'<figure><figcaption>{label}</figcaption><svg viewBox="0 0 {_NAME + _BAR + 60} {height}" role="img"'
        f' aria-label="{label}" font-size="13" fill="currentColor">{"".join(bars)}</svg></figure>\n'
    )
