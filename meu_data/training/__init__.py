"""Training with rewards and tools (extra `training`): docs/ucgrpo.md."""
