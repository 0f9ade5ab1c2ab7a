"""Asking for a pack: one question per page, each answer kept, then sent."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backoffice.core.errors import DomainError
from backoffice.core.requests import UserRequest, acting
from backoffice.core.typed import answers_to, keeps_typed
from lending import actions
from lending.actions import RequestAnswers
from lending.actions.requests_writing import is_empty, own_drafts
from lending.forms.asking import PAGES, KnownPersonForm, QuestionForm, SeveralForm
from lending.forms.people import ShortPersonForm
from lending.models import Beneficiary, EquipmentRequest
from lending.questions import Question, missing_answers
from lending.states import RequestStatus
from lending.views.portal.current import own_memberships, require_structure, work_in
from lending.views.sides import attempt, partners

WRITABLE = {RequestStatus.DRAFT, RequestStatus.INCOMPLETE}


def own_request(request: UserRequest, request_uuid: uuid.UUID) -> EquipmentRequest:
    """A request of one of this person's structures, where they work from now on."""
    asked = get_object_or_404(
        EquipmentRequest.objects.visible_to(request.user)
        .filter(structure__in=own_memberships(request).values("structure"))
        .select_related("structure", "beneficiary", "programme", "asked_by"),
        uuid=request_uuid,
    )
    work_in(request, asked.structure)
    return asked


@partners
@require_http_methods(["GET", "HEAD", "POST"])
def request_new(request: UserRequest) -> HttpResponse:
    """What asking takes; then a draft, whose answers are kept from the first page on."""
    structure = require_structure(request)
    drafts = own_drafts(structure, request.user)
    refusal = None
    if request.method == "POST":
        try:
            asked = actions.begin_request(structure=structure, by=acting(request))
        except DomainError as refused:
            refusal = refused
        else:
            if asked in drafts:
                said = _("You go on with the request that you had begun.")
                messages.info(request, said)
            return redirect(_first_page(request, asked))
    context = {
        "structure": structure,
        "refusal": refusal,
        "person": request.GET.get("person", ""),
        "begun": next(filter(is_empty, drafts), None),
        "drafts": [draft for draft in drafts if not is_empty(draft)],
    }
    status = refusal.status if refusal else 200
    return render(request, "lending/portal/new.html", context, status=status)


@keeps_typed()
@partners
@require_http_methods(["GET", "HEAD", "POST"])
def request_question(
    request: UserRequest, request_uuid: uuid.UUID, question: str
) -> HttpResponse:
    """One question: kept on “Continue”, and while somebody types."""
    asked = own_request(request, request_uuid)
    if question not in Question.values:
        raise Http404
    if asked.status not in WRITABLE:
        return redirect("lending:portal-request", request_uuid=asked.uuid)
    page = Question(question)
    if page == Question.WHOM:
        return _whom(request, asked)
    form = PAGES[page](answers_to(request), asked=asked, user=request.user)
    if request.method == "POST" and _kept(request, form, page):
        return _onwards(request, asked, page)
    if "autosave" in request.POST:
        return HttpResponse(status=204)
    context = {"form": form, **_around(request, asked, page)}
    template = "lending/portal/answers/question.html"
    status = form.status if request.method == "POST" else 200
    return render(request, template, context, status=status)


def _whom(request: UserRequest, asked: EquipmentRequest) -> HttpResponse:
    """For whom: somebody known, somebody new (on a form of their own), or several."""
    given = answers_to(request)
    several = given is not None and "several" in given
    # Sent to the other address, by somebody who had to sign in before.
    named = given is not None and "first_name" in given and request.method != "POST"
    one = None if several or named else given
    known = KnownPersonForm(one, asked=asked, user=request.user)
    many = SeveralForm(given if several else None, asked=asked, user=request.user)
    new = ShortPersonForm(
        given if named else None, user=request.user, structure=asked.structure
    )
    asking: QuestionForm = many if several else known
    if request.method == "POST" and _kept(request, asking, Question.WHOM):
        return _onwards(request, asked, Question.WHOM)
    form = new if named else asking
    return _whom_page(request, asked, known=known, many=many, new=new, form=form)


@keeps_typed("lending:portal-request-question", question=Question.WHOM.value)
@partners
@require_POST
def request_person(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Open a file for the person of this request, from the page that asks for whom."""
    asked = own_request(request, request_uuid)
    if asked.status not in WRITABLE:
        return redirect("lending:portal-request", request_uuid=asked.uuid)
    form = ShortPersonForm(request.POST, user=request.user, structure=asked.structure)
    if form.is_valid():
        try:
            person = actions.open_beneficiary(
                structure=asked.structure,
                facts=form.facts,
                notice_language=form.told_in,
                by=acting(request),
            )
            answer = RequestAnswers(for_one=True, beneficiary=person)
            _answer(request, asked, answer, Question.WHOM)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return _onwards(request, asked, Question.WHOM)
    known = KnownPersonForm(asked=asked, user=request.user)
    many = SeveralForm(asked=asked, user=request.user)
    return _whom_page(request, asked, known=known, many=many, new=form, form=form)


@partners
@require_http_methods(["GET", "HEAD", "POST"])
def request_check(request: UserRequest, request_uuid: uuid.UUID) -> HttpResponse:
    """Check your answers; then send."""
    asked = own_request(request, request_uuid)
    if asked.status not in WRITABLE:
        return redirect("lending:portal-request", request_uuid=asked.uuid)
    if request.method == "POST" and attempt(
        request,
        lambda: actions.submit_request(request=asked, by=acting(request)),
        _("Your request is sent."),
    ):
        return redirect("lending:portal-request-sent", request_uuid=asked.uuid)
    missing = missing_answers(asked)
    context = {
        "asked": asked,
        "answers": [(q, q in missing) for q in questions_of(asked)],
        "missing": missing,
        "goals": labels_of(asked, "goals"),
        "capabilities": labels_of(asked, "capabilities"),
        "check": True,
    }
    return render(request, "lending/portal/check.html", context)


def questions_of(asked: EquipmentRequest) -> list[Question]:
    """Its pages in their order: a workshop is not asked why a person needs a pack."""
    return [q for q in Question if q != Question.WHY or asked.for_one is not False]


def labels_of(asked: EquipmentRequest, name: str) -> list[str]:
    """The words of several choices."""
    chosen = dict(PAGES[_PAGE_OF[name]].base_fields[name].choices)  # type: ignore[attr-defined]
    return [str(chosen[each]) for each in getattr(asked, name) if each in chosen]


_PAGE_OF = {"goals": Question.GOALS, "capabilities": Question.EQUIPMENT}


def _kept(request: UserRequest, form: QuestionForm, page: Question) -> bool:
    """Whether the answer was valid, and is kept; what was refused stands in the form."""
    if not form.is_valid():
        return False
    try:
        _answer(request, form.asked, form.answers, page)
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


def _answer(
    request: UserRequest,
    asked: EquipmentRequest,
    answers: RequestAnswers,
    page: Question,
) -> None:
    actions.answer_request(
        request=asked, answers=answers, question=page, by=acting(request)
    )
    asked.refresh_from_db()


def _onwards(
    request: UserRequest, asked: EquipmentRequest, page: Question
) -> HttpResponse:
    """The next question; or back to the check, for who came from there."""
    if "autosave" in request.POST:
        return HttpResponse(status=204, headers={"X-Kept": "1"})
    pages = questions_of(asked)
    last = page == pages[-1]
    if last or "change" in request.GET:
        return redirect("lending:portal-request-check", request_uuid=asked.uuid)
    after = pages[pages.index(page) + 1] if page in pages else pages[0]
    return redirect(
        "lending:portal-request-question",
        request_uuid=asked.uuid,
        question=after.value,
    )


def _first_page(request: UserRequest, asked: EquipmentRequest) -> str:
    """For whom; or the page after it, where the draft was begun from a person's file."""
    people = Beneficiary.objects.visible_to(request.user)
    wanted = _uuid(request.POST.get("person", ""))
    theirs = people.filter(structure=asked.structure_id)
    person = theirs.filter(uuid=wanted).first() if wanted else None
    page = Question.WHOM
    if person is not None:
        answer = RequestAnswers(for_one=True, beneficiary=person)
        _answer(request, asked, answer, Question.WHOM)
        page = Question.WHY
    return reverse(
        "lending:portal-request-question",
        kwargs={"request_uuid": asked.uuid, "question": page.value},
    )


def _uuid(typed: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


def _around(
    request: UserRequest, asked: EquipmentRequest, page: Question
) -> dict[str, object]:
    """Which of how many, the page before, and whether it leads back to the check."""
    pages = questions_of(asked)
    number = pages.index(page) if page in pages else 0
    return {
        "asked": asked,
        "question": page,
        "number": number + 1,
        "total": len(pages),
        "before": pages[number - 1] if number else None,
        "change": "change" in request.GET,
    }


def _whom_page(
    request: UserRequest,
    asked: EquipmentRequest,
    *,
    known: KnownPersonForm,
    many: SeveralForm,
    new: ShortPersonForm,
    form: QuestionForm | ShortPersonForm,
) -> HttpResponse:
    has_people = known.fields["beneficiary"].queryset.exists()  # type: ignore[attr-defined]
    context = {
        "known": known,
        "many": many,
        "new": new,
        "has_people": has_people,
        "opened": _opened(asked, form, has_people=has_people),
        **_around(request, asked, Question.WHOM),
    }
    template = "lending/portal/whom_page.html"
    status = form.status if request.method == "POST" else 200
    return render(request, template, context, status=status)


def _opened(
    asked: EquipmentRequest, form: QuestionForm | ShortPersonForm, *, has_people: bool
) -> str:
    """Which of the three ways to answer stands open: what was tried, or answered."""
    if form.is_bound:
        tried = {SeveralForm: "many", ShortPersonForm: "new"}
        return tried.get(type(form), "known")
    if asked.for_one is False:
        return "many"
    return "known" if has_people else "new"
