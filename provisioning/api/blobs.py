"""Blobs by their hash: for anybody who knows it, in parts, and for ever the same.

No credential and no database: a mirror gives the same bytes, and whoever fetches them
checks their hash. What a file is and may be used for stands in the library.
"""

from __future__ import annotations

import functools

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from waitress.buffers import ReadOnlyFileBasedBuffer

from backoffice.core.http import PROBLEM, RETRY_SECONDS, plain_problem, problem_of
from provisioning.errors import StoreAway
from provisioning.store import BLOCK, HASH, Store, store
from provisioning.store.ranges import Part, Unsatisfiable, names, part_of
from provisioning.store.turns import in_turn

MEDIA_TYPE = "application/octet-stream"


class BlobResponse(FileResponse):
    block_size = BLOCK


@login_not_required
@require_safe
def blob(request: HttpRequest, ab: str, sha256: str) -> HttpResponseBase:
    """All of a blob, or the part that Range asks for."""
    try:
        return _answer(request, ab, sha256)
    except StoreAway as away:
        answer = JsonResponse(problem_of(away), status=503, content_type=PROBLEM)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer


def _answer(request: HttpRequest, ab: str, sha256: str) -> HttpResponseBase:
    kept = store()
    known = HASH.fullmatch(sha256) and sha256.startswith(ab) and len(ab) == 2
    size = kept.size(sha256) if known else None
    if size is None:
        return _missing()
    tag = f'"{sha256}"'
    if names(request.headers.get("If-None-Match", ""), tag):
        return _for_ever(HttpResponse(status=304), tag)
    try:
        part = part_of(size, tag, request.headers)
    except Unsatisfiable:
        refused = HttpResponse(status=416, content_type=MEDIA_TYPE)
        refused["Content-Range"] = f"bytes */{size}"
        return _for_ever(refused, tag)
    answer = _body(request, kept, sha256, part)
    if not part.whole:
        answer.status_code = 206
        last = part.start + part.length - 1
        answer["Content-Range"] = f"bytes {part.start}-{last}/{size}"
    return _for_ever(answer, tag)


def _body(
    request: HttpRequest, kept: Store, sha256: str, part: Part
) -> HttpResponseBase:
    """Read and sent in blocks; nothing is opened for HEAD."""
    headers = {"Content-Length": str(part.length)}
    if request.method == "HEAD":
        return HttpResponse(content_type=MEDIA_TYPE, headers=headers)
    opens = functools.partial(kept.open, sha256, part.start, part.length)
    sent_by_loop = kept.can_seek and _is_waitress(request)
    body = opens() if sent_by_loop else in_turn(opens)
    return BlobResponse(body, content_type=MEDIA_TYPE, headers=headers)


def _is_waitress(request: HttpRequest) -> bool:
    """It needs no thread for a file; gunicorn holds one until the last byte."""
    return request.META.get("wsgi.file_wrapper") is ReadOnlyFileBasedBuffer


def _for_ever(answer: HttpResponseBase, tag: str) -> HttpResponseBase:
    answer["ETag"] = tag
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    # Somebody's file from our own address: a browser saves it and runs nothing of it.
    answer["Content-Disposition"] = "attachment"
    return answer


def _missing() -> HttpResponse:
    problem = plain_problem(404, "not_found", _("There is no such file here."))
    return JsonResponse(problem, status=404, content_type=PROBLEM)
