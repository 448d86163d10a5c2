"""Reference values of effects and conversions that have no counterpart here, each with the reason.

Pooling has its own list, in not_compared_pooling.py.
"""

from __future__ import annotations

# Keys of `escalc`, in whichever case they occur.
ESCALC: dict[str, str] = {
    "PHI": "phi coefficients are not a measure of two-minute summaries: no risk can be read from them",
    "OR2DL": "an odds ratio is re-expressed as an SMD after pooling, not study by study",
    "SMD1": "Glass' delta: RevMan and Core GRADE standardise by the pooled standard deviation",
    "D2ORL": "an SMD is re-expressed as an odds ratio after pooling, not study by study",
    "VR": "the ratio of variabilities is not an effect of an intervention on an outcome",
    "SMCRH": "the heteroscedastic variance of SMCR; the homoscedastic SMCR is offered",
    "ROMC": "the ratio of means before and after in one group; the ratio of means of two groups is offered",
    "UCOR": "the unbiased correlation; COR and ZCOR are offered",
    "IR_arm1": "the rate of a single group; rates are offered for two groups",
    "IRLN_arm1": "the log rate of a single group; rates are offered for two groups",
    "IRS_arm1": "the square-root rate of a single group; rates are offered for two groups",
    "IRFT_arm1": "the Freeman-Tukey rate of a single group; rates are offered for two groups",
}

# Effect sizes of single studies by the package meta (`meta_pkg`, `SMD`, keys `study_*`).
META_STUDIES: dict[str, str] = {
    "study_Cohen_exact": "Cohen's d without the small-sample correction is not offered",
    "study_Cohen_approx": "Cohen's d without the small-sample correction is not offered",
    "study_Glass_exact": "Glass' delta is not offered",
    "study_Glass_approx": "Glass' delta is not offered",
}

# Entries of conversions.json that are compared in another test file, by name.
CONVERSIONS_ELSEWHERE: dict[str, str] = {
    "absolute_from_rr": "tests/statistics/test_absolute.py",
    "absolute_from_or": "tests/statistics/test_absolute.py",
    "absolute_from_hr": "tests/statistics/test_absolute.py",
    "smd_reexpress": "tests/statistics/test_absolute.py",
    "ois_binary": "tests/statistics/test_absolute.py",
}
