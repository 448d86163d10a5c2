"""From what papers print to what a meta-analysis needs.

Every conversion returns its numbers with a ``note``: in plain words what was converted and how, for the page. A
conversion that its input does not allow raises ValueError, whose message is a reason in plain words as well.

"Handbook" in this package is the Cochrane Handbook for Systematic Reviews of Interventions, version 6.

spread      standard deviations from standard errors, intervals, t, p; of changes; correlations
quantiles   mean and standard deviation from a median with quartiles or range
estimates   an effect and its standard error from an interval, p or test statistic
tables      two-by-two tables from an odds ratio, a risk ratio or phi, and the margins
arms        groups combined, a shared control group split
designs     crossover and cluster trials
"""
