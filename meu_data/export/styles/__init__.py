"""The styles by name: what a row says. One module each; `meu` holds MELLM's two tasks and their mixture."""

from meu_data.errors import MeuError
from meu_data.export.styles import actfer, actfer_rl, megc_vqa, mellm2, meu, preference, unifer_cot, unifer_rlvr
from meu_data.export.styles.row import Style
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
        mellm2.STYLE,
        megc_vqa.STYLE,
        actfer.STYLE,
        actfer_rl.STYLE,
        preference.STYLE,
    )
}


def choose_style(name: str, mix: float | None = None, zoom_mix: str | None = None) -> Style:
    """The style of this name.

    `mix`: for `meu+mer`, the share of samples that ask for an explanation. `zoom_mix`: for `actfer`, the shares that
    `read_zoom_mix` reads.

    Raises:
        MeuError: There is no such style, or it is no mixture.
    """
    if name not in STYLES:
        raise MeuError(f"there is no style {name!r}; choose from: {', '.join(sorted(STYLES))}")
    if zoom_mix is not None:
        if name != actfer.STYLE.name:
            raise MeuError(f"--zoom-mix goes with --style actfer; the style {name} has no conversations with zooms")
        return actfer.mixture(read_zoom_mix(zoom_mix))
    if mix is None:
        return STYLES[name]
    if name != "meu+mer":
        raise MeuError(f"--mix goes with --style meu+mer; the style {name} is no mixture")
    return meu.mixture(mix)
