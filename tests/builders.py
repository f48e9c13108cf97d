"""Records that several test packages need and none of them is about."""

from meu_data.records import Quality


def sound_quality() -> Quality:
    """The quality of a map that raises no flag."""
    return Quality(
        head_residual_px=0.05,
        coherence=0.9,
        inconsistency_px=0.05,
        light_change=0.0,
        sharpness=0.2,
        saturated=0.0,
        eye_distance_px=120.0,
    )
