"""Looking papers up, against a stub of both services on this machine. Every paper is made up."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from click.testing import CliRunner

from evibrief import __version__
from evibrief.cli import main
from evibrief.errors import RecordError, UsageError
from evibrief.exchange.importing import Imported, lookup
from evibrief.exchange.importing.lookup import MAX_BYTES, Services, look_up
from evibrief.records.reader import parse

# A key that protects nothing: only this stub uses it, for the name localhost.
CERTIFICATE = Path(__file__).with_name("localhost.pem")

WORK: dict[str, Any] = {
    "DOI": "10.1000/fake.1991",
    "type": "journal-article",
    "title": ["Tea against <i>singultus</i> &amp; hiccups"],
    "subtitle": ["a trial that never was"],
    "author": [{"family": "Fakename", "given": "Francesca"}, {"name": "The Hiccup Group"}],
    "container-title": ["Journal of Nothing"],
    "published-print": {"date-parts": [[1991, 3]]},
    "issued": {"date-parts": [[1990, 12, 24]]},
    "volume": "1",
    "issue": "2",
    "page": "3-4",
    "clinical-trial-number": [{"clinical-trial-number": "nct99999991", "registry": "10.18810/clinical-trials-gov"}],
}
PUBMED = """<?xml version="1.0" ?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>999999991</PMID><Article>
<Journal><Title>Journal of Nothing</Title><JournalIssue><Volume>7</Volume><PubDate><Year>2001</Year></PubDate>
</JournalIssue></Journal><ArticleTitle>Water against hiccups.</ArticleTitle><AuthorList><Author>
<LastName>Nobody</LastName><ForeName>Nora</ForeName></Author></AuthorList><PublicationTypeList>
<PublicationType>Randomized Controlled Trial</PublicationType></PublicationTypeList></Article></MedlineCitation>
</PubmedArticle></PubmedArticleSet>"""


class Stub(BaseHTTPRequestHandler):
    """Answers as Crossref under /works/ and as the E-utilities under /efetch."""

    asked: list[tuple[str, str]]
    answers: dict[str, Callable[[Stub], None]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["User-Agent"]))
        parts = urlsplit(self.path)
        name = unquote(parts.path.removeprefix("/works/")) if parts.path.startswith("/works/") else parts.path
        self.answers.get(name, lambda stub: stub.send_error(404))(self)

    def reply(self, body: bytes) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


def crossref(**changes: Any) -> Callable[[Stub], None]:
    return lambda stub: stub.reply(json.dumps({"status": "ok", "message": WORK | changes}).encode())


@pytest.fixture
def stub() -> Iterator[type[Stub]]:
    """A service with a certificate that nobody has signed."""
    handler = type("Here", (Stub,), {"asked": [], "answers": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    handler.address = f"https://localhost:{server.server_port}"  # type: ignore[attr-defined]
    yield handler
    server.shutdown()
    server.server_close()


def services(stub: type[Stub], **changes: Any) -> Services:
    address = stub.address  # type: ignore[attr-defined]
    trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    return Services(**{"crossref": f"{address}/works/", "pubmed": f"{address}/efetch", "trust": trust, **changes})


def asked(stub: type[Stub], *dois: str, **changes: Any) -> Imported:
    return look_up(dois, (), services=services(stub, **changes))


def study(made: Imported) -> Any:
    (record,) = made.studies
    return parse(record.text, shown_as="x.yaml").value


def test_a_doi_becomes_a_draft(stub: type[Stub], only_gaps: Callable[[Imported], None]) -> None:
    stub.answers = {"10.1000/fake.1991": crossref()}
    made = asked(stub, "https://doi.org/10.1000/fake.1991")
    assert study(made) == {
        "id": "fakename-1991",
        "label": "Fakename 1991",
        "reports": [
            {
                "id": "main",
                "role": "primary",
                "title": "Tea against singultus & hiccups: a trial that never was",
                "author": [{"family": "Fakename", "given": "Francesca"}, {"literal": "The Hiccup Group"}],
                "container_title": "Journal of Nothing",
                "issued": "1991-03",
                "volume": "1",
                "issue": "2",
                "page": "3-4",
                "doi": "10.1000/fake.1991",
            }
        ],
        "registrations": ["NCT99999991"],
        "design": None,
        "extraction": {"extracted_by": None},
    }
    only_gaps(made)


def test_a_number_becomes_a_draft(stub: type[Stub], only_gaps: Callable[[Imported], None]) -> None:
    stub.answers = {"/efetch": lambda here: here.reply(PUBMED.encode())}
    made = look_up((), ("999999991",), services=services(stub))
    assert (study(made)["label"], study(made)["design"]) == ("Nobody 2001", "randomised")
    only_gaps(made)


def test_what_is_asked_is_polite_and_exact(stub: type[Stub]) -> None:
    odd = "10.1000/a(b)<c>;d/e#f"
    stub.answers = {odd: crossref(DOI=odd), "/efetch": lambda here: here.reply(PUBMED.encode())}
    look_up((odd,), ("999999991",), mail="nobody@example.org", services=services(stub))
    (first, agent), (second, _) = stub.asked
    assert first == "/works/10.1000%2Fa%28b%29%3Cc%3E%3Bd%2Fe%23f?mailto=nobody%40example.org"
    assert parse_qs(urlsplit(second).query) == {
        "db": ["pubmed"],
        "id": ["999999991"],
        "retmode": ["xml"],
        "tool": ["evibrief"],
        "email": ["nobody@example.org"],
    }
    assert agent == f"Evibrief/{__version__} (drafts of study records)"


@pytest.mark.parametrize(
    ("kind", "status"),
    [("retraction", "retracted"), ("expression_of_concern", "expression-of-concern"), ("correction", "corrected")],
)
def test_a_notice_is_brought_over(
    stub: type[Stub], kind: str, status: str, only_gaps: Callable[[Imported], None]
) -> None:
    stub.answers = {WORK["DOI"]: crossref(**{"updated-by": [{"type": kind, "DOI": "10.1000/notice"}]})}
    made = asked(stub, WORK["DOI"])
    retraction = {"status": status, "notice": "10.1000/notice", "checked_on": None}
    assert study(made)["reports"][0]["retraction"] == retraction
    only_gaps(made)


def test_two_papers_of_one_name_get_ids_of_their_own(stub: type[Stub]) -> None:
    stub.answers = {"10.1000/one": crossref(DOI="10.1000/one"), "10.1000/two": crossref(DOI="10.1000/two")}
    made = asked(stub, "10.1000/one", "10.1000/two")
    assert len({record.id for record in made.studies}) == 2


def failing(answer: Callable[[Stub], None] | None, stub: type[Stub], **changes: Any) -> str:
    stub.answers = {WORK["DOI"]: answer} if answer else {}
    with pytest.raises((UsageError, RecordError)) as raised:
        asked(stub, WORK["DOI"], **changes)
    message = str(raised.value)
    assert "\n" not in message
    return message


def test_a_paper_that_nobody_knows(stub: type[Stub]) -> None:
    assert failing(None, stub) == "Crossref does not know DOI 10.1000/fake.1991; check it, letter by letter"


def test_a_number_that_nobody_knows(stub: type[Stub]) -> None:
    stub.answers = {"/efetch": lambda here: here.reply(b"<PubmedArticleSet></PubmedArticleSet>")}
    with pytest.raises(UsageError, match=r"^PubMed knows no paper with the number 5$"):
        look_up((), ("5",), services=services(stub))


def test_a_busy_service(stub: type[Stub]) -> None:
    assert "error 429 (it is busy; wait a minute)" in failing(lambda here: here.send_error(429), stub)


def test_a_certificate_that_nobody_has_signed(stub: type[Stub]) -> None:
    told = failing(crossref(), stub, trust=None)
    assert "its certificate is not trusted" in told
    assert stub.asked == []


def test_a_certificate_for_another_name(stub: type[Stub]) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    address = stub.address.replace("localhost", "127.0.0.1")  # type: ignore[attr-defined]
    assert "its certificate is not trusted" in failing(crossref(), stub, crossref=f"{address}/works/", trust=context)


def test_no_service_there(stub: type[Stub]) -> None:
    told = failing(None, stub, crossref="https://localhost:1/works/")
    assert told.startswith("DOI 10.1000/fake.1991: Crossref cannot be reached (")


def test_an_address_without_encryption_is_not_asked(stub: type[Stub]) -> None:
    assert failing(None, stub, crossref="http://localhost/works/") == "Crossref is asked over HTTPS only"


def test_a_redirection_away_from_encryption_is_not_followed(stub: type[Stub]) -> None:
    def away(here: Stub) -> None:
        here.send_response(302)
        here.send_header("Location", "http://localhost/works/x")
        here.end_headers()

    assert "it leads away from HTTPS" in failing(away, stub)


def test_an_answer_without_end(stub: type[Stub]) -> None:
    assert (
        failing(lambda here: here.reply(b"x" * (MAX_BYTES + 1)), stub) == "the answer of Crossref is larger than 8 MB"
    )


def test_an_answer_that_drips(stub: type[Stub]) -> None:
    def drip(here: Stub) -> None:
        here.send_response(200)
        here.end_headers()
        for _ in range(100):
            here.wfile.write(b" ")
            here.wfile.flush()
            time.sleep(0.05)

    started = time.monotonic()
    assert "it answers too slowly" in failing(drip, stub, patience=0.5)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b'{"message": {}}', b'{"message": {"DOI": []}}', b"[" * 99999]
)
def test_an_answer_of_another_kind(stub: type[Stub], body: bytes) -> None:
    assert failing(lambda here: here.reply(body), stub).startswith(
        "DOI 10.1000/fake.1991:1:1: not the answer of Crossref"
    )


@pytest.mark.parametrize("doi", ["fake", "10.1/x", "https://example.org/10.1000/x", ""])
def test_what_is_no_doi_is_not_asked(stub: type[Stub], doi: str) -> None:
    with pytest.raises(UsageError, match="is not a DOI"):
        asked(stub, doi)
    assert stub.asked == []


def test_hostile_words_stay_words(stub: type[Stub], only_gaps: Callable[[Imported], None]) -> None:
    odd = "x\ny: [1]\n\u202e\x00# {{ 7*7 }} <script>"
    person = {"family": odd, "given": odd}
    stub.answers = {WORK["DOI"]: crossref(title=[odd], author=[person], volume=odd, page=odd)}
    only_gaps(asked(stub, WORK["DOI"]))


def test_the_command_writes_the_draft(stub: type[Stub], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub.answers = {WORK["DOI"]: crossref()}
    monkeypatch.setattr(lookup, "Services", lambda: services(stub))
    done = CliRunner().invoke(main, ["import", "--doi", WORK["DOI"], "--project", str(tmp_path)], standalone_mode=False)
    assert done.output == "wrote 1 study; 2 fields are left to you, and evibrief check asks for each\n"
    assert (tmp_path / "studies/fakename-1991.yaml").read_text(encoding="utf-8").startswith("# yaml-language-server:")


@pytest.mark.parametrize("arguments", [[], ["x.ris", "--doi", "10.1000/x"]])
def test_a_file_or_papers_but_not_both(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.ris").touch()
    done = CliRunner().invoke(main, ["import", *arguments], standalone_mode=False)
    assert "name a file to import, or papers by --doi or --pmid" in str(done.exception)
