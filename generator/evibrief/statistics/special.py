"""The special functions of scipy, without the rest of scipy.

``import scipy.special`` also loads the array interfaces of other libraries, numpy's test tools and f2py: a third of a
second before a command can start. The functions themselves stand in one compiled module, which is loaded alone here.
Where a release of scipy keeps them elsewhere, the whole package is loaded instead.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

import scipy

_PACKAGE = "scipy.special"


def _functions() -> ModuleType:
    """Return the module that holds the functions, leaving ``scipy.special`` to be imported by others as usual."""
    if _PACKAGE in sys.modules:
        return sys.modules[_PACKAGE]
    stand_in = ModuleType(_PACKAGE)
    stand_in.__path__ = [f"{folder}/special" for folder in scipy.__path__]
    sys.modules[_PACKAGE] = stand_in
    try:
        return importlib.import_module(f"{_PACKAGE}._ufuncs")
    except ImportError:
        return _whole_package()
    finally:
        if sys.modules.get(_PACKAGE) is stand_in:
            del sys.modules[_PACKAGE]


def _whole_package() -> ModuleType:
    del sys.modules[_PACKAGE]
    return importlib.import_module(_PACKAGE)


_found = _functions()

chdtr = _found.chdtr
chdtrc = _found.chdtrc
chdtri = _found.chdtri
fdtrc = _found.fdtrc
ndtr = _found.ndtr
ndtri = _found.ndtri
poch = _found.poch
stdtr = _found.stdtr
stdtrit = _found.stdtrit
