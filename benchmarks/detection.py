"""What the evidence linter finds of the slips put into synthetic reviews: ``python -m benchmarks.detection``.

The same seeds give the same table on every machine.
"""

from __future__ import annotations

from tests.checks.synthetic import BINARY_SLIPS, CONTINUOUS_SLIPS, Detection, detect, false_alarms

TRIES = 200
CLEAN_REVIEWS = 300
SEED = 1


def as_markdown(tries: int = TRIES, clean: int = CLEAN_REVIEWS) -> str:
    """A table for people: each slip, and the share found without and with what the paper prints beside its arms."""
    lines = [
        "| data | slip | arms only | with contrast, p and people randomised |",
        "| --- | --- | --- | --- |",
    ]
    for binary, slips in ((False, CONTINUOUS_SLIPS), (True, BINARY_SLIPS)):
        both = [
            [detect(slip, binary=binary, redundant=redundant, tries=tries, seed=SEED) for slip in slips]
            for redundant in (False, True)
        ]
        lines += [_line(bare.kind, bare.slip, bare, full) for bare, full in zip(*both, strict=True)]
        lines.append(_line(both[0][0].kind, "**all**", _total(both[0]), _total(both[1])))
        bare, full = (
            false_alarms(binary=binary, redundant=redundant, reviews=clean, seed=SEED) for redundant in (False, True)
        )
        lines.append(_line(bare.kind, "**clean studies flagged**", bare, full))
    return "\n".join(lines)


def _total(found: list[Detection]) -> Detection:
    return Detection(
        kind=found[0].kind, slip="all", tried=sum(one.tried for one in found), found=sum(one.found for one in found)
    )


def _line(kind: str, name: str, bare: Detection, full: Detection) -> str:
    return f"| {kind} | {name.replace('_', ' ')} | {_share(bare)} | {_share(full)} |"


def _share(one: Detection) -> str:
    return f"{100 * one.found / one.tried:.1f} % of {one.tried:,}"


if __name__ == "__main__":
    print(as_markdown())
