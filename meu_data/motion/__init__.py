"""From a pair of frames to its motion: landmarks, TV-L1 flow, head motion, colour map, region motion."""

from meu_data.motion.colour_map import mmc_map
from meu_data.motion.flow import tvl1
from meu_data.motion.head_motion import subtract_head_motion
from meu_data.motion.region_motion import region_motion

__all__ = ["mmc_map", "region_motion", "subtract_head_motion", "tvl1"]
