"""A site shows of each outlet what its rule lets out, and nothing else in any byte of any file.

Four outlets report one happening in nearly the same words, each under another rule and with words of its own that stand
nowhere else: in the headline, at the beginning, behind it, in caption, byline, an older revision, … Every file is
searched for them, packed ones unpacked.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.errors import SettingsError
from broadsheet.model import Agency
from broadsheet.services.publish.site_cards import unwrap
from broadsheet.services.publish.site_words import word_key
from broadsheet.stories.grouping import story_id
from broadsheet.text.folding import fold
from tests.web.conftest import NOW, PIXEL, make_draft
from tests.web.test_site import BASE, publish, read

RULES = {"quiet": "no", "heads": "headlines", "parts": "excerpt", "whole": "full"}
NAMED = ("headline", "opening")
HIDDEN = (
    "closing", "caption", "byline", "section", "category", "quote", "linked", "agency", "older", "oldhead", "removed",
)  # fmt: skip
COMMON = (
    "渡轮“海鸥七号”周六在望角港搁浅，船上三百二十名乘客全部获救，港务局已派出两艘拖船。"
    "海事部门正在调查事故原因，初步认为与大雾和航标失灵有关。市长表示将公布完整的调查报告，并向乘客致歉。"
)
MORE = "救援持续了六个小时，附近的渔船也参加了搜救，消防部门出动了四十名队员和两架直升机协助转移老人与儿童。" * 3


def word(outlet: str, place: str) -> str:
    """A word that stands in one place of one outlet's texts alone."""
    return f"zq{place}{outlet}qz"


def picture(outlet: str) -> tuple[str, bytes]:
    """Digest and bytes of the outlet's own picture."""
    content = PIXEL + outlet.encode()
    return hashlib.sha256(content).hexdigest(), content


def text_of(outlet: str, figure: int, more: str = "") -> str:
    def say(place: str) -> str:
        return word(outlet, place)

    shown = f'<figure><img src="https://pic.example/{outlet}.jpg" alt="{say("caption")}">'
    return "\n".join(
        [
            f"<p>{say('opening')} {COMMON}</p>",
            f"{shown}<figcaption>{say('caption')}</figcaption></figure>",
            f"<p>{MORE}据港务局统计，事故造成{figure}人受伤。</p>",
            f"<p>市长陆遥说：“我们一定会查清原因，{say('quote')}，给乘客一个交代。”</p>",
            f'<p>{MORE}{say("closing")} <a href="https://other.example/{say("linked")}">别处</a></p>{more}',
        ]
    )


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive: of each outlet one article in two revisions, and one that was taken down."""
    root = tmp_path_factory.mktemp("rights") / "archive"
    app.init(root, name="权利档案")
    set_rules(root, {})
    with Broadsheet.open(root, clock=lambda: NOW) as here, here.writing():
        for at, outlet in enumerate(RULES):
            digest, content = picture(outlet)
            here.store.put_all([(f"pictures/{digest[:2]}/{digest}.png", content)])
            keep(here, outlet, at, digest)
        here.rebuild()
        for outlet in RULES:
            here.take_down(f"{outlet}/2", "当事人要求")
    return root


def keep(here: Broadsheet, outlet: str, at: int, digest: str) -> None:
    shared: dict[str, object] = {
        "published": NOW.replace(hour=6 + at),
        "byline": word(outlet, "byline"),
        "section": word(outlet, "section"),
        "categories": (word(outlet, "category"),),
        "agency": Agency(word(outlet, "agency"), word(outlet, "agency")),
        "pictures": {f"https://pic.example/{outlet}.jpg": digest},
    }
    older = f"\n<p>{word(outlet, 'older')}</p>"
    first = make_draft("1", outlet, headline=f"渡轮海鸥七号搁浅 {word(outlet, 'oldhead')}", **shared,
                       body=text_of(outlet, 10 + at, older))  # fmt: skip
    (added,) = here.archive.keep_all([first])
    here.archive.keep_all(
        [
            make_draft("1", outlet, headline=f"渡轮海鸥七号搁浅 {word(outlet, 'headline')}", captured=NOW, **shared,
                       previous=added.kept[0].revision, why=("headline", "number", "paragraph-removed"),
                       body=text_of(outlet, 20 + at)),
            make_draft("2", outlet, headline=word(outlet, "removed"), body=f"<p>{word(outlet, 'removed')}</p>"),
        ]
    )  # fmt: skip


def set_rules(root: Path, rules: Mapping[str, str]) -> None:
    """Write the configuration with these rules; ``full`` for outlets that are not named."""
    config = root / app.CONFIG
    told = config.read_text("utf-8").partition("# rights\n")[0] + "# rights\n"
    for outlet in RULES:
        told += f'[outlets.{outlet}]\nname = "{word(outlet, "name")}"\npublish = "{rules.get(outlet, "full")}"\n'
    config.write_text(told, "utf-8")


def told_in(folder: Path) -> str:
    """Everything that any file of a site says, its name included, packed files unpacked."""
    said = []
    for name, content in read(folder).items():
        whole = content + (unwrap(content) if content.startswith(b'b("') else b"")
        said.append(f"{name}\n{whole.decode('utf-8', 'replace')}")
    text = "\n".join(said)
    return text + unescape(text)


def indexed_in(folder: Path) -> set[int]:
    """Every key of the index of the search."""
    keys = set[int]()
    for path in folder.glob("search/*/b/**/*.js"):
        if "-" in path.stem:
            continue
        numbers = iter_numbers(unwrap(path.read_bytes()))
        key = 0
        for _ in range(next(numbers)):
            key += next(numbers)
            keys.add(key)
    return keys


def iter_numbers(content: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in content:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def shown(folder: Path, outlet: str) -> set[str]:
    """The places of an outlet's texts of which any file tells."""
    told, keys = told_in(folder), indexed_in(folder)
    found = {place for place in (*NAMED, *HIDDEN, "name") if word(outlet, place) in told}
    assert {place for place in (*NAMED, *HIDDEN) if word_key(fold(word(outlet, place))) in keys} <= found
    if picture(outlet)[0] in told:
        found.add("picture")
    return found


EVERYTHING = {"name", "picture", *NAMED, *HIDDEN} - {"removed"}


@pytest.mark.slow
def test_where_all_is_published_every_word_is_found(root: Path, tmp_path: Path) -> None:
    """The other tests could not fail were it otherwise."""
    set_rules(root, {})
    publish(root, tmp_path / "site", base_url=BASE)
    for outlet in RULES:
        assert shown(tmp_path / "site", outlet) == EVERYTHING
    story = (tmp_path / "site" / "stories" / f"{story_id('quiet/1')}.html").read_text("utf-8")
    assert all(word(outlet, "name") in story for outlet in RULES)
    assert word("quiet", "quote") in story  # one of copies speaks for all
    assert list((tmp_path / "site").glob("articles/heads/*/1/copies.html"))
    assert word("heads", "older") in (tmp_path / "site" / "edits.html").read_text("utf-8")
    keys = indexed_in(tmp_path / "site")
    assert all(word_key(word(outlet, place)) in keys for outlet in RULES for place in ("headline", "closing"))


def check(folder: Path) -> None:
    """The rules hold in every byte."""
    assert shown(folder, "whole") == EVERYTHING
    assert shown(folder, "parts") == {"name", "headline", "opening"}
    assert shown(folder, "heads") == {"name", "headline"}
    assert shown(folder, "quiet") == set()
    told = told_in(folder)
    assert not re.search(r"\bquiet\b", told) and story_id("quiet/1") not in told
    for outlet in ("parts", "heads"):
        assert f"https://{outlet}.example/a/1.html" in told
        assert not list(folder.glob(f"articles/{outlet}/[0-9][0-9][0-9][0-9]"))
        assert not list(folder.glob(f"articles/{outlet}/*/1/*"))
    keys = indexed_in(folder)
    assert all(word_key(word(outlet, "headline")) in keys for outlet in ("whole", "parts", "heads"))
    assert word_key(word("parts", "opening")) in keys


@pytest.mark.parametrize(
    "options", [{"base_url": BASE}, pytest.param({"days": 3}, marks=pytest.mark.slow)], ids=["all", "days"]
)
def test_nothing_of_a_text_that_is_not_published_is_anywhere(
    root: Path, tmp_path: Path, options: dict[str, object]
) -> None:
    set_rules(root, RULES)
    account = publish(root, tmp_path / "site", **options)
    check(tmp_path / "site")
    said = " ".join(account.left_out)
    assert all(outlet in said for outlet in ("quiet", "heads", "parts")) and "whole of" not in said


@pytest.mark.slow
def test_a_headline_stands_in_lists_and_in_its_story_with_a_link_to_the_outlet(root: Path, tmp_path: Path) -> None:
    set_rules(root, RULES)
    publish(root, tmp_path / "site", language="zh-Hans")
    (story,) = (tmp_path / "site" / "stories").glob(f"{story_id('heads/1')}.html")
    assert all(word(outlet, "headline") in story.read_text("utf-8") for outlet in ("heads", "parts", "whole"))
    (page,) = (tmp_path / "site").glob("articles/heads/*/1.html")
    text = page.read_text("utf-8")
    assert "这里不刊出全文" in text and 'href="https://heads.example/a/1.html"' in text
    (twin,) = (tmp_path / "site").glob("articles/parts/*/1.json")
    told = json.loads(twin.read_text("utf-8"))
    assert told["text"].startswith(word("parts", "opening")) and told["text"].endswith("…") and told["is_withheld"]
    assert word("heads", "headline") in (tmp_path / "site" / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_a_rule_that_is_changed_takes_away_what_was_there(root: Path, tmp_path: Path) -> None:
    set_rules(root, {})
    publish(root, tmp_path / "site")
    before = read(tmp_path / "site")
    set_rules(root, RULES)
    account = publish(root, tmp_path / "site")
    assert account.removed > 40
    check(tmp_path / "site")
    publish(root, tmp_path / "anew")
    assert read(tmp_path / "site") == read(tmp_path / "anew")
    set_rules(root, {})
    publish(root, tmp_path / "site")
    assert read(tmp_path / "site") == before


def test_where_nothing_may_be_published_there_is_no_site(root: Path, tmp_path: Path) -> None:
    set_rules(root, dict.fromkeys(RULES, "no"))
    with pytest.raises(SettingsError, match="may be published"):
        publish(root, tmp_path / "site")
    assert not (tmp_path / "site").exists()
