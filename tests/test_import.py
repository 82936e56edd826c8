"""``broadsheet import`` as a person meets it: any file that is a document, whoever printed it."""

from __future__ import annotations

import io
import json
import os
import shlex
import stat
import tarfile
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.cli import broadsheet
from broadsheet.errors import BroadsheetError, find_meaning
from broadsheet.formats.document import parse_document
from broadsheet.model import Article
from broadsheet.services.archive import Draft
from broadsheet.services.archive.fixity import verify
from broadsheet.services.importing import _sources
from broadsheet.services.indexes.articles import apply_additions

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEXT = "河边的小城早晨下了一场雨，集市照常开门，茶馆里坐满了人。"


def document(url: str, *, ms: int = 1_689_631_143_000, text: str = TEXT, headline: str = "小城的早晨") -> str:
    return f"<!--{ms}-->\n[{headline}]({url})\n------\n\n<p>{text}</p>\n"


def call(*arguments: str | Path, code: int = 0) -> Result:
    """The command's result, with the exit code and the last sentence that ``main`` would give."""
    result = CliRunner().invoke(broadsheet, [str(one) for one in arguments])
    if result.exception and not isinstance(result.exception, SystemExit | BroadsheetError):
        raise result.exception
    if isinstance(result.exception, BroadsheetError):
        assert find_meaning(result.exception).exit_code == code, result.exception
    else:
        assert result.exit_code == code, result.output
    return result


def fill(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told(*arguments: str | Path, code: int = 0) -> dict[str, object]:
    result: dict[str, object] = json.loads(call("import", *arguments, "--json", code=code).stdout)
    return result


def documents(archive: Path) -> dict[str, bytes]:
    return {path.relative_to(archive).as_posix(): path.read_bytes() for path in (archive / "articles").rglob("*.md")}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return tmp_path / "old"


# -- what is a document --------------------------------------------------------------------------------------


def test_a_document_is_told_by_its_first_lines_whatever_its_name(tmp_path: Path, old: Path) -> None:
    fill(
        old,
        {
            "1.txt": document("https://a.example/1"),
            "2": document("https://a.example/2"),
            "3.html": document("https://a.example/3").replace("1689631143000", "NaN"),
            "deep/er/4.md.bak": document("https://a.example/4"),
            "5 with space.JPG": document("https://a.example/5"),
            "6.dat": "[早]( https://a.example/6 )\n------\n日期：Mon, 15 Jun 2020 08:00:00 +0000\n\n<p>六</p>\n",
            "7.yml": "---\ntitle: 七\ndate: 2020-06-15\nfrom: https://a.example/7\n---\n<p>七</p>\n",
        },
    )
    account = told(old, "--into", tmp_path / "archive")
    assert (account["listed"], account["kept"], account["outlets"]) == (7, 7, {"a": 7})


OTHERS: dict[str, tuple[str | bytes, str]] = {
    "README.md": ("# A mirror\n\nof news\n", "not a document"),
    "badges.md": (
        "[![build](https://ci.example/b.svg)](https://ci.example)\n\n# Title\n\n------\n\ntext\n",
        "not a document",
    ),
    "list.json": ('[{"a": 1},\n {"b": 2}]\n', "not a document"),
    "page.html": ("<!-- made by hand -->\n<html><body>text</body></html>\n", "not a document"),
    "compose.yml": ("---\nversion: 3\n---\nservices: none\n", "not a document"),
    "one.md": ("[a](https://a.example/1)\n", "not a document"),
    "none": ("", "empty"),
    "blank.txt": (" \n\n", "empty"),
    "picture.jpg": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "not text"),
    "wide.txt": (document("https://a.example/w").encode("utf-16"), "not text"),
    ".hidden.md": (document("https://a.example/h"), "hidden"),
}


def test_every_other_file_is_counted_and_named_with_its_reason(tmp_path: Path, old: Path) -> None:
    fill(old, {name: content for name, (content, _) in OTHERS.items()} | {"good.md": document("https://a.example/g")})
    fill(old, {".git/HEAD": "ref: refs/heads/main\n", ".git/x.md": document("https://a.example/x")})
    os.symlink(old / "good.md", old / "link.md")
    os.mkfifo(old / "pipe.md")
    account = told(old, "--into", tmp_path / "archive")
    expected = {name: reason for name, (_, reason) in OTHERS.items()}
    expected |= {"link.md": "symbolic link", "pipe.md": "no regular file", ".git": "hidden"}
    problems = account["problems"]
    assert isinstance(problems, list)
    assert {one["file"]: one["reason"] for one in problems} == expected
    assert all(one["file"] in one["sentence"] for one in problems)
    assert (account["listed"], account["kept"], account["failed"]) == (len(expected) + 1, 1, {})


def test_a_broken_document_is_a_failure_and_costs_only_itself(tmp_path: Path, old: Path) -> None:
    fill(
        old,
        {
            "gbk.txt": document("https://a.example/1").encode("gb18030"),
            "cut.txt": "<!--1689631143000-->\n[早](https://a.ex",
            "nowhere.txt": document("(none)"),
            "good.txt": document("https://a.example/2"),
        },
    )
    (old / "locked.txt").write_text(document("https://a.example/3"), "utf-8")
    (old / "locked.txt").chmod(0)
    account = told(old, "--into", tmp_path / "archive")
    readable = {"cannot be read": 1} if os.geteuid() else {}
    assert account["failed"] == {"broken document": 2, "no address": 1} | readable


def test_a_terminal_gets_few_sentences_and_json_all(tmp_path: Path, old: Path) -> None:
    fill(old, {f"{number}.csv": "a,b\n" for number in range(1300)} | {"1.md": document("https://a.example/1")})
    result = call("import", old, "--into", tmp_path / "archive")
    assert result.stderr.count("\n") < 30
    assert "1,280 files more; --json names them all" in result.stderr
    problems = told(old, "--into", tmp_path / "archive")["problems"]
    assert isinstance(problems, list) and len(problems) == 1300


def test_nothing_kept_is_one_sentence_a_code_and_no_empty_archive(tmp_path: Path, old: Path) -> None:
    fill(old, {"a.csv": "a,b\n", "b.csv": "a,b\n"})
    result = call("import", old, "--into", tmp_path / "archive", code=1)
    assert str(result.exception) == "old: nothing was kept of 2 files (not a document 2)"
    assert not (tmp_path / "archive").exists()
    (tmp_path / "empty").mkdir()
    assert "nothing was kept of 0 files" in str(call("import", tmp_path / "empty", "--into", old, code=1).exception)
    assert sorted(path.name for path in old.iterdir() if path.suffix == ".csv") == ["a.csv", "b.csv"]


def test_what_is_there_already_is_no_failure(tmp_path: Path, old: Path) -> None:
    fill(old, {"1": document("https://a.example/1")})
    call("import", old, "--into", tmp_path / "archive")
    before = documents(tmp_path / "archive")
    assert "known 1" in call("import", old, "--into", tmp_path / "archive").output
    assert documents(tmp_path / "archive") == before


# -- where files are -----------------------------------------------------------------------------------------


def packed(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in files.items():
            into.writestr(name, content)
    return path


def test_folders_tar_and_zip_files_are_read_alike(tmp_path: Path, old: Path) -> None:
    files: dict[str, str | bytes] = {f"voa/{n}.txt": document(f"https://a.example/{n}") for n in range(5)}
    files |= {"README": "# no\n", "voa/p.png": b"\x89PNG\r\n\x1a\n\0"}
    fill(old, files)
    zipped = packed(tmp_path / "old.zip", files)
    renamed = packed(tmp_path / "download", files)
    with tarfile.open(tmp_path / "old.tgz", "w:gz") as tar:
        tar.add(old, "old")
    fill(tmp_path / "holder", {"in/old.zip": zipped.read_bytes(), "x.txt": document("https://a.example/x")})
    found = {}
    for source in (old, zipped, renamed, tmp_path / "old.tgz"):
        archive = tmp_path / f"archive-{source.name}"
        account = told(source, "--into", archive)
        assert (account["listed"], account["kept"], account["skipped"]) == (7, 5, {"not a document": 1, "not text": 1})
        found[source.name] = documents(archive)
    assert len({tuple(sorted(one.items())) for one in found.values()}) == 1
    assert told(tmp_path / "holder", "--into", tmp_path / "archive")["kept"] == 6
    assert told(old, zipped, tmp_path / "holder", "--into", tmp_path / "archive")["kept"] == 0


def test_links_and_names_in_a_zip_file_lead_nowhere(tmp_path: Path) -> None:
    path = packed(tmp_path / "old.zip", {"1.md": document("https://a.example/1")})
    with zipfile.ZipFile(path, "a") as into:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        into.writestr(link, "/etc/passwd")
        into.writestr("../../out.md", document("https://a.example/2"))
    account = told(path, "--into", tmp_path / "archive")
    assert (account["kept"], account["skipped"]) == (2, {"symbolic link": 1})
    assert not (tmp_path.parent / "out.md").exists()


def test_an_encrypted_member_is_named_and_costs_only_itself(tmp_path: Path) -> None:
    path = packed(tmp_path / "old.zip", {f"{n}.md": document(f"https://a.example/{n}") for n in (1, 2)})
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1  # bit 0 of the general purpose flags in the central directory (APPNOTE 4.4.4)
    path.write_bytes(content)
    account = told(path, "--into", tmp_path / "archive")
    assert (account["kept"], account["failed"]) == (1, {"cannot be read": 1})


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_a_bomb_is_left_where_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setattr(_sources, "MOST_UNPACKED", 4_000_000)
    head = document("https://a.example/1", text="长")
    bomb = head.encode() + b" " * 3_000_000
    path = tmp_path / f"bomb.{form}"
    if form == "zip":
        packed(path, {f"{n}.md": bomb for n in range(20)})
    else:
        with tarfile.open(path, "w:gz") as tar:
            for n in range(20):
                member = tarfile.TarInfo(f"{n}.md")
                member.size = len(bomb)
                tar.addfile(member, io.BytesIO(bomb))
    account = told(path, "--into", tmp_path / "archive")
    listed, problems = account["listed"], account["problems"]
    assert isinstance(listed, int) and 1 <= listed < 20
    assert isinstance(problems, list) and "unpacks to more than" in problems[-1]["sentence"]


def test_the_archive_s_own_folder_is_no_source(tmp_path: Path, old: Path) -> None:
    fill(old, {"1": document("https://a.example/1")})
    call("import", old, "--into", old / "archive")
    account = told(old, "--into", old / "archive")
    assert (account["kept"], account["known"]) == (0, 1)


# -- whose they are ------------------------------------------------------------------------------------------


def test_outlets_are_told_apart_by_recipes_and_hosts(tmp_path: Path, old: Path) -> None:
    urls = [
        "https://www.voachinese.com/a/ferry/7184661.html",
        "https://m.voachinese.com/a/ferry/7184662.html",
        "https://news.paper.com.cn/1",
        "https://other.com.cn/1",
        "https://one.substack.com/p/1",
        "https://two.substack.com/p/1",
        "https://one.github.io/1",
        "https://www.bbc.com/zhongwen/simp/world-1",
        "https://www.bbc.com/news/world-1",
    ]
    fill(old, {f"{n}.txt": document(url) for n, url in enumerate(urls)})
    account = told(old, "--into", tmp_path / "archive")
    assert account["outlets"] == {
        "voa-chinese": 2, "paper": 1, "other": 1, "one-substack-com": 1, "one-github-io": 1, "two": 1,
        "bbc-chinese": 1, "bbc-news": 1,
    }  # fmt: skip
    with Broadsheet.open(tmp_path / "archive") as here:
        known = {outlet.id: outlet for outlet in here.settings.outlets}
        assert verify(here.archive).is_whole
    assert (known["voa-chinese"].name, known["voa-chinese"].language) == ("美国之音中文网", "zh-Hans")
    assert known["voa-chinese"].home_url == "https://m.voachinese.com/"
    assert (known["paper"].name, known["paper"].home_url) == ("news.paper.com.cn", "https://news.paper.com.cn/")


def test_a_known_outlet_is_recognised_however_it_came_to_be_known(tmp_path: Path, old: Path) -> None:
    archive = tmp_path / "archive"
    call("init", archive)
    with (archive / "broadsheet.toml").open("a", encoding="utf-8") as config:
        config.write('\n[outlets.voa]\nname = "VOA"\nhome_url = "https://www.voachinese.com/"\n')
        config.write('\n[outlets.north]\nhome_url = "https://paper.example/north/"\n')
        config.write('\n[outlets.south]\nhome_url = "https://paper.example/south/"\n')
    call(
        "import",
        fill(old / "b", {"1": document("https://www.ferry.example/1")}),
        "--outlet",
        "boats",
        "--into",
        archive,
    )
    urls = ["https://m.voachinese.com/a/1.html", "https://paper.example/south/1", "https://paper.example/north/1",
            "https://ferry.example/2"]  # fmt: skip
    fill(old / "a", {f"{n}": document(url) for n, url in enumerate(urls)})
    assert told(old / "a", "--into", archive)["outlets"] == {"voa": 1, "south": 1, "north": 1, "boats": 1}


def test_outlet_and_language_may_be_said(tmp_path: Path, old: Path) -> None:
    fill(old, {"1": document("https://a.example/1"), "2": document("https://b.example/2")})
    result = call(
        "import", old, "--outlet", "mine", "--name", "我的", "--language", "zh_tw", "--into", tmp_path / "archive"
    )
    assert "mine: 我的, 2 kept" in result.output
    with Broadsheet.open(tmp_path / "archive") as here:
        assert {here.find_holding(f"https://{one}.example/{n}").language for n, one in ((1, "a"), (2, "b"))} == {
            "zh-TW"
        }
    call("import", old, "--language", "Chinese please", "--into", tmp_path / "archive", code=2)
    call("import", old, "--name", "我的", "--into", tmp_path / "archive", code=2)


def test_each_text_tells_its_language(tmp_path: Path, old: Path) -> None:
    english = "The ferry was late and the passengers said that they had waited for the boat with their families."
    texts = {
        "zh-Hans": TEXT,
        "zh-Hant": "臺灣總統府發言人表示，這項計畫將會繼續推動，並歡迎各界參與討論。",
        "en": english,
        "ja": "きょう午後、東京で新しい橋の開通式が行われ、多くの人が集まりました。",
        "ko": "오늘 오후 서울에서 새 다리의 개통식이 열려 많은 사람들이 모였습니다.",
    }
    fill(old, {tag: document(f"https://a.example/{tag}", text=text, headline="1") for tag, text in texts.items()})
    fill(old, {"none": document("https://a.example/none", text="1 + 1 = 2", headline="1")})
    call("import", old, "--into", tmp_path / "archive")
    with Broadsheet.open(tmp_path / "archive") as here:
        found = {held.url.rpartition("/")[2]: held.language for held in map(here.find_holding, (
            f"https://a.example/{name}" for name in (*texts, "none")))}  # fmt: skip
        assert found == {tag: tag for tag in texts} | {"none": None}


# -- into which archive --------------------------------------------------------------------------------------


def test_outside_an_archive_a_script_gets_the_command_that_would_do(
    tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "my old mirror", {"1": document("https://a.example/1")})
    result = call("import", "my old mirror", "--outlet", "a", code=2)
    command = str(result.exception).partition("to make one: ")[2]
    assert command == "broadsheet import 'my old mirror' --outlet a --into my-archive"
    assert not (tmp_path / "my-archive").exists()
    result = call(*shlex.split(command)[1:])
    assert result.output.splitlines()[-1].startswith("Next: cd ")
    following = call("-C", "my-archive", "import", "my old mirror")
    assert "known 1" in following.output
    assert (tmp_path / "my-archive" / "broadsheet.toml").is_file()


def test_what_to_do_next_is_quoted_for_a_shell(tmp_path: Path, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(old, {"1": document("https://a.example/1")})
    monkeypatch.chdir(tmp_path)
    lines = call("import", "old", "--into", "it's here").output.splitlines()
    assert lines[-1].startswith("Next: cd 'it'\"'\"'s here' && broadsheet stories && broadsheet serve")
    monkeypatch.chdir(tmp_path / "it's here")
    assert call("import", "../old").output.splitlines()[-1].startswith("Next: broadsheet stories")


# -- the seeds -----------------------------------------------------------------------------------------------


def test_the_seeds_come_in_as_they_were_given(shared: Path, tmp_path: Path) -> None:
    archive = tmp_path / "kerry"
    call("import", shared / "seeds-as-given", "--into", archive)
    given = {path.read_bytes() for path in (shared / "seeds-as-given").iterdir()}
    assert set(documents(archive).values()) == given
    assert {parse_document(content).url for content in given}
    with Broadsheet.open(archive) as here:
        rebuilt = []
        for _ in range(2):
            held = [here.find_holding(number) for number in ("7184661", "7185266")]
            rebuilt.append([(one.outlet, one.language, f"{one.published:%d %H:%M:%S}", one.agency) for one in held])
            here.rebuild()
        assert rebuilt[0] == rebuilt[1]
        assert rebuilt[0] == [
            ("voa-chinese", "zh-Hans", "17 21:57:30", "AFP"), ("voa-chinese", "zh-Hans", "18 07:54:32", "Reuters"),
        ]  # fmt: skip
        document, line = here.get_document(held[0])
        assert f"{line.listed:%H:%M:%S}" == "21:59:03"
        assert "GMT" not in document.body
    assert "GMT" not in call("-C", archive, "show", "7185266").output


def test_archives_imported_earlier_read_both_times_and_the_language_from_the_bytes(tmp_path: Path, old: Path) -> None:
    """Their lines have the first line for ``published``, no ``listed`` and no language; lines and paths stay."""
    listed = document("https://a.example/1").replace("<p>", "<div><i>Sun, 16 Jul 2023 23:57:30 GMT</i></div><p>", 1)
    article = Article(
        outlet="a", url="https://a.example/1", canonical_url="https://a.example/1", headline="小城的早晨",
        body=parse_document(listed.encode()).body, published=datetime(2023, 7, 17, 21, 59, 3, tzinfo=UTC),
        published_from="document", extractor="takeover/1",
    )  # fmt: skip
    draft = Draft("a/1", article, NOW, imported={"name": "1", "sha256": "0" * 64, "dialect": "mirror"})
    app.init(tmp_path / "archive")
    with Broadsheet.open(tmp_path / "archive") as here:
        with here.writing():
            apply_additions(here.archive, here.index, here.archive.keep_all([draft]))
        before = {path.name: path.read_bytes() for path in tmp_path.rglob("2023-07.jsonl")}
        assert list(documents(here.root)) == ["articles/a/2023/07/17-1.md"]
        steady = here.find_holding("a/1")
        here.rebuild()
        held = here.find_holding("a/1")
        assert held == steady
        assert (f"{held.published:%d %H:%M:%S}", held.published_from, held.language) == (
            "16 23:57:30", "document", "zh-Hans",
        )  # fmt: skip
        shown, line = here.get_document(held)
        assert (shown.body, f"{line.listed:%d %H:%M:%S}") == (f"<p>{TEXT}</p>", "17 21:59:03")
        with here.writing():
            here.take_down("a/1", "asked for")
        steady = here.find_holding("a/1")
        here.rebuild()
        assert here.find_holding("a/1") == steady
        assert verify(here.archive).is_whole
    assert all(path.read_bytes().startswith(before[path.name]) for path in tmp_path.rglob("2023-07.jsonl"))
