"""The grid that suggests how grave a risk is. A person confirms, or says why it is different. Pure.

The ICO's template fixes no formula; "high" is a high chance of some harm, or a lower chance of serious harm.
"""

from __future__ import annotations

from .words import Level, Likelihood, Severity

LOW, MEDIUM, HIGH = Level.LOW, Level.MEDIUM, Level.HIGH
SUGGESTED: dict[tuple[Severity, Likelihood], Level] = {
    (Severity.SEVERE, Likelihood.REMOTE): MEDIUM,
    (Severity.SEVERE, Likelihood.POSSIBLE): HIGH,
    (Severity.SEVERE, Likelihood.PROBABLE): HIGH,
    (Severity.SIGNIFICANT, Likelihood.REMOTE): LOW,
    (Severity.SIGNIFICANT, Likelihood.POSSIBLE): MEDIUM,
    (Severity.SIGNIFICANT, Likelihood.PROBABLE): HIGH,
    (Severity.MINIMAL, Likelihood.REMOTE): LOW,
    (Severity.MINIMAL, Likelihood.POSSIBLE): LOW,
    (Severity.MINIMAL, Likelihood.PROBABLE): MEDIUM,
}
SEVEREST_FIRST = (Severity.SEVERE, Severity.SIGNIFICANT, Severity.MINIMAL)


def suggest(severity: str, likelihood: str) -> Level:
    return SUGGESTED[Severity(severity), Likelihood(likelihood)]


def departs(severity: str, likelihood: str, level: str) -> bool:
    """Whether a confirmed level is not the one suggested, so that a reason is wanted."""
    return bool(severity and likelihood and level) and suggest(severity, likelihood) != level
