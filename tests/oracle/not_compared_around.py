"""Reference values around the pool that have no counterpart here, each with the reason.

Keys are patterns (fnmatch) of paths: case/analysis/block/.../position. Effects, conversions and pooling have lists of
their own.
"""

from __future__ import annotations

NOT_COMPARED: dict[str, str] = {
    # What describes the reference computation rather than its result.
    "*/metareg/*/X/*": "input: the design matrix",
    "*/metareg/*/names/*": "input: the names of the columns",
    "*/metareg/*/rows/*": "input: the rows used",
    "*/subgroup/mixed_common_tau2/X/*": "input: the design matrix",
    "*/subgroup/mixed_common_tau2/names/*": "input: the names of the columns",
    "*/subgroup/levels/*": "input: the names of the groups",
    "*/subgroup/group/*": "input: the group of each study",
    "*/sensitivity/cumul/order/*": "input: the order of the studies",
    "*/metareg/*/permutation_exact_DL/n": "undefined in the reference: the test is exact",
    "*/bias/*/warnings/*": "a warning of the reference computation",
    "*/bias/rma*_vi/error": "metafor takes small variances for collinear with the intercept; here there is a result",
    "*/multilevel/model": "a description of the model",
    "*/multilevel/outer": "input: the column of the clusters",
    "*/multilevel/tolerance": "the tolerance used by the reference",
    "*/influence/*/dfbs_tail/*": "study numbers and digits that were flattened into the list after the values",
    # One study: here undefined with a note, in metafor 0 (or 1) by convention.
    "*/sensitivity/cumul/*/tau2/0": "one study: undefined here, 0 in metafor",
    "*/sensitivity/cumul/*/I2/0": "one study: undefined here, 0 in metafor",
    "*/sensitivity/cumul/*/H2/0": "one study: undefined here, 1 in metafor",
    "*/sensitivity/cumul/*/Q/0": "one study: undefined here, 0 in metafor",
    "*/sensitivity/cumul/*/Qp/0": "one study: undefined here, 1 in metafor",
    "edge_k2*/sensitivity/leave1out/*/tau2/*": "one study is left: undefined here, 0 in metafor",
    "edge_k2*/sensitivity/leave1out/*/I2/*": "one study is left: undefined here, 0 in metafor",
    "edge_k2*/sensitivity/leave1out/*/H2/*": "one study is left: undefined here, 1 in metafor",
    "edge_k2*/sensitivity/leave1out/*/Q/*": "one study is left: undefined here, 0 in metafor",
    "edge_k2*/sensitivity/leave1out/*/Qp/*": "one study is left: undefined here, 1 in metafor",
    "hart1999/IRR/subgroup/*/within/secondary/tau2": "one study: undefined here, 0 in metafor",
    "hart1999/IRR/subgroup/*/within/secondary/I2": "one study: undefined here, 0 in metafor",
    "hart1999/IRR/subgroup/*/within/secondary/Q": "one study: undefined here, 0 in metafor",
    "hart1999/IRR/subgroup/*/within/secondary/Qp": "one study: undefined here, 1 in metafor",
    # Equal estimates: rounding decides in metafor.
    "edge_identical/GEN/trimfill/*": "equal estimates: 3 studies are missing by rounding error in metafor, none here",
    "edge_identical/GEN/sensitivity/leave1out/REML_knha/se/*": "equal estimates: no width in metafor, factor 1 here",
    "edge_identical/GEN/sensitivity/leave1out/REML_knha/stat/*": "equal estimates: infinite in metafor",
    "edge_identical/GEN/sensitivity/leave1out/REML_knha/p/*": "equal estimates: 0 in metafor",
    "edge_identical/GEN/sensitivity/leave1out/REML_knha/lb/*": "equal estimates: no width in metafor, factor 1 here",
    "edge_identical/GEN/sensitivity/leave1out/REML_knha/ub/*": "equal estimates: no width in metafor, factor 1 here",
    "edge_fisher/GEN/sensitivity/influence/REML/dfbs/8": "metafor's Fisher scoring fails without this study",
    "edge_fisher/GEN/sensitivity/influence/REML/flagged/8": "metafor's Fisher scoring fails without this study",
    # Sizes of the studies are not among the data of the reference file.
    "raudenbush1985/GEN/bias/*ninv/*": "the file has no sample sizes for this case",
    # Not offered.
    "*/selmodel/*": "no selection model: with few studies its weights rest on assumptions that the data cannot check",
    # What meta does otherwise.
    "*/RR/bias_Harbord/*": "meta takes both arms as equally large in the variance of the score for risk ratios",
    "*/bias_Begg/*": "meta uses the normal approximation, the exact distribution of Kendall is used here",
}
