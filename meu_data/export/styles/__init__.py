"""The styles by name: what a row says. One module each; `meu` holds MELLM's two tasks and their mixture."""

from collections.abc import Iterator
from dataclasses import replace

from meu_data.choices import Words
from meu_data.errors import MeuError
from meu_data.export.samples.truth import SampleTruth
from meu_data.export.styles import actfer, actfer_rl, megc_vqa, mellm, mellm2, meu, preference, unifer_cot, unifer_rlvr
from meu_data.export.styles.row import ExportRow, Style
from meu_data.export.styles.zooms import read_zoom_mix

DEFAULT_MIX = 0.5

STYLES: dict[str, Style] = {
    style.name: style
    for style in (
        unifer_cot.STYLE,
        unifer_rlvr.STYLE,
        meu.MEU,
        meu.MER,
        meu.mixture(DEFAULT_MIX),
        mellm.STYLE,
        mellm2.STYLE,
        megc_vqa.STYLE,
        actfer.STYLE,
        actfer_rl.STYLE,
        preference.STYLE,
    )
}
# The same in the words of the papers' own files, where they have any.
WORDED: dict[tuple[str, Words], Style] = {
    (style.name, style.words): style
    for style in (unifer_cot.AUTHORS, unifer_rlvr.AUTHORS, mellm.AUTHORS, mellm2.AUTHORS, *megc_vqa.AUTHORS)
}


def choose_style(
    name: str,
    mix: float | None = None,
    *,
    zoom_mix: str | None = None,
    words: Words = "ours",
    prefix: str | None = None,
) -> Style:
    """The style of this name.

    Args:
        name: A key of `STYLES`.
        mix: For `meu+mer`, the share of samples that ask for an explanation.
        zoom_mix: For `actfer`, the shares that `read_zoom_mix` reads.
        words: Whose phrasing.
        prefix: What to put before the path of a picture, for `unifer-json`; UniFER's own words have `/`.

    Raises:
        MeuError: There is no such style, it is no mixture, or nobody else has words for it.
    """
    if name == "megc-lvqa":
        raise MeuError("megc-lvqa is no style of samples but of whole recordings: `meu-data megc-lvqa OUT` writes it")
    if name not in STYLES:
        raise MeuError(f"there is no style {name!r}; choose from: {', '.join(sorted(STYLES))}")
    if mix is not None and name != "meu+mer":
        raise MeuError(f"--mix goes with --style meu+mer; the style {name} is no mixture")
    if zoom_mix is not None and name != actfer.STYLE.name:
        raise MeuError(f"--zoom-mix goes with --style actfer; the style {name} has no conversations with zooms")
    if words != "ours" and (name, words) not in WORDED:
        known = ", ".join(["ours", *(word for style, word in WORDED if style == name)])
        others = [style for style, word in WORDED if word == words]
        advice = f"; --words {words} goes with --style {', '.join(others)}" if others else ""
        raise MeuError(f"--style {name} has no --words {words}; it has: {known}{advice}")
    style = STYLES[name] if words == "ours" else WORDED[name, words]
    if mix is not None:
        style = meu.mixture(mix)
    if zoom_mix is not None:
        style = actfer.mixture(read_zoom_mix(zoom_mix))
    return style if prefix is None else _prefixed(style, prefix)


def _prefixed(style: Style, prefix: str) -> Style:
    """The style with so much before the path of each row's picture."""

    def rows(truth: SampleTruth) -> Iterator[ExportRow]:
        return (replace(row, prefix=prefix) for row in style.rows(truth))

    return style._replace(rows=rows)
