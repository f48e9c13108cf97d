"""Check: an export is read again and verified, ours or anyone's in the same formats."""

from meu_data.checking.findings import Finding, Rule
from meu_data.checking.stage import CheckSummary, check

__all__ = ["CheckSummary", "Finding", "Rule", "check"]
