"""Looking papers up by DOI or PubMed number: the one thing that Evibrief asks of the network, and only if told to.

Crossref answers for DOIs, the E-utilities of PubMed for its numbers. Only HTTPS is spoken, certificates are verified,
answers are limited in size and time, and each way of failing is one line.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from evibrief import __version__
from evibrief.errors import UsageError

from .crossref import crossref_reference
from .drafts import Imported, Report
from .pubmed import pubmed_references
from .reference_drafts import Reference, drafted_references
from .review_drafts import Progress

MAX_BYTES = 8 * 1024 * 1024
# E-utilities take a few hundred numbers in one request; more than this is a search, and wants an export file.
MOST = 200
_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")
_PMID = re.compile(r"[1-9]\d{0,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Where to ask, how long to wait in seconds for a whole answer, and whose certificates to trust."""

    crossref: str = "https://api.crossref.org/works/"
    pubmed: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi"
    patience: float = 30.0
    trust: ssl.SSLContext | None = field(default=None)


def look_up(
    dois: Sequence[str],
    pmids: Sequence[str],
    *,
    mail: str | None = None,
    services: Services | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Return a draft study for each paper; ``mail`` is told to the services, as they ask of polite users.

    Raises:
        UsageError: if something is no DOI or number, no service knows it, or a service cannot be reached.
        RecordError: one line, if an answer is not what was asked for.
    """
    wanted = [_checked(_DOI, re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", doi), "a DOI") for doi in dois]
    numbers = [_checked(_PMID, pmid, "a PubMed number") for pmid in pmids]
    if len(wanted) + len(numbers) > MOST:
        raise UsageError(f"at most {MOST} papers are looked up at once; export a file from PubMed and import that")
    asked = services or Services()
    opener = _opener(asked)
    found: list[Reference] = []
    for position, doi in enumerate(wanted, start=1):
        found.append(_of_crossref(opener, doi, mail, asked))
        if progress:
            progress(position, len(wanted) + len(numbers))
    if numbers:
        found += _of_pubmed(opener, numbers, mail, asked)
    source = " and ".join(name for name, some in (("Crossref", wanted), ("PubMed", numbers)) if some)
    return drafted_references(found, source, "looked up", Report())


def _checked(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text.strip()):
        raise UsageError(f"'{text[:60]}' is not {what}")
    return text.strip()


def _of_crossref(opener: OpenerDirector, doi: str, mail: str | None, asked: Services) -> Reference:
    query = f"?{urlencode({'mailto': mail})}" if mail else ""
    url = f"{asked.crossref}{quote(doi, safe='')}{query}"
    return crossref_reference(_fetched(opener, url, f"DOI {doi}", "Crossref", asked.patience), f"DOI {doi}")


def _of_pubmed(opener: OpenerDirector, numbers: Sequence[str], mail: str | None, asked: Services) -> list[Reference]:
    query = {"db": "pubmed", "id": ",".join(numbers), "retmode": "xml", "tool": "evibrief"}
    url = f"{asked.pubmed}?{urlencode({**query, 'email': mail} if mail else query)}"
    what = f"PMID {', '.join(numbers[:3])}" + (" ..." if len(numbers) > 3 else "")
    found = pubmed_references(_fetched(opener, url, what, "PubMed", asked.patience), what)
    known = {str(reference.citation.get("pmid")) for reference in found}
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise UsageError(f"PubMed knows no paper with the number {', '.join(unknown)}")
    return found


class _OnlyHttps(HTTPRedirectHandler):
    """Follows a few redirections, and none away from HTTPS."""

    max_redirections = 3

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: object, newurl: str
    ) -> Request | None:
        if not newurl.startswith("https://"):
            fp.close()
            raise HTTPException("it leads away from HTTPS")
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def _opener(asked: Services) -> OpenerDirector:
    """Return what asks over HTTPS: verified, through the proxy of the environment if there is one."""
    trust = asked.trust or ssl.create_default_context()
    return build_opener(ProxyHandler(), HTTPSHandler(context=trust), _OnlyHttps)


def _fetched(opener: OpenerDirector, url: str, what: str, service: str, patience: float) -> bytes:
    """Return a service's whole answer."""
    if not url.startswith("https://"):
        raise UsageError(f"{service} is asked over HTTPS only")
    headers = {"User-Agent": f"Evibrief/{__version__} (drafts of study records)", "Accept-Encoding": "identity"}
    deadline = time.monotonic() + patience
    try:
        with opener.open(Request(url, headers=headers), timeout=patience) as answer:  # noqa: S310  # https, see above
            return _read(answer, service, deadline)
    except HTTPError as error:
        error.close()
        if error.code == 404:
            raise UsageError(f"{service} does not know {what}; check it, letter by letter") from None
        late = " (it is busy; wait a minute)" if error.code in (429, 503) else ""
        raise UsageError(f"{what}: {service} answers with error {error.code}{late}") from None
    except (OSError, HTTPException) as error:
        raise UsageError(f"{what}: {service} cannot be reached ({_reason(error)})") from None


def _read(answer: HTTPResponse, service: str, deadline: float) -> bytes:
    """Read an answer in pieces, so that neither its size nor a slow server has us for long."""
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(64 * 1024):
        pieces.append(piece)
        size += len(piece)
        if size > MAX_BYTES:
            raise UsageError(f"the answer of {service} is larger than {MAX_BYTES // 1024 // 1024} MB")
        if time.monotonic() > deadline:
            raise TimeoutError("it answers too slowly")
    return b"".join(pieces)


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {reason.verify_message}"
    return " ".join((getattr(reason, "strerror", None) or str(reason) or type(reason).__name__).split())[:200]
