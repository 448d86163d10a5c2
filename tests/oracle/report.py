"""Print how closely pooling agrees with the reference values: ``python tests/oracle/report.py``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from oracle.loading import agrees, number
from oracle.pooling_comparisons import Comparison, everything


def deviation(comparison: Comparison) -> float:
    """The relative deviation; absolute where the reference is zero or undefined."""
    found, expected = comparison.found, number(comparison.expected)
    if found is None or expected is None:
        return 0.0 if found is expected else float("inf")
    return abs(found - expected) / (abs(expected) or 1.0)


def main() -> None:
    by_quantity: dict[str, list[Comparison]] = {}
    for comparison in everything():
        by_quantity.setdefault(comparison.quantity, []).append(comparison)
    print(f"{'quantity':<22}{'compared':>9}{'agreeing':>9}  {'worst':<9} where")
    for quantity, comparisons in sorted(by_quantity.items()):
        agreeing = sum(agrees(c.found, c.expected, rtol=c.rtol, atol=c.atol) for c in comparisons)
        worst = max(comparisons, key=deviation)
        print(f"{quantity:<22}{len(comparisons):>9}{agreeing:>9}  {deviation(worst):<9.1e} {worst.path}")
        for c in comparisons:
            if not agrees(c.found, c.expected, rtol=c.rtol, atol=c.atol):
                print(f"    differs: {c.path}: {c.found} instead of {c.expected}")
    total = sum(map(len, by_quantity.values()))
    print(f"{'all':<22}{total:>9}")


if __name__ == "__main__":
    main()
