"""The review's server: its addresses, and what each answers.

Whatever is asked for is looked up among the proposals that the command was given: no path is made
of what a request says. Every change is a form; the page's script sends the same forms and puts the
answer in place, so that the page works without it. Over 500 lines, so that all addresses stand in
one place.
"""

import threading
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from inspections.errors import ActionableError, sentence_of
from inspections.log.declaration import event_types
from inspections.pages.writing import STYLE
from inspections.review import changes
from inspections.review.appending import append_proposal, in_order
from inspections.review.folder.blocks import Block
from inspections.review.folder.deciding import FIXED, Decider, OutOfDateError
from inspections.review.folder.journal import Decision
from inspections.review.folder.proposal import (
    ADDED_NOTE,
    DOCUMENT,
    revision_of,
)
from inspections.review.forms import fields, filling, finding
from inspections.review.judging import Judge, Judgement
from inspections.review.library import Library
from inspections.review.marking import marks_on
from inspections.review.page_images import PageImages
from inspections.review.pages import STATIC, Card, Review, environment, verdict_of
from inspections.settings import Settings

_TEMPLATES = Path(__file__).parent.parent / "pages" / "templates"
_FILES = {
    "style.css": (_TEMPLATES / STYLE, "text/css"),
    "review.css": (STATIC / "review.css", "text/css"),
    "review.js": (STATIC / "review.js", "text/javascript"),
}
Answer = Callable[[Request, dict[str, list[str]]], Response]


class ReviewServer:
    """The pages of some proposals.

    Args:
        path: A proposal, or a folder of them.
        settings: Where log, seeds and kept texts lie.
        reviewer: Who decides, where that is known.
    """

    def __init__(self, path: Path, settings: Settings, reviewer: str = "") -> None:
        self._library = Library(path, settings, reviewer)
        self._settings = settings
        self._templates = environment()
        self._images = PageImages()
        self._judge = Judge(settings)
        self._previews = changes.Previews(settings)
        self._appending = threading.Lock()

    def close(self) -> None:
        """Stop the pages' other processes."""
        self._judge.close()
        self._previews.close()
        self._images.close()

    def app(self) -> Starlette:
        """The application; it must be served behind a guard."""
        own = "/p/{name}"
        reads: list[tuple[str, Any]] = [
            ("/", self._start),
            ("/append", self._queue_summary),
            ("/static/{file}", self._static),
            ("/favicon.ico", lambda request: Response(status_code=204)),
            (f"{own}/", self._page),
            (f"{own}/state", self._state),
            (f"{own}/page/{{page:int}}.png", self._image),
            (f"{own}/marks/{{page:int}}", self._marks),
            (f"{own}/find", self._find),
            (f"{own}/edit/{{key}}", self._edit_form),
            (f"{own}/add", self._add_form),
            (f"{own}/changes", self._changes),
            (f"{own}/append", self._summary),
            (f"{own}/preview/{{path:path}}", self._preview),
        ]
        posts: list[tuple[str, Answer]] = [
            ("/append", self._append_queue),
            (f"{own}/keep", self._keep),
            (f"{own}/leave-out", self._leave_out),
            (f"{own}/undo", self._undo),
            (f"{own}/edit/{{key}}", self._edit),
            (f"{own}/fill", self._fill),
            (f"{own}/settle", self._settle),
            (f"{own}/add", self._add),
            (f"{own}/append", self._append),
        ]
        return Starlette(
            routes=[
                *(Route(path, answer, methods=["GET"]) for path, answer in reads),
                *(Route(path, _posted(answer), methods=["POST"]) for path, answer in posts),
            ],
            exception_handlers={
                HTTPException: self._not_found,
                ActionableError: self._refused,
                OSError: self._refused,
            },
        )

    # What is read.

    def _start(self, request: Request) -> Response:
        if self._library.is_single:
            return self._render_page(self._library.path.name)
        return self._html("queue.html", title="Proposals to review", queue=self._library.queue())

    def _page(self, request: Request) -> Response:
        return self._render_page(request.path_params["name"])

    def _render_page(self, name: str) -> Response:
        review = self._library.review(name)
        judgement = self._judge.ask(review.proposal)
        return self._html(
            "review.html",
            title=review.proposal.title,
            **self._of_page(review, judgement),
        )

    def _of_page(self, review: Review, judgement: Judgement | None) -> dict[str, Any]:
        path = review.proposal.folder / DOCUMENT
        return {
            "review": review,
            "base": _base(review.name),
            "has_queue": not self._library.is_single,
            "sizes": self._images.sizes(path) if review.proposal.has_pages else [],
            "judgement": judgement,
            "verdict": lambda key: verdict_of(judgement, key),
        }

    def _static(self, request: Request) -> Response:
        try:
            path, kind = _FILES[request.path_params["file"]]
        except KeyError:
            raise HTTPException(404) from None
        return Response(path.read_bytes(), media_type=kind)

    def _state(self, request: Request) -> Response:
        """State that changes without this page: the gate's verdicts, and others' decisions."""
        name = request.path_params["name"]
        folder = self._library.folder(name)
        revision = revision_of(folder)
        if request.query_params.get("judged") == "yes" and (
            revision == request.query_params.get("revision")
        ):
            return JSONResponse({"revision": revision, "judged": True})
        review = self._library.review(name)
        judgement = self._judge.ask(review.proposal)
        return JSONResponse(
            {
                "revision": review.proposal.revision,
                "judged": judgement is not None,
                **self._gate(review, judgement),
            }
        )

    def _gate(self, review: Review, judgement: Judgement | None) -> dict[str, Any]:
        if judgement is None:
            return {}
        return {
            "verdicts": {
                key: verdict_of(judgement, key) for key in review.cards
            },
            "html": {
                "gate": self._fragment("gate.html", review=review, judgement=judgement),
            },
        }  # fmt: skip

    def _image(self, request: Request) -> Response:
        folder = self._library.folder(request.path_params["name"])
        picture = self._images.image(folder / DOCUMENT, request.path_params["page"])
        return Response(
            picture,
            media_type="image/png",
            headers={"Cache-Control": "private, max-age=86400"},
        )

    def _marks(self, request: Request) -> Response:
        """Places of the rows' words and the blocks on a page."""
        review = self._library.review(request.path_params["name"])
        return JSONResponse(marks_on(review, self._images, request.path_params["page"]))

    def _find(self, request: Request) -> Response:
        proposal = self._library.proposal(request.path_params["name"])
        judged = self._judge.judged(proposal.folder)
        asked = request.query_params
        found = finding.find(proposal, judged, asked.get("kind", ""), asked.get("q", ""))
        return JSONResponse([{"id": each.id, "words": each.words} for each in found])

    def _edit_form(self, request: Request) -> Response:
        review = self._library.review(request.path_params["name"])
        card = self._library.card(review, request.path_params["key"])
        return self._form(request, review, card.row.event_type, card.row.values, {}, card=card)

    def _add_form(self, request: Request) -> Response:
        review = self._library.review(request.path_params["name"])
        block = self._library.block(review.proposal, request.query_params.get("block", ""))
        types = filling.types_for(review.proposal, block)
        event_type = request.query_params.get("type", "")
        if event_type not in types:
            event_type = types[0]
        values = filling.filled(review.proposal, block, event_type)
        return self._form(request, review, event_type, values, {}, block=block, types=types)

    def _form(
        self,
        request: Request,
        review: Review,
        event_type: str,
        values: dict[str, str],
        faults: dict[str, str],
        card: Card | None = None,
        block: Block | None = None,
        types: Sequence[str] = (),
    ) -> Response:
        own, envelope = fields.fields_of(event_type, values, self._library.vocabulary)
        content = {
            "review": review,
            "base": _base(review.name),
            "event_type": event_type,
            "own": own,
            "envelope": envelope,
            "faults": faults,
            "card": card,
            "block": block,
            "types": types,
        }
        status = 422 if faults else 200
        if _is_script(request):
            html = self._fragment("form.html", **content)
            return JSONResponse({"form": html, "faults": bool(faults)}, status)
        title = "Edit a row" if card else "Add a row"
        return self._html("form_page.html", status, title=title, **content)

    def _changes(self, request: Request) -> Response:
        review = self._library.review(request.path_params["name"])
        found = self._previews.of(review.proposal)
        return self._html(
            "changes.html",
            title="What would change",
            review=review,
            base=_base(review.name),
            found=found,
            lines_of=changes.lines_of,
        )

    def _preview(self, request: Request) -> Response:
        folder = self._library.folder(request.path_params["name"])
        page = self._previews.page(folder, request.path_params["path"])
        if page is None:
            raise HTTPException(404)
        return Response(
            page.content,
            media_type=page.kind,
            headers={"Content-Security-Policy": page.policy},
        )

    def _summary(self, request: Request) -> Response:
        review = self._library.review(request.path_params["name"])
        judgement = self._judge.wait(review.proposal)
        return self._html(
            "summary.html",
            title="Append",
            base=_base(review.name),
            reviews=[review],
            judgements={review.name: judgement},
            action=f"{_base(review.name)}/append",
            back=f"{_base(review.name)}/",
        )

    def _queue_summary(self, request: Request) -> Response:
        reviews = self._library.reviewed()
        judgements = {review.name: self._judge.wait(review.proposal) for review in reviews}
        return self._html(
            "summary.html",
            title="Append all that are reviewed",
            base="",
            reviews=reviews,
            judgements=judgements,
            action="/append",
            back="/",
        )

    # What is decided.

    def _keep(self, request: Request, form: dict[str, list[str]]) -> Response:
        return self._decided(request, form, lambda decider, keys, seen: decider.keep(keys, seen))

    def _leave_out(self, request: Request, form: dict[str, list[str]]) -> Response:
        return self._decided(
            request, form, lambda decider, keys, seen: decider.leave_out(keys, seen)
        )

    def _undo(self, request: Request, form: dict[str, list[str]]) -> Response:
        # The answers for a whole cause are about the row again, too.
        return self._decided(
            request, form, lambda decider, keys, seen: decider.undo(keys[0]), whole=True
        )

    def _fill(self, request: Request, form: dict[str, list[str]]) -> Response:
        name, value = _one(form, "field"), _one(form, "value")
        column = next(
            (
                column
                for event_type in event_types().values()
                for column in event_type.columns
                if column.name == name and name not in FIXED
            ),
            None,
        )
        known = (
            {choice.code for choice in self._library.vocabulary.choices(column)}
            if column
            else set()
        )
        if not name or value not in known:
            raise OutOfDateError("Choose an answer from the list first.")
        return self._decided(
            request,
            form,
            lambda decider, keys, seen: decider.fill(keys, seen, {name: value}),
            whole=True,
        )

    def _settle(self, request: Request, form: dict[str, list[str]]) -> Response:
        return self._decided(
            request, form, lambda decider, keys, seen: decider.settle(keys), whole=True
        )

    def _edit(self, request: Request, form: dict[str, list[str]]) -> Response:
        review = self._library.review(request.path_params["name"])
        card = self._library.card(review, request.path_params["key"])
        values = fields.typed(card.row.event_type, {name: own[-1] for name, own in form.items()})
        faults = fields.check(
            card.row.event_type, card.row.values | values, self._library.vocabulary
        )
        if faults:
            shown = card.row.values | values
            return self._form(request, review, card.row.event_type, shown, faults, card=card)
        form = {**form, "key": [card.row.key]}
        return self._decided(
            request, form, lambda decider, keys, seen: decider.edit(keys[0], seen[keys[0]], values)
        )

    def _add(self, request: Request, form: dict[str, list[str]]) -> Response:
        review = self._library.review(request.path_params["name"])
        block = self._library.block(review.proposal, _one(form, "block"))
        types = filling.types_for(review.proposal, block)
        event_type = _one(form, "type")
        if event_type not in types:
            raise OutOfDateError("Choose the type of the row first.")
        given = fields.typed(event_type, {name: own[-1] for name, own in form.items()})
        values = filling.complete(event_type, given, review.proposal.document_id)
        faults = fields.check(event_type, values, self._library.vocabulary)
        if faults:
            return self._form(request, review, event_type, given, faults, block=block, types=types)
        said = block.text if block else ""
        page = f" (page {block.page})" if block and block.page else ""
        note = f"{ADDED_NOTE} by a person; rests on{page} «{said}»"
        return self._decided(
            request,
            form,
            lambda decider, keys, seen: decider.add(event_type, values, note),
            whole=True,
        )

    def _decided(
        self,
        request: Request,
        form: dict[str, list[str]],
        decide: Callable[[Decider, list[str], dict[str, str]], list[Decision]],
        whole: bool = False,
    ) -> Response:
        """Carry out a decision and answer with what changed on the page."""
        name = request.path_params["name"]
        keys = form.get("key", [])
        seen = dict(zip(keys, form.get("digest", []), strict=False))
        decisions = decide(self._library.decider(self._library.folder(name)), keys, seen)
        changed = list(dict.fromkeys(decision.key for decision in decisions))
        if not _is_script(request):
            place = f"#row-{changed[0]}" if changed else ""
            return RedirectResponse(f"{_base(name)}/{place}", 303)
        review = self._library.review(name)
        judgement = self._judge.ask(review.proposal)
        content = self._of_page(review, judgement)
        html = {
            "progress": self._fragment("progress.html", **content),
            "totals": self._fragment("totals.html", **content),
        }
        if whole or len(changed) > 8 or any(key not in review.cards for key in changed):
            html["rows"] = self._fragment("rows.html", **content)
        else:
            for key in changed:
                html[f"row-{key}"] = self._fragment("card.html", card=review.cards[key], **content)
            for group in review.groups:
                html[f"left-{group.id}"] = self._fragment("left.html", group=group)
        return JSONResponse(
            {
                "revision": review.proposal.revision,
                "judged": judgement is not None,
                "html": html,
                "focus": f"row-{changed[0]}" if changed else "",
                "moves_on": all(not each.undoes for each in decisions),
            }
        )

    def _append(self, request: Request, form: dict[str, list[str]]) -> Response:
        return self._confirmed([request.path_params["name"]], form, "")

    def _append_queue(self, request: Request, form: dict[str, list[str]]) -> Response:
        return self._confirmed(form.get("name", []), form, "/")

    def _confirmed(self, names: list[str], form: dict[str, list[str]], back: str) -> Response:
        seen = dict(zip(names, form.get("revision", []), strict=False))
        done, refused = [], ""
        with self._appending:
            proposals = [self._library.proposal(name) for name in names]
            for proposal in in_order(proposals):
                name = proposal.folder.name
                try:
                    done.append(
                        append_proposal(
                            proposal,
                            seen.get(name, ""),
                            self._library.decider(proposal.folder),
                            self._settings,
                        )
                    )
                except ActionableError as error:
                    refused = f"{proposal.title}: {error}"
                    break
        status = 409 if refused else 200
        return self._html(
            "appended.html",
            status,
            title="Appended" if not refused else "Not appended",
            done=done,
            refused=refused,
            back=back or f"{_base(names[0])}/",
        )

    # What is shared.

    def _fragment(self, template: str, **content: Any) -> str:
        return self._templates.get_template(template).render(**content)

    def _html(self, template: str, status: int = 200, **content: Any) -> Response:
        return HTMLResponse(self._fragment(template, **content), status)

    def _not_found(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        words = "There is no such page here." if error.status_code == 404 else error.detail
        return self._told(request, words, error.status_code)

    def _refused(self, request: Request, error: Exception) -> Response:
        words = sentence_of(error) or str(error)
        return self._told(request, words, 409)

    def _told(self, request: Request, words: str, status: int) -> Response:
        if _is_script(request):
            return JSONResponse({"message": words}, status)
        return self._html("message.html", status, title="Not done", message=words, back="/")


def _posted(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """An answer to a form: its fields are read, and the work is done in a thread."""

    async def respond(request: Request) -> Response:
        body = await request.body()
        form: dict[str, list[str]] = {}
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
            form.setdefault(name, []).append(value)
        return await run_in_threadpool(answer, request, form)

    return respond


def _is_script(request: Request) -> bool:
    """Whether the page's script asks, which puts the answer in place itself."""
    return request.headers.get("x-review") == "script"


def _base(name: str) -> str:
    return f"/p/{quote(name, safe='')}"


def _one(form: dict[str, list[str]], name: str) -> str:
    return form.get(name, [""])[-1]
