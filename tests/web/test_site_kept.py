"""A static site kept in step: the same as one made anew, and nothing of anybody else touched."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from broadsheet.app import Broadsheet
from broadsheet.errors import SettingsError
from broadsheet.services.publish.site_places import article_base, is_ours
from tests.web.conftest import NOW, PARAGRAPH, make_draft
from tests.web.test_site import BASE, Links, iter_pages, made, own, publish, read

__all__ = ["made", "own"]


# -- kept in step ------------------------------------------------------------------------------------------------


def test_a_second_run_writes_nothing(archive: Path, tmp_path: Path) -> None:
    publish(archive, tmp_path / "site")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*")}
    account = publish(archive, tmp_path / "site")
    assert (account.written, account.removed) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "site").rglob("*") if path.is_file()}.items() <= (
        before.items()
    )


def change(root: Path, deed: str) -> None:
    """Something happens to the archive."""
    with Broadsheet.open(root, clock=lambda: NOW) as here, here.writing():
        if deed == "new":
            here.archive.keep_all([make_draft("901", body="<p>新来的一篇，说的是灯塔。</p>", headline="灯塔")])
        elif deed == "old":
            here.archive.keep_all([make_draft("902", published=NOW.replace(year=2024), headline="迟到的旧闻")])
        elif deed == "copy":
            here.archive.keep_all([make_draft("903", "beacon", headline="渡轮复航 101")])
        elif deed == "edit":
            holding = here.find_holding("harbour/102")
            *_, last = here.iter_revisions(holding)
            here.archive.keep_all(
                [
                    make_draft(
                        "102", previous=last, why=("headline",), headline="海鸥八号", captured=NOW, body="<p>改了。</p>"
                    )
                ]
            )
        elif deed == "gone":
            here.take_down("harbour/101", "当事人要求")


@pytest.mark.parametrize(
    "deeds",
    [
        ["edit"],
        *(pytest.param(deeds, marks=pytest.mark.slow) for deeds in (["new"], ["old"], ["copy"], ["gone"])),
        pytest.param(["new", "edit", "old", "gone"], marks=pytest.mark.slow),
    ],
    ids=" then ".join,
)
def test_a_site_kept_in_step_is_the_one_made_anew(own: Path, tmp_path: Path, deeds: list[str]) -> None:
    publish(own, tmp_path / "kept")
    for deed in deeds:
        change(own, deed)
        publish(own, tmp_path / "kept")
    publish(own, tmp_path / "anew")
    assert read(tmp_path / "kept") == read(tmp_path / "anew")


@pytest.mark.slow
def test_only_what_changed_is_written(own: Path, tmp_path: Path) -> None:
    first = publish(own, tmp_path / "site")
    change(own, "new")
    second = publish(own, tmp_path / "site")
    assert 0 < second.written < first.written / 2


@pytest.mark.slow
def test_what_was_taken_down_is_gone_at_once(own: Path, tmp_path: Path) -> None:
    publish(own, tmp_path / "site", base_url=BASE)
    change(own, "gone")
    publish(own, tmp_path / "site", base_url=BASE)
    page = (tmp_path / "site" / f"{article_base('harbour/101')}.html").read_text("utf-8")
    assert "当事人要求" in page and PARAGRAPH not in page
    assert not list((tmp_path / "site").glob(f"{article_base('harbour/101')}.*.js"))
    for name, content in read(tmp_path / "site").items():
        assert "渡轮复航（更新）".encode() not in content, name
    found = [name for name, content in read(tmp_path / "site").items() if b"/101.html" in content and "sitemap" in name]
    assert found == []


@pytest.mark.slow
def test_days_leave_out_what_is_older(archive: Path, tmp_path: Path) -> None:
    publish(archive, tmp_path / "site", days=1)
    files = read(tmp_path / "site")
    assert f"{article_base('harbour/101')}.html" in files
    assert f"{article_base('harbour/100')}.html" not in files and "days/2026-02-28.html" not in files
    publish(archive, tmp_path / "all", days=400)
    publish(archive, tmp_path / "all", days=1)
    assert read(tmp_path / "all") == files


@pytest.mark.slow
def test_days_are_counted_from_the_newest_article(tmp_path: Path) -> None:
    """An archive that took old texts over today, or fell silent, has newest days, too."""
    from broadsheet import app

    app.init(tmp_path / "old")
    with Broadsheet.open(tmp_path / "old", clock=lambda: NOW) as here, here.writing():
        here.archive.keep_all([make_draft(str(at), published=NOW - timedelta(days=900 + at)) for at in range(5)])
    publish(tmp_path / "old", tmp_path / "site", days=2)
    days = sorted(path.stem for path in (tmp_path / "site" / "days").glob("*.html"))
    assert days == [f"{NOW - timedelta(days=900 + at):%Y-%m-%d}" for at in (1, 0)]


@pytest.mark.slow
def test_links_to_what_is_older_are_none(archive: Path, tmp_path: Path) -> None:
    publish(archive, tmp_path / "site", days=1)
    for name, text in iter_pages(tmp_path / "site"):
        for _, address in Links(text).found:
            if not address.startswith("http"):
                target = (tmp_path / "site" / name).parent / unquote(address.partition("?")[0].partition("#")[0])
                assert not address.partition("#")[0] or target.resolve().is_file(), (name, address)


# -- what others have there --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_files_of_others_stay(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish(own, folder)
    mine = {"CNAME": b"mirror.example", "articles/harbour/mine.html": b"mine", "days/notes.txt": b"notes"}
    for name, content in mine.items():
        (folder / name).write_bytes(content)
    change(own, "gone")
    publish(own, folder)
    shutil.rmtree(own / ".broadsheet" / "sites")
    publish(own, folder)
    assert {name: (folder / name).read_bytes() for name in mine} == mine


@pytest.mark.slow
@pytest.mark.parametrize("is_there", ["notes.txt", "index.html"])
def test_a_folder_with_other_files_is_refused(archive: Path, tmp_path: Path, is_there: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / is_there).write_text("mine")
    with pytest.raises(SettingsError, match=is_there):
        publish(archive, folder)
    assert read(folder) == {is_there: b"mine"}
    publish(archive, folder, force=True)
    assert (folder / "notes.txt").exists() is (is_there == "notes.txt")
    publish(archive, folder)


@pytest.mark.parametrize("inside", ["", "articles", "ledger/x", ".broadsheet/site", ".."])
def test_the_archive_itself_is_no_place_for_a_site(own: Path, inside: str) -> None:
    with pytest.raises(SettingsError, match="cannot stand"):
        publish(own, own / inside if inside != ".." else own.parent)


def test_what_somebody_changed_or_removed_is_put_right(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish(own, folder)
    whole = read(folder)
    (folder / "index.html").write_text("defaced")
    (folder / f"{article_base('harbour/102')}.json").unlink()
    shutil.rmtree(folder / "search")
    shutil.rmtree(folder / "articles" / "harbour" / "2026")
    account = publish(own, folder)
    assert read(folder) == whole and account.healed > 10


@pytest.mark.slow
def test_a_copied_site_is_known_again(own: Path, tmp_path: Path) -> None:
    """Another machine's copy has other times: bytes are compared, and nothing is written."""
    folder = tmp_path / "site"
    publish(own, folder)
    for path in folder.rglob("*"):
        os.utime(path, ns=(1, 1))
    assert publish(own, folder).written == 0


@pytest.mark.slow
def test_without_the_log_a_site_is_taken_up_again(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    publish(own, folder)
    stale = folder / "days" / "2019-01-01.html"
    stale.write_text("a day that is no more")
    shutil.rmtree(own / ".broadsheet" / "sites")
    account = publish(own, folder)
    assert (account.written, account.removed) == (0, 1) and not stale.exists()


@pytest.mark.slow
def test_every_file_has_a_name_that_is_known_as_ours(archive: Path, tmp_path: Path) -> None:
    publish(archive, tmp_path / "site", base_url=BASE)
    others = [name for name in read(tmp_path / "site") if not is_ours(name)]
    assert set(others) == {".nojekyll", ".broadsheet-site"}


def test_an_archive_without_articles_has_no_site(tmp_path: Path) -> None:
    from broadsheet import app

    app.init(tmp_path / "empty")
    with pytest.raises(SettingsError, match="no article"):
        publish(tmp_path / "empty", tmp_path / "site")


@pytest.mark.slow
def test_many_processes_make_the_same(own: Path, made: Path, tmp_path: Path) -> None:
    """By the command, in a process of its own: the processes that help are asked over sockets of the system."""
    command = [sys.executable, "-c", "from broadsheet.cli import main; main()", "-C", str(own)]
    asked = [*command, "publish", "site", str(tmp_path / "site"), "--workers", "2", "--json"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=300)
    told = json.loads(said.stdout)
    assert read(tmp_path / "site") == read(made)
    assert told["files"] == told["written"] + 1 and told["forecast"]["articles"] == 10
