"""Pooling agrees with metafor and meta, in every case and by every method of the reference values."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

import pytest

from oracle.loading import agrees
from oracle.not_compared_pooling import NOT_COMPARED
from oracle.pooling_comparisons import (
    Comparison,
    all_paths,
    analyses,
    everything,
    meta_blocks,
    of_analysis,
    of_meta,
    of_tables,
    tables,
)


def assert_agreement(comparisons: Iterable[Comparison]) -> None:
    wrong = [c for c in comparisons if not agrees(c.found, c.expected, rtol=c.rtol, atol=c.atol)]
    assert not wrong, "\n".join(f"{c.path}: {c.found} instead of {c.expected}" for c in wrong)


@pytest.mark.parametrize("path", analyses())
def test_inverse_variance_pooling_equals_metafor(path: str) -> None:
    assert_agreement(of_analysis(path))


@pytest.mark.parametrize(("case_id", "measure"), tables())
def test_pooling_of_tables_equals_metafor_and_revman(case_id: str, measure: str) -> None:
    assert_agreement(of_tables(case_id, measure))


@pytest.mark.parametrize(("case_id", "measure"), meta_blocks())
def test_pooling_equals_meta(case_id: str, measure: str) -> None:
    assert_agreement(of_meta(case_id, measure))


def test_every_reference_value_is_compared_or_has_a_reason() -> None:
    compared = {c.path for c in everything()}
    left = all_paths() - compared
    unexplained = {path for path in left if not any(fnmatchcase(path, pattern) for pattern in NOT_COMPARED)}
    assert not unexplained
    unused = [pattern for pattern in NOT_COMPARED if not any(fnmatchcase(path, pattern) for path in left)]
    assert not unused
    assert compared <= all_paths()
