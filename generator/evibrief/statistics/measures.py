"""The effect measures, and the scale on which each is pooled.

Group 1 is the intervention. The *analysis scale* is the one on which estimates are pooled (the logarithm for
ratios); the *natural scale* is the one that people read.
"""

from __future__ import annotations

from enum import StrEnum


class Scale(StrEnum):
    """How a value on the analysis scale relates to the natural scale."""

    IDENTITY = "identity"
    LOG = "log"
    LOGIT = "logit"
    FISHER_Z = "fisher-z"
    ARCSINE = "arcsine"  # of the square root of a proportion
    FREEMAN_TUKEY = "freeman-tukey"  # double arcsine; needs a sample size to go back


class Measure(StrEnum):
    """An effect measure, by the field's usual abbreviation."""

    RR = "RR"
    OR = "OR"
    RD = "RD"
    PETO = "PETO"
    AS = "AS"
    MD = "MD"
    SMD = "SMD"
    SMDH = "SMDH"
    ROM = "ROM"
    SMCC = "SMCC"
    SMCR = "SMCR"
    MC = "MC"
    IRR = "IRR"
    IRD = "IRD"
    IRSD = "IRSD"
    HR = "HR"
    PR = "PR"
    PLO = "PLO"
    PLN = "PLN"
    PAS = "PAS"
    PFT = "PFT"
    COR = "COR"
    ZCOR = "ZCOR"
    GEN = "GEN"

    @property
    def scale(self) -> Scale:
        """The relation of the analysis scale to the natural scale."""
        return _SCALES.get(self, Scale.IDENTITY)

    @property
    def is_ratio(self) -> bool:
        """Whether the measure compares two groups by a ratio, so that 1 means no difference."""
        return self in _RATIOS

    @property
    def is_single_group(self) -> bool:
        """Whether the measure describes one group, so that no value means "no effect"."""
        return self in _SINGLE_GROUP

    @property
    def null(self) -> float | None:
        """The natural-scale value of no difference: 1 for ratios, 0 for differences, none for one group."""
        if self.is_single_group:
            return None
        return 1.0 if self.is_ratio else 0.0


_RATIOS = frozenset({Measure.RR, Measure.OR, Measure.PETO, Measure.ROM, Measure.IRR, Measure.HR})
_SINGLE_GROUP = frozenset({Measure.PR, Measure.PLO, Measure.PLN, Measure.PAS, Measure.PFT})
_SCALES = {
    **dict.fromkeys(_RATIOS, Scale.LOG),
    Measure.PLN: Scale.LOG,
    Measure.PLO: Scale.LOGIT,
    Measure.PAS: Scale.ARCSINE,
    Measure.PFT: Scale.FREEMAN_TUKEY,
    Measure.ZCOR: Scale.FISHER_Z,
}
