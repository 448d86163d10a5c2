"""Evibrief: YAML study records in, two-minute plain-language evidence summaries out.

The pipeline, one package after the other, with no way back:

    YAML -> records -> synthesis (by statistics) -> appraisal -> (checks, figures) -> pages -> publishing
"""

__version__ = "0.1.0"
