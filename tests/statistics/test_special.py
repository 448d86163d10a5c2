"""The special functions are scipy's own, loaded without the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest
import scipy.special

from evibrief.statistics import special

NAMES = ("chdtr", "chdtrc", "chdtri", "fdtrc", "ndtr", "ndtri", "poch", "stdtr", "stdtrit")


@pytest.mark.parametrize("name", NAMES)
def test_functions_are_scipys(name: str) -> None:
    """Not a copy of them: the same objects, whoever imports scipy.special as well."""
    assert getattr(special, name) is getattr(scipy.special, name)


def test_statistics_load_neither_the_package_nor_numpys_test_tools() -> None:
    """A command starts without them."""
    code = "import sys, evibrief.statistics.pooling; print([name for name in sys.modules if name in sys.argv])"
    unwanted = ("scipy.special", "numpy.testing", "numpy.f2py", "scipy.stats", "scipy.optimize")
    printed = subprocess.run([sys.executable, "-c", code, *unwanted], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "[]"


def test_without_the_compiled_module_the_whole_package_serves() -> None:
    """Another layout of scipy costs time, nothing else."""
    code = """
import builtins, importlib, sys
real = importlib.import_module
def hidden(name, *rest):
    if name.endswith("._ufuncs"):
        raise ImportError(name)
    return real(name, *rest)
importlib.import_module = hidden
from evibrief.statistics import special
print(special.ndtr(0.0))
"""
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "0.5"


def test_a_package_that_is_loaded_already_serves() -> None:
    code = "import sys, scipy.special; from evibrief.statistics import special; print(special.ndtr(0.0))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "0.5"
