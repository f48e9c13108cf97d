"""From a pair of frames to its motion: landmarks, TV-L1 flow, head motion, colour map, region motion.

`measure` is the door. `tvl1`, `subtract_head_motion`, `mmc_map` and `region_motion` are its pieces, as recipe `mellm`
needs them. Nothing heavy is loaded before one of them is used.
"""

from typing import TYPE_CHECKING

from meu_data.lazy import lazy

if TYPE_CHECKING:
    from meu_data.motion.colour_map import mmc_map
    from meu_data.motion.flow import tvl1
    from meu_data.motion.head_motion import subtract_head_motion
    from meu_data.motion.neighbours import Beside
    from meu_data.motion.pair import Measurement, measure
    from meu_data.motion.regions import region_motion
else:
    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Beside": "meu_data.motion.neighbours:Beside",
            "Measurement": "meu_data.motion.pair:Measurement",
            "measure": "meu_data.motion.pair:measure",
            "mmc_map": "meu_data.motion.colour_map:mmc_map",
            "region_motion": "meu_data.motion.regions:region_motion",
            "subtract_head_motion": "meu_data.motion.head_motion:subtract_head_motion",
            "tvl1": "meu_data.motion.flow:tvl1",
        },
    )

__all__ = ["Beside", "Measurement", "measure", "mmc_map", "region_motion", "subtract_head_motion", "tvl1"]
