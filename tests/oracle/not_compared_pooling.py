"""Reference values of pooling that are not compared in the pooling tests, each with the reason or the place.

Keys are shell patterns over paths such as ``bcg/RR/fits/REML/tests/z/s2w``.
"""

from __future__ import annotations

_AROUND = "compared in test_around_*"
_PLAIN = "what plain metafor returns or warns of, with absolute tolerances; the exact value beside it is compared"
_ONE = "one study is not pooled: it has no heterogeneity, weights, prediction or t interval"
_TWO = "prediction needs at least three studies"
_COMMON = "a common effect leaves nothing to predict beyond itself"
_ZERO_WIDTH = "equal estimates give HKSJ no width; Evibrief sets its factor to 1 and says so"
_NO_CONTROLS = "no event in any control group: there is no ratio, and Evibrief raises NotEstimableError"
_HALF = "Mantel-Haenszel is corrected as RevMan does, by a half; other corrections are for inverse variance"
_FLAG = "an option of meta that is not offered"

NOT_COMPARED: dict[str, str] = {
    "*/bias": _AROUND,
    "*/trimfill": _AROUND,
    "*/sensitivity": _AROUND,
    "*/subgroup": _AROUND,
    "*/metareg": _AROUND,
    "*/selmodel": _AROUND,
    "*/multilevel": _AROUND,
    "*/mh/harbord_OR/*": _AROUND,
    "*/mh/peters_OR/*": _AROUND,
    "*/meta_pkg/*/bias_*": _AROUND,
    "*/backtransform_REML_z": "back-transformation is compared with the scales of measures, not with pooling",
    "*/meta_pkg/PFT/PFT_backtransf*": "back-transformation is compared with the scales of measures, not with pooling",
    "*/fits/HSk/*": "a variant of HS that is not offered",
    "*/fits/PMM/*": "a variant of PM that is not offered",
    "*/fits/*/se_tau2": "the uncertainty of tau2 is shown by its Q-profile interval",
    "*/fits/*/ll": "likelihoods are compared inside the estimator and not reported",
    "*/fits/*/default_*": _PLAIN,
    "*/fits/*/warnings": _PLAIN,
    "*/mh/*/warnings": _PLAIN,
    "*/tests/*/s2w": "the factor of HKSJ is not reported; the standard error that carries it is compared",
    "*/fits/CE/*/pi_km?": _COMMON,
    "edge_single_bin/*/het/*": _ONE,
    "edge_single_bin/*/fits/*": _ONE,
    "edge_single_bin/mh/*": _ONE,
    "edge_k2_bin/RR_drop00/*": _ONE,
    "edge_k2_bin/mh/*": _ONE,
    "edge_k2*/pi": _TWO,
    "edge_k2*/pi_km?": _TWO,
    "edge_identical/GEN/fits/*/tests/knha/*": _ZERO_WIDTH,
    "*/confint/method": "a label",
    "*/confint/lb_sign": "an empty interval is compared as ci_null",
    "*/confint/ub_sign": "an empty interval is compared as ci_null",
    "edge_zero_control/mh/RR/*": _NO_CONTROLS,
    "edge_zero_control/mh/OR/*": _NO_CONTROLS,
    "*/mh/*/k": "metafor counts studies without any event, which Evibrief lists as excluded; k_yi is compared",
    "*/mh/*/k_pos": "an intermediate count of metafor",
    "*/mh/OR/CMH*": "tests of association without an estimate are not offered",
    "*/mh/OR/tarone*": "heterogeneity is judged by Q",
    "*/glmm/*": "generalised linear mixed models are not offered; Mantel-Haenszel and Peto serve rare events",
    "*/meta_pkg/*/REML_KR/*": _FLAG,
    "*/meta_pkg/*/REML_HK_IQWiG6/*": _FLAG,
    "*/meta_pkg/*/MH_DL_incrTACC/*": _HALF,
    "*/meta_pkg/*/TACC_*": "compared with the effects",
    "*/meta_pkg/RR/MH_DL_RRCochraneFALSE/*": _HALF,
    "*/meta_pkg/*/I2_?b": "the interval of I2 is the Q-profile interval, compared as confint",
    "*/meta_pkg/*/study_*": "compared with the effects",
    "*/meta_pkg/*/p_random": "meta tests no hypothesis about a single group",
    "*/meta_pkg/*/REML_HK_ci/pi_?b": "where the guard acts, meta predicts with the standard error that it has rejected",
    "*/meta_pkg/RD/MH_DL_incr0.5/*": "a corrected risk difference; Evibrief keeps the uncorrected one, as RevMan does",
    "*/meta_pkg/RD/MH_*/se_common": "the variance of the risk difference is that of Sato 1989, as in metafor",
    "hart1999/meta_pkg/IR?/MH/*": "the random-effects part of meta's Mantel-Haenszel for rates is not offered",
    "edge_zero_control/meta_pkg/OR/MH_DL_exact/*": _NO_CONTROLS,
}
