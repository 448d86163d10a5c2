"""A standardised mean difference in words that people can use: odds, responders, ranks, points of a familiar scale.

All assume normal scores with one standard deviation in both groups. ``gain`` below is the SMD turned so that positive
means better: on a scale where lower is better its sign is changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from evibrief.statistics.absolute import NumberNeeded, number_needed
from evibrief.statistics.special import ndtr, ndtri

# The logistic distribution's standard deviation: ln OR = SMD * pi / sqrt(3) (Chinn 2000).
LOGISTIC_SD = math.pi / math.sqrt(3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A value with its interval; the interval is ``None`` where the SMD came without one."""

    estimate: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responders:
    """Who responds, as proportions, if a stated share of controls does; ``gain`` is intervention minus control."""

    control: float
    intervention: Translated
    gain: Translated
    number_needed: NumberNeeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Reexpressed:
    """One SMD in other terms. ``log_odds_ratio`` and the shares are of a *better* score; shares are proportions.

    ``familiar`` is in points of the named scale and keeps that scale's own direction.
    """

    smd: Translated
    log_odds_ratio: Translated
    superiority: Translated
    above_control_mean: Translated
    responders: Responders | None
    familiar: Translated | None


def reexpress_smd(
    smd: float,
    ci_low: float | None = None,
    ci_high: float | None = None,
    *,
    higher_is_better: bool = True,
    control_response: float | None = None,
    familiar_sd: float | None = None,
) -> Reexpressed:
    """Translate an SMD and its interval.

    ``control_response`` is the share of controls who respond, in (0, 1); ``familiar_sd`` the standard deviation
    between people on a scale that readers know, above 0. Without them the matching fields are ``None``.
    """
    _check(smd, ci_low, ci_high, control_response, familiar_sd)
    gain = Translated(estimate=smd, ci_low=ci_low, ci_high=ci_high)
    better = gain if higher_is_better else _turned(gain)
    return Reexpressed(
        smd=gain,
        log_odds_ratio=_mapped(better, _log_odds_ratio),
        superiority=_mapped(better, probability_of_superiority),
        above_control_mean=_mapped(better, cohens_u3),
        responders=None if control_response is None else responders(better, control_response),
        familiar=None if familiar_sd is None else _mapped(gain, lambda d: d * familiar_sd),
    )


def _log_odds_ratio(gain: float) -> float:
    return gain * LOGISTIC_SD


def odds_ratio(gain: float) -> float | None:
    """The odds ratio of a better score, exp(d * pi / sqrt(3)) (Chinn 2000); ``None`` where it overflows."""
    log = _log_odds_ratio(gain)
    return math.exp(log) if log < 709.0 else None


def probability_of_superiority(gain: float) -> float:
    """The chance that a random treated person scores better than a random control: Phi(d / sqrt(2))."""
    return float(ndtr(gain / math.sqrt(2.0)))


def cohens_u3(gain: float) -> float:
    """The share of treated people who score better than the average control: Phi(d)."""
    return float(ndtr(gain))


def responder_risk(gain: float, control_response: float) -> float:
    """The share of treated people who respond: Phi(d + Phi^-1(control share)) (Furukawa 2011, PLoS ONE 6:e19070)."""
    return float(ndtr(gain + ndtri(control_response)))


def logistic_responder_risk(gain: float, control_response: float) -> float:
    """The share of treated people who respond, by way of the odds ratio exp(d * pi / sqrt(3))."""
    logit = _log_odds_ratio(gain) + math.log(control_response) - math.log1p(-control_response)
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -709.0 else 0.0


def responders(gain: Translated, control_response: float) -> Responders:
    """Responders after Furukawa, their difference, and the number needed to treat for one more responder."""
    share = _mapped(gain, lambda d: responder_risk(d, control_response))
    more = _mapped(gain, lambda d: _responder_gain(d, control_response))
    return Responders(
        control=control_response,
        intervention=share,
        gain=more,
        number_needed=number_needed(more.estimate, more.ci_low, more.ci_high, event_is_desirable=True),
    )


def _responder_gain(gain: float, control_response: float) -> float:
    return responder_risk(gain, control_response) - control_response if gain != 0.0 else 0.0


def _mapped(value: Translated, function: Callable[[float], float]) -> Translated:
    return Translated(
        estimate=function(value.estimate),
        ci_low=None if value.ci_low is None else function(value.ci_low),
        ci_high=None if value.ci_high is None else function(value.ci_high),
    )


def _turned(value: Translated) -> Translated:
    return Translated(
        estimate=-value.estimate,
        ci_low=None if value.ci_high is None else -value.ci_high,
        ci_high=None if value.ci_low is None else -value.ci_low,
    )


def _check(smd: float, low: float | None, high: float | None, response: float | None, sd: float | None) -> None:
    values = [x for x in (low, smd, high) if x is not None]
    if not all(math.isfinite(x * max(2.0, sd or 0.0)) for x in values):
        raise ValueError("an SMD and its interval must be finite numbers")
    if values != sorted(values):
        raise ValueError(f"the interval {low} to {high} does not contain the SMD {smd}")
    if response is not None and not 0.0 < response < 1.0:
        raise ValueError(f"the share of controls who respond must lie between 0 and 1, not {response}")
    if sd is not None and not (math.isfinite(sd) and sd > 0.0):
        raise ValueError(f"a standard deviation must be above 0, not {sd}")
