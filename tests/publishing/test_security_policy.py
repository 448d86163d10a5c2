"""The content security policy of a page."""

from __future__ import annotations

from evibrief.publishing.security_policy import policy, with_policy

# printf 'alert(1)' | openssl dgst -sha256 -binary | base64
ALERT = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"


def test_only_inline_scripts_that_run_are_allowed() -> None:
    page = (
        "<html><head></head><script>alert(1)</script><script src='a.js'></script>"
        '<script type="application/ld+json">{"a": 1}</script><script id="x" type="application/json">{}</script></html>'
    )
    assert f"script-src 'self' {ALERT};" in policy(page)


def test_a_style_element_is_allowed_by_its_words() -> None:
    assert f"style-src 'self' {ALERT};" in policy("<style>alert(1)</style>")


def test_nothing_is_allowed_from_elsewhere() -> None:
    words = policy("")
    assert words.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in words
    assert "http" not in words


def test_the_policy_comes_first_in_the_head() -> None:
    page = with_policy("<!doctype html><html><head lang=en><meta charset=utf-8></head><body><header></header></body>")
    assert page.index("<head lang=en><meta http-equiv=") < page.index("<meta charset")
    assert page.count("Content-Security-Policy") == 1
    # Browsers look for the encoding in the first 1,024 bytes.
    assert page.index("<meta charset") < 1024
