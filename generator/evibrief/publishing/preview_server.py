"""Serves a live preview on this machine. Every answer is given at once; the browser asks now and then what is new."""

from __future__ import annotations

import json
import logging
import mimetypes
import re
import signal
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

from evibrief.errors import EvidenceError, UsageError
from evibrief.publishing.preview import told_in
from evibrief.publishing.previewing import Preview

STATE = "-/state.json"
# How often saved files are looked for, and what share of the time looking may take.
_PAUSE = 0.2
_SHARE = 1 / 3

_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)
_FOLLOW = """<script>(function () {
  var shown = %d;
  function ask() {
    if (document.hidden) { return again(); }
    fetch("/%s").then(function (answer) { return answer.json(); }).then(function (now) {
      if (now.generation !== shown) { location.reload(); } else { again(); }
    }).catch(again);
  }
  function again() { setTimeout(ask, 300); }
  again();
})();</script>"""

log = logging.getLogger("mkdocs.plugins.evibrief")


class PreviewServer(ThreadingHTTPServer):
    """Answers for one preview; ``daemon_threads`` so that a browser that stays cannot keep it from ending."""

    daemon_threads = True

    def __init__(self, preview: Preview) -> None:
        """Listen where mkdocs.yml says (``dev_addr``).

        Raises:
            UsageError: if something else listens there.
        """
        self.preview = preview
        self._ended = threading.Event()
        try:
            super().__init__((preview.host, preview.port), _Answer)
        except OSError as error:
            place = f"{preview.host}:{preview.port}"
            raise UsageError(f"{place}: cannot be listened at ({error.strerror}); set dev_addr in mkdocs.yml") from None

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{self.preview.host}:{self.preview.port}/"

    def run(self) -> None:
        """Serve and follow what is saved, until interrupted, or told to end by whoever manages processes."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        threading.Thread(target=self._follow, daemon=True).start()
        try:
            self.serve_forever()
        except KeyboardInterrupt:
            log.info("The preview has ended.")
        finally:
            self._ended.set()
            self.server_close()

    def _follow(self) -> None:
        pause = _PAUSE
        while not self._ended.wait(pause):
            start, saved = time.perf_counter(), True
            try:
                saved = self.preview.follow()
            except Exception:
                log.exception("A saved file could not be taken over")
            else:
                if saved:
                    log.info("Saved files were taken over.")
            # Whoever has just saved is likely to save again soon.
            pause = _PAUSE if saved else max(_PAUSE, (time.perf_counter() - start) / _SHARE)


class _Answer(BaseHTTPRequestHandler):
    """One request."""

    server: PreviewServer

    def do_GET(self) -> None:
        """Answer with a page or a file."""
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        preview = self.server.preview
        if path == STATE:
            state = {"generation": preview.generation, "problems": preview.problems}
            self._send(HTTPStatus.OK, "application/json", json.dumps(state).encode("utf-8"))
            return
        # Asked before the page is made: what changes meanwhile is then shown by the next question.
        generation = preview.generation
        try:
            content = preview.content(path)
            if content is None and path and not path.endswith("/") and preview.is_page(f"{path}/"):
                self._redirect(f"/{quote(path)}/")
                return
        except EvidenceError as error:
            told = f"<!doctype html><title>Not yet</title><body>{told_in('', str(error).splitlines())}</body>"
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, "text/html", _followed(told, (), generation))
            return
        status = HTTPStatus.OK
        if content is None:
            status, content, path = HTTPStatus.NOT_FOUND, preview.content("404.html") or b"Not found", "404.html"
        kind = "text/html" if not path or path.endswith(("/", ".html")) else mimetypes.guess_type(path)[0]
        if kind == "text/html":
            content = _followed(content.decode("utf-8"), preview.problems, generation)
        self._send(status, kind or "application/octet-stream", content)

    do_HEAD = do_GET  # noqa: N815

    def _redirect(self, address: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing of each request."""


def _followed(page: str, problems: Sequence[str], generation: int) -> bytes:
    """A page that says what is wrong with the records, and shows itself again when something changes."""
    page = told_in(page, problems)
    script = _FOLLOW % (generation, STATE)
    ends = list(_BODY_END.finditer(page))
    at = ends[-1].start() if ends else len(page)
    return f"{page[:at]}{script}{page[at:]}".encode("utf-8", errors="xmlcharrefreplace")
