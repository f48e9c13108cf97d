"""Onset and apex found in the frames, where the sheet has none or a doubtful one."""
