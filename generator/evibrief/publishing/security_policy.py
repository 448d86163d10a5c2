"""The content security policy of a page: nothing from elsewhere, and only the inline scripts that were built into it.

Static hosts send no headers, so the policy stands in the page (`<meta http-equiv>`, first in the head). Hashes are
made from the finished page, because the theme's scripts differ with the depth of a page.
"""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"\btype\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_JAVASCRIPT = ("text/javascript", "application/javascript", "module")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)


def with_policy(page: str) -> str:
    """A finished HTML page with its policy; a fragment without a head stays as it is."""
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(page)}">'
    return _HEAD.sub(lambda head: head.group() + meta, page, count=1)


def policy(page: str) -> str:
    """The policy that a finished page needs."""
    scripts = " ".join(["'self'", *sorted({_hash(script) for script in _inline_scripts(page)})])
    styles = " ".join(["'self'", *sorted({_hash(style) for style in _STYLE.findall(page)})])
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _inline_scripts(page: str) -> list[str]:
    return [body for attributes, body in _SCRIPT.findall(page) if body.strip() and _runs(attributes)]


def _runs(attributes: str) -> bool:
    """Whether a script element is run, rather than data for somebody to read."""
    kind = _TYPE.search(attributes)
    return kind is None or kind.group(1).lower() in _JAVASCRIPT


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
