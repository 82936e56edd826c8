"""Fetching pictures, keeping them, and coming back for those that are missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.adapters.files import FileStore
from broadsheet.adapters.http import FetchSettings, HttpFetcher
from broadsheet.formats.ledger import digest_of
from broadsheet.model import Capture, Failure, Picture, Request, Revision
from broadsheet.policy.pictures import (
    LADDER_S,
    Attempt,
    after_miss,
    attempts_for,
    is_due,
    is_hopeless,
    missing_since,
    next_attempt,
)
from broadsheet.services.archive import Archive
from broadsheet.services.archive.fixity import verify
from broadsheet.services.archive.pictures import (
    Caps,
    KeptPicture,
    MissedPicture,
    MissingPictures,
    Pictures,
    Wanted,
    find_kept,
    iter_kept,
    ledger_pictures,
    picture_key,
    retry_missing,
)
from broadsheet.testing.fetch import Answer, MemoryFetcher
from broadsheet.testing.store import MemoryStore
from tests import paintings as paint
from tests.making import NOW, keep, make_article, make_draft
from tests.server import Reply, Seen, Server

PAGE = "https://harbour.example/a/ferry/1.html"
ORIGIN = "https://pictures.example/ferry.jpg"
PHOTO = paint.jpeg()
DIGEST = digest_of(PHOTO)
OTHER = "https://pictures.example/other.jpg"
PROXY = f"https://images.weserv.nl/?url={ORIGIN}"


class GuardedFetcher(MemoryFetcher):
    """Answers by address and Referer: where ``doors`` knows the address, only that Referer opens it."""

    def __init__(self, answers: Mapping[str, Answer], doors: Mapping[str, str], refusal: Answer) -> None:
        super().__init__(answers)
        self._doors = doors
        self._refusal = refusal

    def _fetch(self, request: Request) -> Capture | Failure:
        door = self._doors.get(request.url)
        if door is None or dict(request.headers).get("Referer") == door:
            return super()._fetch(request)
        self.asked.append(request)
        inner = MemoryFetcher({request.url: self._refusal}, now=self.now)
        [answer] = inner.fetch_all([request])
        return answer


def fetch(
    fetcher: MemoryFetcher, *wanted: Wanted, store: MemoryStore | None = None, caps: Caps | None = None
) -> object:
    """What became of the only, or the first, picture wanted."""
    outcomes = Pictures(store if store is not None else MemoryStore(), fetcher, caps).fetch_all(wanted)
    return outcomes[wanted[0].origin]


def asked(fetcher: MemoryFetcher) -> list[tuple[str, str | None]]:
    return [(request.url, dict(request.headers).get("Referer")) for request in fetcher.asked]


# -- keeping -------------------------------------------------------------------------------------------------------


def test_a_picture_is_kept_by_the_digest_of_its_bytes_with_the_extension_of_its_kind() -> None:
    store, fetcher = (
        MemoryStore(),
        MemoryFetcher({ORIGIN: Answer(paint.png(), headers=(("Content-Type", "image/jpeg"),))}),
    )
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE), store=store)
    digest = digest_of(paint.png())
    assert isinstance(kept, KeptPicture)
    assert kept.key == f"pictures/{digest[:2]}/{digest}.png" == find_kept(store, digest)
    assert (kept.media_type, kept.width, kept.height, kept.size) == ("image/png", 40, 30, len(paint.png()))
    assert store.get(kept.key) == paint.png()
    assert fetcher.asked[0].purpose == "picture"


def test_pictures_of_many_articles_are_asked_for_together_and_each_once() -> None:
    origins = [f"https://p{number}.example/x.gif" for number in range(50)]
    fetcher = MemoryFetcher({origin: Answer(paint.gif(number + 4, 9)) for number, origin in enumerate(origins)})
    store = MemoryStore()
    wanted = [Wanted(origin, f"{PAGE}?{turn}") for turn in range(3) for origin in origins]
    outcomes = Pictures(store, fetcher).fetch_all(wanted)
    assert set(outcomes) == set(origins)
    assert len(fetcher.asked) == 50
    assert len(list(iter_kept(store))) == 50


def test_the_same_bytes_at_two_origins_are_one_file() -> None:
    other = "https://mirror.example/y.jpg"
    store, fetcher = MemoryStore(), MemoryFetcher({ORIGIN: Answer(PHOTO), other: Answer(PHOTO)})
    outcomes = Pictures(store, fetcher).fetch_all([Wanted(ORIGIN, PAGE), Wanted(other, PAGE)])
    assert {outcome.digest for outcome in outcomes.values() if isinstance(outcome, KeptPicture)} == {DIGEST}
    assert list(iter_kept(store)) == [(DIGEST, picture_key(DIGEST, "jpg"))]


def test_a_known_picture_is_fetched_again_only_if_its_file_is_gone() -> None:
    store, fetcher = MemoryStore(), MemoryFetcher({ORIGIN: Answer(PHOTO)})
    store.put_all([(picture_key(DIGEST, "jpg"), PHOTO)])
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE, known=DIGEST), store=store)
    assert isinstance(kept, KeptPicture)
    assert (kept.digest, kept.width, fetcher.asked) == (DIGEST, 40, [])
    store.remove(kept.key)
    assert isinstance(fetch(fetcher, Wanted(ORIGIN, PAGE, known=DIGEST), store=store), KeptPicture)
    assert (len(fetcher.asked), store.get(kept.key)) == (1, PHOTO)


def test_one_run_fetches_what_every_article_shows_once() -> None:
    store, fetcher = MemoryStore(), MemoryFetcher({ORIGIN: Answer(PHOTO)})
    pictures = Pictures(store, fetcher)
    first, second = (pictures.fetch_all([Wanted(ORIGIN, f"{PAGE}?{turn}")])[ORIGIN] for turn in (1, 2))
    assert first == second
    assert len(fetcher.asked) == 1
    store.remove(picture_key(DIGEST, "jpg"))
    pictures.fetch_all([Wanted(ORIGIN, PAGE)])
    assert len(fetcher.asked) == 2


def test_a_damaged_file_is_put_right_by_the_bytes_it_is_named_by() -> None:
    store, fetcher = MemoryStore(), MemoryFetcher({ORIGIN: Answer(PHOTO)})
    store.put_all([(picture_key(DIGEST, "jpg"), b"damaged")])
    assert isinstance(fetch(fetcher, Wanted(ORIGIN, PAGE), store=store), KeptPicture)
    assert store.get(picture_key(DIGEST, "jpg")) == PHOTO


def test_an_svg_is_kept_and_said_to_be_a_document() -> None:
    kept = fetch(MemoryFetcher({ORIGIN: Answer(paint.svg())}), Wanted(ORIGIN, PAGE))
    assert isinstance(kept, KeptPicture)
    assert (kept.is_document, kept.key[-4:]) == (True, ".svg")


def test_what_moves_is_kept_as_it_is() -> None:
    kept = fetch(MemoryFetcher({ORIGIN: Answer(paint.gif(frames=3))}), Wanted(ORIGIN, PAGE))
    assert isinstance(kept, KeptPicture)
    assert kept.is_animated


def test_pictures_of_more_than_a_batch_are_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.services.archive.pictures._fetching._BATCH_BYTES", 100)
    origins = [f"https://p.example/{number}.bmp" for number in range(9)]
    store = MemoryStore()
    fetcher = MemoryFetcher({origin: Answer(paint.bmp(10 + number, 5)) for number, origin in enumerate(origins)})
    Pictures(store, fetcher).fetch_all(Wanted(origin, PAGE) for origin in origins)
    assert len(list(iter_kept(store))) == 9


def test_what_the_ledger_says_of_an_article_s_pictures() -> None:
    outcomes = Pictures(MemoryStore(), MemoryFetcher({ORIGIN: Answer(PHOTO)})).fetch_all(
        [Wanted(ORIGIN, PAGE), Wanted(OTHER, PAGE)]
    )
    assert ledger_pictures([OTHER, ORIGIN, "x"], outcomes) == {OTHER: None, ORIGIN: DIGEST, "x": None}


def test_over_http_the_ladder_opens_a_host_that_forbids_borrowing() -> None:
    def guarded(seen: Seen) -> Reply:
        is_own = seen.find("referer") == f"http://{seen.find('host')}/"
        return Reply(200, PHOTO) if is_own else Reply(403, b"no hotlinking")

    settings = FetchSettings(private_networks=("127.0.0.0/8",), host_spacing_s=0.0, domain_spacing_s=0.0)
    store = MemoryStore()
    with Server({"/x.jpg": guarded, "/gone.jpg": lambda _: Reply(404)}) as server, HttpFetcher(settings) as fetcher:
        origins = [server.url("/x.jpg"), server.url("/gone.jpg")]
        outcomes = Pictures(store, fetcher).fetch_all(Wanted(origin, PAGE) for origin in origins)
    assert ledger_pictures(origins, outcomes) == {origins[0]: DIGEST, origins[1]: None}
    assert outcomes[origins[1]] == MissedPicture(origins[1], "status 404")


# -- what is not kept ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "answer", "reason", "hopeless"),
    [
        (ORIGIN, Answer(paint.gif(1, 1)), "tracking pixel", True),
        (ORIGIN, Answer(paint.png(20_000, 20_000)), "too many pixels", True),
        (ORIGIN, Answer(bytes(2001)), "too large", True),
        (ORIGIN, Answer(b"<html>gone</html>"), "not a picture", False),
        (ORIGIN, Answer(b""), "not a picture", False),
        (ORIGIN, Answer(PHOTO[:-20]), "broken", False),
        (ORIGIN, Answer(status=404), "status 404", False),
        (ORIGIN, Answer(status=500), "status 500", False),
        (ORIGIN, Answer(reason="dns"), "dns", False),
        (ORIGIN, Answer(reason="private address"), "private address", True),
        ("data:image/png;base64,AAAA", Answer(), "not an address", True),
        ("/relative.jpg", Answer(), "not an address", True),
        ("https://[broken/x.jpg", Answer(), "not an address", True),
        ("", Answer(), "not an address", True),
    ],
)
def test_what_cannot_be_kept_is_a_value_and_costs_nothing_else(
    origin: str, answer: Answer, reason: str, hopeless: bool
) -> None:
    good = "https://good.example/x.jpg"
    store, fetcher = MemoryStore(), MemoryFetcher({ORIGIN: answer, good: Answer(PHOTO)})
    outcomes = Pictures(store, fetcher, Caps(max_bytes=2000)).fetch_all([Wanted(origin, PAGE), Wanted(good, PAGE)])
    assert outcomes[origin] == MissedPicture(origin, reason, hopeless)
    assert isinstance(outcomes[good], KeptPicture)
    assert [digest for digest, _ in iter_kept(store)] == [DIGEST]


def test_a_broken_picture_is_kept_as_it_is_when_it_never_comes_whole() -> None:
    fetcher = MemoryFetcher({ORIGIN: Answer(PHOTO[:-20])})
    assert fetch(fetcher, Wanted(ORIGIN, PAGE, tries=1)) == MissedPicture(ORIGIN, "broken")
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE, tries=2))
    assert isinstance(kept, KeptPicture)
    assert (kept.note, kept.digest) == ("cut short", digest_of(PHOTO[:-20]))


# -- the ladder ----------------------------------------------------------------------------------------------------

HOTLINK = Answer(b"<html>no hotlinking</html>")


@pytest.mark.parametrize("door", [PAGE, "https://pictures.example/"])
@pytest.mark.parametrize("refusal", [Answer(status=403), HOTLINK])
def test_a_host_that_forbids_borrowing_is_asked_as_from_its_readers(door: str, refusal: Answer) -> None:
    fetcher = GuardedFetcher({ORIGIN: Answer(PHOTO)}, {ORIGIN: door}, refusal)
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE))
    assert isinstance(kept, KeptPicture)
    assert (kept.url, kept.referer) == (ORIGIN, door)
    ladder = [(ORIGIN, None), (ORIGIN, PAGE), (ORIGIN, "https://pictures.example/")]
    assert asked(fetcher) == ladder[: 2 if door == PAGE else 3]


def test_a_proxy_is_asked_last_and_the_origin_first() -> None:
    fetcher = MemoryFetcher({PROXY: Answer(PHOTO)})
    kept = fetch(fetcher, Wanted(PROXY, PAGE))
    assert isinstance(kept, KeptPicture)
    assert (kept.origin, kept.url) == (PROXY, PROXY)
    assert asked(fetcher) == [(ORIGIN, None), (ORIGIN, PAGE), (PROXY, None)]


def test_a_proxy_that_vanished_costs_nothing_while_the_origin_is_there() -> None:
    fetcher = MemoryFetcher({ORIGIN: Answer(PHOTO), PROXY: Answer(reason="dns")})
    assert isinstance(fetch(fetcher, Wanted(PROXY, PAGE)), KeptPicture)
    assert asked(fetcher) == [(ORIGIN, None)]


def test_https_then_http_then_the_proxy() -> None:
    proxy = "https://wsrv.nl/?url=pictures.example/ferry.jpg"
    fetcher = MemoryFetcher({ORIGIN: Answer(reason="tls"), proxy: Answer(PHOTO)})
    assert isinstance(fetch(fetcher, Wanted(proxy, PAGE)), KeptPicture)
    plain = ORIGIN.replace("https:", "http:")
    assert asked(fetcher) == [(ORIGIN, None), (plain, None), (plain, PAGE), (proxy, None)]


@pytest.mark.parametrize(
    "answer", [Answer(status=429, headers=(("Retry-After", "900"),)), Answer(reason="timeout"), Answer(status=503)]
)
def test_a_busy_host_ends_the_ladder_for_now_and_not_for_ever(answer: Answer) -> None:
    fetcher = MemoryFetcher({ORIGIN: answer, PROXY: Answer(PHOTO)})
    missed = fetch(fetcher, Wanted(PROXY, PAGE))
    assert isinstance(missed, MissedPicture)
    assert missed.retry_after_s == (900.0 if answer.status == 429 else None)
    assert asked(fetcher) == [(ORIGIN, None)]
    assert isinstance(fetch(fetcher, Wanted(PROXY, PAGE, tries=2)), KeptPicture)


_REASONS = st.sampled_from(
    ["timeout", "status 429", "status 403", "status 404", "status 410", "status 500", "dns", "tls", "not a picture",
     "too large", "private address", "anything"]
)  # fmt: skip


@given(reasons=st.lists(_REASONS, min_size=12, max_size=12), tries=st.integers(0, 6))
def test_every_ladder_ends_and_repeats_nothing(reasons: Sequence[str], tries: int) -> None:
    attempts = attempts_for("https://wsrv.nl/?url=pictures.example/ferry.jpg", PAGE)
    assert len(set(attempts)) == len(attempts) == 7
    at: int | None = 0
    taken: list[int] = []
    for reason in reasons:
        assert at is not None
        taken.append(at)
        at = next_attempt(attempts, at, reason, tries)
        if at is None:
            break
    assert at is None
    assert taken == sorted(set(taken))


def test_a_referer_tells_no_secrets() -> None:
    attempts = attempts_for(ORIGIN, "https://me:secret@harbour.example/a?utm_source=x#part")
    assert attempts == (
        Attempt(ORIGIN),
        Attempt(ORIGIN, "https://harbour.example/a"),
        Attempt(ORIGIN, "https://pictures.example/"),
    )
    assert attempts_for(ORIGIN, "not an address") == (Attempt(ORIGIN), Attempt(ORIGIN, "https://pictures.example/"))


# -- when to come back ---------------------------------------------------------------------------------------------


def test_the_ladder_of_waits_ends() -> None:
    missing, now, waits = missing_since(ORIGIN, NOW), NOW, []
    while missing.due is not None:
        assert not is_due(missing, missing.due - timedelta(seconds=1))
        assert is_due(missing, missing.due)
        waits.append((missing.due - now).total_seconds())
        now = missing.due
        missing = after_miss(missing, now, "status 404", wait_s=None, hopeless=False)
    assert tuple(waits) == LADDER_S == (3600, 21_600, 86_400, 604_800, 2_592_000)
    assert (missing.tries, missing.since, is_due(missing, NOW + timedelta(days=9999))) == (6, NOW, False)


def test_a_wait_the_server_asks_for_is_kept_and_a_wrong_one_cut() -> None:
    missing = missing_since(ORIGIN, NOW)
    assert after_miss(missing, NOW, "status 429", wait_s=30_000, hopeless=False).due == NOW + timedelta(seconds=30_000)
    assert after_miss(missing, NOW, "status 429", wait_s=1e12, hopeless=False).due == NOW + timedelta(days=31)
    assert after_miss(missing, NOW, "too large", wait_s=None, hopeless=True).due is None


def test_a_clock_that_was_wrong_does_not_put_a_picture_off_for_years() -> None:
    assert is_due(missing_since(ORIGIN, NOW + timedelta(days=4000)), NOW)


@pytest.mark.parametrize(
    ("reasons", "hopeless"),
    [
        (["too large"], True),
        (["status 403", "tracking pixel"], True),
        (["private address", "private address"], True),
        (["private address", "status 404"], False),
        (["dns"], False),
    ],
)
def test_what_is_hopeless(reasons: list[str], hopeless: bool) -> None:
    assert is_hopeless(reasons) == hopeless


# -- what is missing -----------------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)


class Newsroom:
    """An archive with a Fetcher and a clock."""

    def __init__(self, root: Path) -> None:
        self.archive = Archive(FileStore(root))
        self.answers: dict[str, Answer] = {}
        self.fetcher = MemoryFetcher(self.answers)
        self.now = NOW

    def clock(self) -> datetime:
        return self.now

    def keep(self, number: int, *origins: str) -> Revision:
        article = make_article(number, pictures=tuple(Picture(origin) for origin in origins))
        [line] = keep(self.archive, make_draft(article))
        return line

    def missing(self) -> MissingPictures:
        missing = MissingPictures(self.archive)
        missing.sync()
        return missing

    def retry(self, limit: int | None = None) -> int:
        pictures = Pictures(self.archive.store, self.fetcher)
        rounds = retry_missing(self.archive, pictures, MissingPictures(self.archive), self.clock, limit=limit)
        return sum(one.kept for one in rounds)

    def origins(self) -> list[tuple[str, int, bool]]:
        return [(state.origin, state.tries, state.due is None) for state, _ in self.missing().iter_missing()]


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


def test_what_the_ledger_lacks_is_due_an_hour_later(newsroom: Newsroom) -> None:
    line = newsroom.keep(1, ORIGIN)
    missing = newsroom.missing()
    assert list(missing.iter_due(NOW)) == []
    assert list(missing.iter_due(NOW + HOUR)) == [Wanted(ORIGIN, line.url, tries=1, outlet="harbour")]


def test_a_picture_that_comes_back_gets_its_line_and_leaves_the_list(newsroom: Newsroom) -> None:
    line = newsroom.keep(1, ORIGIN, OTHER)
    assert newsroom.retry() == 0
    newsroom.answers[ORIGIN] = Answer(PHOTO)
    newsroom.now += HOUR
    assert newsroom.retry() == 1
    *_, last = newsroom.archive.iter_article(line.article, line.path)
    assert (last.why, last.revision, last.pictures) == (("pictures",), 1, {ORIGIN: DIGEST, OTHER: None})
    assert newsroom.origins() == [(OTHER, 2, False)]
    assert verify(Archive(newsroom.archive.store)).findings == []
    newsroom.fetcher.asked.clear()
    newsroom.now += HOUR
    assert (newsroom.retry(), newsroom.fetcher.asked) == (0, [])


def test_a_picture_of_two_articles_is_fetched_once_and_stated_twice(newsroom: Newsroom) -> None:
    lines = [newsroom.keep(number, ORIGIN) for number in (1, 2)]
    newsroom.answers[ORIGIN] = Answer(PHOTO)
    newsroom.now += HOUR
    assert newsroom.retry() == 1
    assert len(newsroom.fetcher.asked) == 1
    for line in lines:
        *_, last = newsroom.archive.iter_article(line.article, line.path)
        assert last.pictures == {ORIGIN: DIGEST}
    assert newsroom.origins() == []


def test_what_never_comes_is_given_up_and_still_listed(newsroom: Newsroom) -> None:
    newsroom.keep(1, ORIGIN)
    tried = []
    for _ in range(24 * 60):
        newsroom.retry()
        if newsroom.fetcher.asked:
            tried.append((newsroom.now - NOW) // HOUR)
            newsroom.fetcher.asked.clear()
        newsroom.now += HOUR
    assert tried == [1, 7, 31, 199, 919]
    assert newsroom.origins() == [(ORIGIN, 6, True)]
    [(state, _)] = newsroom.missing().iter_missing()
    assert state.reason == "status 404"


def test_without_the_state_file_nothing_is_lost(newsroom: Newsroom) -> None:
    newsroom.keep(1, ORIGIN, OTHER)
    newsroom.answers[ORIGIN] = Answer(PHOTO)
    newsroom.now += HOUR
    newsroom.retry()
    newsroom.archive.store.remove(".broadsheet/pictures.json")
    assert newsroom.origins() == [(OTHER, 1, False)]


@pytest.mark.parametrize("state", [b"", b"[]", b"{}", b'{"form":1,"read":{"x":"y"}}', b'{"form":9}', b"\xff"])
def test_a_damaged_state_file_is_made_anew(newsroom: Newsroom, state: bytes) -> None:
    newsroom.keep(1, ORIGIN)
    newsroom.archive.store.replace(".broadsheet/pictures.json", state)
    assert newsroom.origins() == [(ORIGIN, 1, False)]


def test_only_new_lines_are_read_and_other_ledgers_mean_a_fresh_start(newsroom: Newsroom) -> None:
    newsroom.keep(1, ORIGIN)
    missing = newsroom.missing()
    missing.save()
    newsroom.keep(2, OTHER)
    assert [origin for origin, _, _ in newsroom.origins()] == [ORIGIN, OTHER]
    missing = newsroom.missing()
    missing.save()
    [(file, _)] = newsroom.archive.iter_ledger_files()
    lines = newsroom.archive.store.get(file).splitlines(keepends=True)
    newsroom.archive.store.replace(file, lines[0])
    assert [origin for origin, _, _ in newsroom.origins()] == [ORIGIN]


def test_a_taken_down_article_wants_no_pictures(newsroom: Newsroom) -> None:
    line = newsroom.keep(1, ORIGIN)
    newsroom.archive.take_down(line.article, line.path, "asked for", NOW)
    newsroom.now += HOUR
    assert (newsroom.retry(), newsroom.fetcher.asked) == (0, [])


def test_a_later_revision_that_lost_its_picture_gets_it_back(newsroom: Newsroom) -> None:
    line = newsroom.keep(1, ORIGIN)
    newsroom.answers[ORIGIN] = Answer(PHOTO)
    newsroom.now += HOUR
    newsroom.retry()
    *_, last = newsroom.archive.iter_article(line.article, line.path)
    article = make_article(1, body="<p>改</p>", pictures=(Picture(ORIGIN),))
    [second] = keep(newsroom.archive, make_draft(article, last, why=("body",), captured=newsroom.now))
    assert second.pictures == {ORIGIN: None}
    newsroom.now += HOUR
    newsroom.retry()
    *_, last = newsroom.archive.iter_article(line.article, line.path)
    assert (last.revision, last.pictures) == (2, {ORIGIN: DIGEST})
    assert newsroom.origins() == []


def test_a_damaged_document_costs_its_line_only(newsroom: Newsroom) -> None:
    bad, good = newsroom.keep(1, ORIGIN), newsroom.keep(2, OTHER)
    newsroom.archive.store.remove(bad.path)
    newsroom.answers |= {ORIGIN: Answer(PHOTO), OTHER: Answer(paint.png())}
    newsroom.now += HOUR
    pictures = Pictures(newsroom.archive.store, newsroom.fetcher)
    [result] = retry_missing(newsroom.archive, pictures, newsroom.missing(), newsroom.clock)
    assert [bad.path in sentence for sentence in result.complaints] == [True]
    *_, last = newsroom.archive.iter_article(good.article, good.path)
    assert last.pictures == {OTHER: digest_of(paint.png())}
    assert newsroom.origins() == [(ORIGIN, 2, False)]


def test_a_broken_picture_is_stated_as_such_in_the_end(newsroom: Newsroom) -> None:
    line = newsroom.keep(1, ORIGIN)
    newsroom.answers[ORIGIN] = Answer(PHOTO[:-20])
    for _ in range(10):
        newsroom.now += HOUR
        newsroom.retry()
    *_, last = newsroom.archive.iter_article(line.article, line.path)
    assert last.pictures == {ORIGIN: digest_of(PHOTO[:-20])}
    assert last.reason == f"cut short: {ORIGIN}"


class Witness(MemoryStore):
    """A Store that remembers what was written in which order."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []

    def put_all(self, files: Iterable[tuple[str, bytes]]) -> int:
        files = list(files)
        self.written += [key.partition("/")[0] for key, _ in files]
        return super().put_all(files)

    def append_all(self, additions: Iterable[tuple[str, bytes, int]]) -> None:
        additions = list(additions)
        self.written += [key.partition("/")[0] for key, _, _ in additions]
        super().append_all(additions)

    def replace(self, key: str, content: bytes) -> None:
        self.written.append(key.partition("/")[0])
        super().replace(key, content)


def test_the_picture_is_durable_before_the_line_and_the_line_before_the_state() -> None:
    store = Witness()
    archive = Archive(store)
    keep(archive, make_draft(make_article(1, pictures=(Picture(ORIGIN),))))
    store.written.clear()
    pictures = Pictures(store, MemoryFetcher({ORIGIN: Answer(PHOTO)}))
    [_] = retry_missing(archive, pictures, MissingPictures(archive), lambda: NOW + HOUR)
    assert store.written == ["pictures", "ledger", ".broadsheet"]


def test_batches_and_limits(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadsheet.services.archive.pictures._missing._BATCH", 3)
    origins = [f"https://pictures.example/{number}.gif" for number in range(8)]
    newsroom.keep(1, *origins)
    for number, origin in enumerate(origins):
        newsroom.answers[origin] = Answer(paint.gif(10 + number, 9))
    newsroom.now += HOUR
    assert newsroom.retry(limit=2) == 2
    assert newsroom.retry() == 6
    assert verify(Archive(newsroom.archive.store)).findings == []


def test_the_state_file_is_ascii_json_with_sorted_keys(newsroom: Newsroom) -> None:
    newsroom.keep(1, "https://pictures.example/渡轮.jpg")
    newsroom.missing().save()
    stated = json.loads(newsroom.archive.store.get(".broadsheet/pictures.json").decode("ascii"))
    assert list(stated) == ["articles", "form", "pictures", "read"]


def test_retried_counts_what_was_kept(newsroom: Newsroom) -> None:
    newsroom.keep(1, ORIGIN)
    missing = newsroom.missing()
    newsroom.answers[ORIGIN] = Answer(PHOTO)
    newsroom.now += HOUR
    pictures = Pictures(newsroom.archive.store, newsroom.fetcher)
    [result] = retry_missing(newsroom.archive, pictures, missing, newsroom.clock)
    assert (result.kept, len(result.additions), result.complaints) == (1, 1, [])


# -- proxies under which a page shows a picture --------------------------------------------------------------------


def test_a_picture_found_through_a_proxy_is_asked_at_its_origin_first() -> None:
    own = "https://n.example/beacon/resize?w=640&url=https%3A%2F%2Fpictures.example%2Fferry.jpg"
    fetcher = MemoryFetcher({ORIGIN: Answer(PHOTO), own: Answer(paint.png())})
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE, found_as=own))
    assert isinstance(kept, KeptPicture)
    assert (kept.digest, asked(fetcher)) == (DIGEST, [(ORIGIN, None)])


def test_an_origin_that_fails_gives_way_to_the_proxy_the_page_shows() -> None:
    strange = "https://n.example/thumbs/ferry-small.jpg"
    fetcher = MemoryFetcher({ORIGIN: Answer(reason="dns"), strange: Answer(PHOTO)})
    kept = fetch(fetcher, Wanted(ORIGIN, PAGE, found_as=strange))
    assert isinstance(kept, KeptPicture)
    assert (kept.origin, kept.url) == (ORIGIN, strange)
    assert [attempt.url for attempt in attempts_for(ORIGIN, PAGE, strange)][-1] == strange


def test_a_mirrors_picture_is_asked_at_its_origin_then_through_the_proxy() -> None:
    borrowed = "https://images.weserv.nl/?url=pictures.example/ferry.jpg"
    fetcher = MemoryFetcher({borrowed: Answer(PHOTO)})
    kept = fetch(fetcher, Wanted(borrowed, PAGE))
    assert isinstance(kept, KeptPicture)
    urls = list(dict.fromkeys(url for url, _ in asked(fetcher)))
    assert urls == [ORIGIN, ORIGIN.replace("https", "http"), borrowed]
    assert kept.origin == borrowed


def test_the_proxy_is_remembered_until_the_picture_is_there(tmp_path: Path) -> None:
    archive = Archive(FileStore(tmp_path))
    proxy = "https://n.example/thumbs/ferry-small.jpg"
    article = make_article(pictures=(Picture(ORIGIN, found_as=proxy),))
    [line] = keep(archive, make_draft(article, pictures={ORIGIN: None}))
    assert line.found_as == {ORIGIN: proxy}
    later = NOW + timedelta(days=1)
    fetcher = MemoryFetcher({}, now=later)
    list(retry_missing(archive, Pictures(archive.store, fetcher), MissingPictures(archive), lambda: later))
    again = MissingPictures(archive)
    again.sync()
    [wanted] = again.iter_due(later + timedelta(days=9))
    assert (wanted.origin, wanted.found_as) == (ORIGIN, proxy)
    fetcher = MemoryFetcher({ORIGIN: Answer(reason="dns"), proxy: Answer(PHOTO)})
    later += timedelta(days=9)
    [retried] = retry_missing(archive, Pictures(archive.store, fetcher), again, lambda: later)
    assert retried.kept == 1 and retried.count() == {"kept": 1}
    assert not list(again.iter_missing())


def test_a_run_tries_no_more_than_its_limit_and_reads_the_ledgers_once(tmp_path: Path) -> None:
    archive = Archive(FileStore(tmp_path))
    drafts = [
        make_draft(make_article(number, pictures=(Picture(f"https://p.example/{number}.jpg"),))) for number in range(30)
    ]
    keep(archive, *drafts)
    later = NOW + timedelta(days=1)
    fetcher = MemoryFetcher({}, now=later)
    missing = MissingPictures(archive)
    list(retry_missing(archive, Pictures(archive.store, fetcher), missing, lambda: later, limit=7))
    assert len({request.url for request in fetcher.asked}) == 7
    assert not MissingPictures(archive).sync()
    fresh = MissingPictures(archive)
    fresh.sync()
    assert sum(1 for _ in fresh.iter_due(later)) == 23
