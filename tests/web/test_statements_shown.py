"""What the reader's pages say of statements, in every form: fragments in their sentence, the uncertain marked."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from broadsheet.app import Broadsheet
from broadsheet.web import Ask, Site
from tests.test_cli_stories import FRAGMENT, TALKS, TALKS_TOO, UNSURE, make_archive

FORMS = ("", ".json", ".md", ".txt", ".atom")
CUT = "以任何形式声称自己是小岛国家"
UNCERTAIN = "不能确定这些句子说的是同一件事"


def pages(archive: str) -> dict[str, str]:
    """The page of the one story in every form, without mark-up, and the list of stories."""
    found = {}
    with Broadsheet.open(Path(archive)) as here:
        [story] = here.iter_stories()
        site = Site(here)
        for path in ("/stories.txt", *(f"/stories/{story.id}{form}" for form in FORMS)):
            reply = site.answer(Ask(path, "", {"host": "localhost", "accept-language": "zh-Hans"}))
            assert reply.status == 200, path
            words = (
                json.dumps(json.loads(reply.body), ensure_ascii=False) if path.endswith("json") else reply.body.decode()
            )
            found[path.rpartition(".")[2] if "." in path else "html"] = unescape(re.sub("<[^>]*>", "", words))
        site.close()
    return found


def test_no_form_of_a_page_cuts_words_from_their_negation(tmp_path: Path) -> None:
    shown = pages(make_archive(tmp_path, f"{TALKS}</p><p>{FRAGMENT}", TALKS_TOO))
    for form, words in shown.items():
        assert words.count(CUT) == len(re.findall(f"不要“{CUT}", words)), form
    assert all(CUT in shown[form] for form in ("html", "json", "md"))


def test_two_reports_of_one_outlet_are_shown_with_whom_they_cite(tmp_path: Path) -> None:
    cited = "据石港电视台报道，沈怀川周一在白沙会见了林若渔，两人会谈了大约四个小时。"
    shown = pages(make_archive(tmp_path, f"{TALKS}</p><p>{cited}", TALKS_TOO))
    assert "引 石港电视台" in shown["html"]
    assert "大约四个小时" in shown["md"] and "引 石港电视台" in shown["md"]


@pytest.mark.parametrize("settings", ["", '[statements]\nshow = "all"\n'])
def test_the_uncertain_is_marked_where_it_is_shown(tmp_path: Path, settings: str) -> None:
    shown = pages(make_archive(tmp_path, *UNSURE, TALKS, settings=settings))
    for form in ("html", "md"):
        assert (UNCERTAIN in shown[form]) == bool(settings), form
    assert ('"is_uncertain": true' in shown["json"]) == bool(settings)
