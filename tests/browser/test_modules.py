"""The game's scripts one by one, each imported into an empty page of ours."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(databases=["default", "documents"], transaction=True),
]
OUTBOX = """async ({ person, items, factory, full, renew }) => {
  const { Shelf } = await import("/static/js/shelf.js");
  const { Outbox } = await import("/static/js/outbox.js");
  if (full) IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError") };
  const none = () => { throw new DOMException("private") };
  const shelf = await Shelf.open(factory === "none" ? none : undefined);
  window.heard = [];
  window.outbox = new Outbox({ shelf, url: "/api/v1/votes", person, token: "old", renew: async () => renew });
  outbox.addEventListener("state", ({ detail }) => heard.push(detail.state));
  await outbox.open();
  await Promise.all(items.map((item) => outbox.add(item)));
  await outbox.flush();
  return { left: outbox.waiting.map(({ item }) => item.id), durable: outbox.durable, heard };
}"""
DECK = """async ({ cards }) => {
  const { Deck } = await import("/static/js/deck.js");
  const card = (photo) => `<article data-card data-photo="${photo}"><figure class="photo"><img class="hero"
    src="/static/img/mark.svg?${photo}"></figure><div class="styles"></div></article>`;
  document.body.innerHTML = '<div id="deck"></div>';
  const root = document.querySelector("#deck");
  const behind = (_, number) => `<template data-ahead>${card(`p${number + 1}`)}</template>`;
  const ahead = Array.from({ length: cards - 1 }, behind);
  root.innerHTML = card("p0") + ahead.join("") + '<template data-hand data-room="60"></template>';
  window.decoded = new Set();
  const decode = HTMLImageElement.prototype.decode;
  HTMLImageElement.prototype.decode = function () {
    decoded.add(this.src.split("?")[1]);
    return decode.call(this);
  };
  window.deck = new Deck(root);
  deck.open([]);
}"""


@pytest.fixture
def blank(page: Page, live_server) -> Page:
    page.goto(f"{live_server.url}/accounts/login/")
    return page


class Server:
    """Stands in for /api/v1/votes: keeps what came, answers with the statuses given, then with receipts."""

    def __init__(self, page: Page, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.batches: list[list[dict[str, Any]]] = []
        self.tokens: list[str] = []
        page.route("**/api/v1/votes", self.answer)

    def answer(self, route: Route) -> None:
        self.batches.append(json.loads(route.request.post_data or "")["votes"])
        self.tokens.append(route.request.headers["x-csrftoken"])
        status = self.statuses.pop(0) if self.statuses else 200
        receipts = [
            {"id": item["id"], "photo": "", "state": "kept", "news": None} for item in self.batches[-1]
        ]
        route.fulfill(status=status, json={"receipts": receipts, "today": 1, "goal": 20, "settled_today": 0})

    def ids(self) -> list[list[str]]:
        return [[str(item["id"]) for item in batch] for batch in self.batches]


def items(count: int) -> list[dict[str, str]]:
    return [{"id": f"vote-{number:04}", "photo": f"p{number}", "choice": "none"} for number in range(count)]


def run(page: Page, **what: Any) -> Any:
    return page.evaluate(OUTBOX, {"person": "ann", "items": [], "renew": None} | what)


def test_the_outbox_sends_in_order_and_in_batches_of_twenty(blank):
    server = Server(blank)

    assert run(blank, items=items(45))["left"] == []

    assert [len(batch) for batch in server.batches] == [20, 20, 5]
    assert [vote_id for batch in server.ids() for vote_id in batch] == [item["id"] for item in items(45)]


def test_the_outbox_sends_the_same_again_until_it_is_told(blank):
    server = Server(blank, 503)

    assert run(blank, items=items(2))["left"] == ["vote-0000", "vote-0001"]
    blank.evaluate("outbox.flush()")

    assert server.ids() == [["vote-0000", "vote-0001"]] * 2
    assert blank.evaluate("heard.filter((state) => state !== 'unsent')") == ["busy", "kept"]


def test_the_outbox_sends_one_by_one_what_the_server_cannot_read_together(blank):
    server = Server(blank, 400, 400)

    assert run(blank, items=items(3))["left"] == []

    assert [len(batch) for batch in server.batches] == [3, 1, 1, 1]


def test_the_outbox_takes_a_new_token_for_the_same_person_only(blank):
    server = Server(blank, 403)
    assert run(blank, items=items(1), renew={"person": "ann", "token": "new"})["left"] == []
    assert server.tokens == ["old", "new"]

    server.statuses = [403]
    told = run(blank, items=[{"id": "vote-next", "photo": "p9", "choice": "none"}], renew={"person": "ben"})

    assert (told["left"], told["heard"][-1]) == (["vote-next"], "another")


def test_the_outbox_outlives_the_page_and_waits_for_its_person(blank):
    server = Server(blank, 503)
    run(blank, items=items(3))
    blank.reload()

    assert run(blank, person="ben")["left"] == []
    assert len(server.batches) == 1
    assert run(blank)["left"] == []
    assert server.ids()[1] == ["vote-0000", "vote-0001", "vote-0002"]


@pytest.mark.parametrize("trouble", [{"factory": "none"}, {"full": True}], ids=["no database", "disk full"])
def test_the_outbox_works_from_memory_and_says_so(blank, trouble):
    server = Server(blank, 503)

    assert run(blank, items=items(2), **trouble)["durable"] is False
    blank.evaluate("outbox.flush()")

    assert server.ids()[1] == ["vote-0000", "vote-0001"]


def test_the_outbox_sends_what_waits_when_the_page_goes(blank):
    server = Server(blank, 503)
    run(blank, items=items(2))

    blank.evaluate("dispatchEvent(new Event('pagehide'))")

    assert server.ids()[-1] == ["vote-0000", "vote-0001"]


def test_an_undo_says_only_which_vote(blank):
    server = Server(blank)

    run(blank, items=[{"id": "vote-0001", "undo": True, "photo": "p1"}])

    assert server.batches == [[{"id": "vote-0001", "undo": True}]]


def test_the_deck_decodes_the_next_five_and_fetches_the_rest(blank):
    blank.evaluate(DECK, {"cards": 12})
    blank.wait_for_selector("#deck[data-fetched='11']")
    assert blank.evaluate("[...decoded].sort()") == ["p0", "p1", "p2", "p3", "p4", "p5"]

    blank.evaluate("deck.advance('v0', null)")

    assert blank.evaluate("[deck.photo, deck.judgeable]") == ["p1", True]
    assert blank.evaluate("deck.held.length") == 11


def test_a_photo_that_is_not_decoded_yet_cannot_be_judged(blank):
    blank.route("**/mark.svg?p0", lambda route: None)

    blank.evaluate(DECK, {"cards": 2})

    assert blank.evaluate("[deck.photo, deck.judgeable]") == ["p0", False]


def test_the_deck_takes_back_ten_and_knows_what_was_answered_elsewhere(blank):
    blank.evaluate(DECK, {"cards": 20})
    blank.evaluate("for (let n = 0; n < 12; n++) deck.advance(`v${n}`, null)")

    back = blank.evaluate("Array.from({ length: 11 }, () => deck.back()?.vote ?? null)")
    assert back == [*(f"v{number}" for number in range(11, 1, -1)), None]

    blank.evaluate("deck.drop('p3'); deck.drop(deck.photo)")
    assert blank.evaluate("deck.held.slice(0, 2)") == ["p4", "p5"]


KEYS = """async () => {
  const { bound, listen } = await import("/static/js/keys.js");
  window.pressed = [];
  const actions = { one: () => pressed.push("one"), undo: () => pressed.push("undo") };
  listen(bound({ one: "1", undo: "X" }, actions));
  document.body.innerHTML = '<h1>Keys</h1><input id="text"><dialog>Hello</dialog>';
}"""


def test_keys_press_once_without_a_modifier_and_never_while_typing(blank):
    blank.evaluate(KEYS)
    for key in ("1", "x", "Control+1", "Alt+x", "Meta+1", "q"):
        blank.keyboard.press(key)
    azerty = {"key": "&", "code": "Digit1"}
    blank.evaluate("(key) => dispatchEvent(new KeyboardEvent('keydown', key))", azerty)
    blank.focus("#text")
    blank.keyboard.press("1")
    blank.evaluate("document.activeElement.blur(); document.querySelector('dialog').showModal()")
    blank.keyboard.press("1")

    assert blank.evaluate("pressed") == ["one", "undo", "one"]
