"""Makes the screenshots of the docs from those that the browser test left: `python -m tests.review.write_screens`."""

import numpy as np
from PIL import Image

from tests.review.test_browser import LANGUAGES, SCREENS, SIZES
from tests.write_pictures import FOLDER

# Above it are the server's menu and the name of the test's project.
_TOP = 48
# 64 steps a channel: a third smaller, and the legend keeps its colours, which a palette would mix up.
_STEP = 4


def main() -> None:
    """Writes `proofread_en.png` and `proofread_zh.png`."""
    width, height = SIZES[0]
    for lang in LANGUAGES:
        with Image.open(SCREENS / f"proofread_{lang}_{width}x{height}.png") as shot:
            pixels = np.asarray(shot.convert("RGB"))[_TOP:].astype(int)
        steps = np.clip((pixels + _STEP // 2) // _STEP * _STEP, 0, 255).astype(np.uint8)
        Image.fromarray(steps).save(FOLDER / f"proofread_{lang}.png", optimize=True)


if __name__ == "__main__":
    main()
