"""What is published, and how often."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from broadsheet import app
from broadsheet.app import Broadsheet
from broadsheet.errors import FixityError, SettingsError
from tests.git.machines import Machine, bare, checked_out, clone, git
from tests.making import PUBLISHED, make_article
from tests.paintings import png


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return bare(tmp_path / "host" / "mirror.git")


@pytest.fixture
def one(tmp_path: Path, remote: Path) -> Machine:
    return Machine(tmp_path / "one", remote)


def test_a_clone_is_an_archive_that_verifies_and_says_what_is_left_out(
    one: Machine, remote: Path, tmp_path: Path
) -> None:
    one.keep_numbers(1, 2, 3)
    report = one.publish()
    assert [sent.outcome for sent in report.sent] == ["sent"]
    there = checked_out(remote, tmp_path / "copy")
    names = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    assert {"README.md", "published.json", ".gitattributes", "lists/harbour.md"} <= names
    assert not any("broadsheet.toml" in name or name.startswith((".broadsheet", "captures")) for name in names)
    with Broadsheet.open(there) as here:
        result = here.verify()
        assert result.is_whole and result.documents == 3
        assert here.settings.name == "News"
    assert one.verify().findings == []


def test_the_message_says_what_came_by_outlet(one: Machine, remote: Path) -> None:
    one.keep_numbers(1, 2)
    one.publish()
    one.keep(make_article(1, headline="渡轮停航"), make_article(3))
    one.take_down(2)
    one.publish()
    subject, _, body = git(remote, "log", "-1", "--format=%B", "main").partition("\n")
    assert subject == "1 new, 1 revised, 1 taken down: harbour 3"
    assert "harbour: 1 new, 1 revised, 1 taken down" in body


def test_nothing_new_is_no_commit(one: Machine, remote: Path) -> None:
    one.keep_numbers(1)
    one.publish()
    before = git(remote, "rev-parse", "main")
    report = one.publish()
    assert not report.is_new and [sent.outcome for sent in report.sent] == ["same"]
    assert git(remote, "rev-parse", "main") == before


def test_an_archive_without_articles_publishes_its_notes(one: Machine, remote: Path) -> None:
    assert one.publish().is_new
    assert "published.json" in git(remote, "ls-tree", "--name-only", "main")


def test_what_was_committed_is_what_is_on_the_disk_byte_for_byte(one: Machine, remote: Path, tmp_path: Path) -> None:
    odd = make_article(4, body="<p>行尾\r 空格  </p>")
    one.keep(odd)
    one.publish()
    there = checked_out(remote, tmp_path / "copy")
    for folder in ("articles", "ledger", "lists"):
        for path in (one.root / folder).rglob("*"):
            if path.is_file():
                assert (there / path.relative_to(one.root)).read_bytes() == path.read_bytes()


def test_the_cache_may_go_and_the_repository_too(one: Machine, remote: Path) -> None:
    one.keep_numbers(1, 2)
    one.publish()
    shutil.rmtree(one.root / ".broadsheet")
    assert not one.publish().is_new
    shutil.rmtree(one.root / "mirror.git")
    one.keep_numbers(3)
    report = one.publish()
    assert report.is_new and not report.failed
    assert git(remote, "rev-list", "--count", "main") == "2"


def test_a_taken_down_text_leaves_the_tree_with_its_picture(one: Machine, remote: Path, tmp_path: Path) -> None:
    one.keep(make_article(1), pictures={"https://harbour.example/a.png": png()})
    one.publish()
    assert "pictures/" in git(remote, "ls-tree", "-r", "--name-only", "main")
    one.take_down(1)
    one.publish()
    assert "pictures/" not in git(remote, "ls-tree", "-r", "--name-only", "main")
    there = checked_out(remote, tmp_path / "copy")
    assert "Taken down" in next((there / "articles").rglob("*.md")).read_text("utf-8")
    with Broadsheet.open(there) as here:
        assert here.verify().is_whole


def test_pictures_go_along_or_are_left_out_and_that_is_said(one: Machine, remote: Path, tmp_path: Path) -> None:
    one.keep(make_article(1), pictures={"https://harbour.example/a.png": png()})
    one.publish()
    with Broadsheet.open(checked_out(remote, tmp_path / "with")) as here:
        assert here.verify().pictures == 1
    config = one.root / app.CONFIG
    config.write_text(config.read_text("utf-8").replace("[mirror]\n", "[mirror]\npictures = false\n", 1), "utf-8")
    one.publish()
    there = checked_out(remote, tmp_path / "without")
    assert not (there / "pictures").exists()
    assert json.loads((there / "published.json").read_text("utf-8"))["left_out"]["pictures"] is True
    with Broadsheet.open(there) as here:
        result = here.verify()
        assert result.is_whole and "left out" in {finding.kind for finding in result.findings}
    assert one.verify().findings == []


def test_a_damaged_document_is_not_published_and_goes_along_once_it_is_mended(one: Machine, remote: Path) -> None:
    one.keep_numbers(1, 2)
    path = sorted((one.root / "articles").rglob("*.md"))[0]
    good = path.read_bytes()
    path.write_bytes(good + b"x")
    report = one.publish()
    assert len(report.complaints) == 1 and path.name in report.complaints[0]
    assert git(remote, "ls-tree", "-r", "--name-only", "main").count("articles/") == 1
    path.write_bytes(good)
    assert not one.publish().complaints
    assert git(remote, "ls-tree", "-r", "--name-only", "main").count("articles/") == 2


def test_a_ledger_that_was_changed_is_never_published(one: Machine) -> None:
    one.keep_numbers(1)
    one.publish()
    file = next((one.root / "ledger" / "harbour").glob("*.jsonl"))
    file.write_bytes(file.read_bytes().replace(b"guid-1", b"guid-9"))
    one.keep_numbers(2)
    with pytest.raises(FixityError, match="does not go on"):
        one.publish()


def test_old_years_go_to_repositories_of_their_own(tmp_path: Path, remote: Path) -> None:
    for year in (2024, 2025):
        bare(tmp_path / "host" / f"mirror-{year}.git")
    pattern = tmp_path / "host" / "mirror-{year}.git"
    one = Machine(tmp_path / "one", remote, settings=f'max_bytes = 9000\nyear_remotes = ["{pattern}"]')
    for year in (2024, 2025, 2026):
        one.keep(*(make_article(year * 10 + n, published=PUBLISHED.replace(year=year),
                                body="".join(f"<p>第{n}段，{'港口' * 300}{n}</p>\n" for n in range(3)).strip())
                   for n in range(2)))  # fmt: skip
    report = one.publish()
    assert not report.failed and not report.complaints
    main = git(remote, "ls-tree", "-r", "--name-only", "main")
    assert "articles/harbour/2026" in main and "articles/harbour/2024" not in main
    assert "ledger/harbour/2024-02.jsonl" in main
    there = checked_out(remote, tmp_path / "copy")
    with Broadsheet.open(there) as here:
        result = here.verify()
        assert result.is_whole and any("4 documents" in finding.message for finding in result.findings)
    assert "mirror-2024.git" in (there / "lists/harbour/2024/02.md").read_text("utf-8")
    with Broadsheet.open(checked_out(tmp_path / "host" / "mirror-2024.git", tmp_path / "year")) as here:
        result = here.verify()
        assert result.is_whole and result.documents == 2
    two = clone(remote, tmp_path / "two")
    assert two.verify().documents == 6 and two.verify().is_whole
    one.keep(make_article(20249, published=PUBLISHED.replace(year=2024)))
    assert not one.publish().failed
    assert git(tmp_path / "host" / "mirror-2024.git", "ls-tree", "-r", "--name-only", "main").count("articles/") == 3
    assert one.verify().findings == []


def test_without_a_place_for_old_years_they_stay_and_that_is_said(tmp_path: Path, remote: Path) -> None:
    one = Machine(tmp_path / "one", remote, settings="max_bytes = 100")
    one.keep(make_article(1), make_article(2, published=PUBLISHED.replace(year=2024)))
    report = one.publish()
    assert any("year_remotes" in complaint for complaint in report.complaints)
    assert "articles/harbour/2024" in git(remote, "ls-tree", "-r", "--name-only", "main")


def test_a_bundle_carries_the_mirror(one: Machine, tmp_path: Path) -> None:
    one.keep_numbers(1, 2)
    bundle = tmp_path / "stick" / "mirror.bundle"
    bundle.parent.mkdir()
    assert one.publish(bundle=bundle).bundle
    two = clone(bundle, tmp_path / "two")
    assert two.texts() == one.texts() and two.verify().is_whole
    assert "remotes = []" in (two.root / app.CONFIG).read_text("utf-8")


def test_commits_bear_the_name_that_is_set_or_none(tmp_path: Path, remote: Path) -> None:
    one = Machine(tmp_path / "one", remote, settings='author_name = "A <b>"\nauthor_email = "me@news.example"')
    one.keep_numbers(1)
    one.publish()
    assert git(remote, "log", "-1", "--format=%an|%ae|%ad", "--date=format:%z", "main") == "A b|me@news.example|+0000"
    two = Machine(tmp_path / "two", bare(tmp_path / "other.git"), settings='author_name = "Me"')
    config = two.root / app.CONFIG
    config.write_text(config.read_text("utf-8").replace("[archive]\n", "[archive]\nanonymous = true\n", 1), "utf-8")
    two.keep_numbers(1)
    two.publish()
    said = git(tmp_path / "other.git", "log", "-1", "--format=%an|%cn|%cd", "--date=format:%H:%M:%S %z", "main")
    assert said == "Broadsheet|Broadsheet|00:00:00 +0000"


def test_nothing_of_the_users_git_takes_part(
    one: Machine, remote: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks, signing, templates and variables of whoever runs it would make each machine publish in its own way."""
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    for hook in ("pre-commit", "pre-push", "reference-transaction"):
        (home / "hooks" / hook).write_text("#!/bin/sh\nexit 1\n")
        (home / "hooks" / hook).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\nhooksPath = {home}/hooks\nautocrlf = true\n[commit]\ngpgSign = true\n[user]\nname = Somebody\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    one.keep_numbers(1)
    assert not one.publish().failed
    assert git(remote, "log", "-1", "--format=%an", "main") == "News"


@pytest.mark.parametrize(
    "url", ["https://me:secret@git.example/x.git", "-oProxyCommand=x", "ext::sh -c x", "ftp://a/b", "a b"]
)
def test_what_is_no_place_for_a_mirror_is_refused_and_no_password_shown(one: Machine, url: str) -> None:
    with pytest.raises(SettingsError) as error:
        one.publish(remotes=[url])
    assert "secret" not in str(error.value)
    assert not (one.root / "mirror.git").exists()


def test_a_credentials_file_within_the_archive_is_refused(tmp_path: Path, remote: Path) -> None:
    one = Machine(tmp_path / "one", remote, settings='credentials_file = "secret.txt"')
    (one.root / "secret.txt").write_text("https://me:pass@host")
    with pytest.raises(SettingsError, match="outside"):
        one.publish()


def test_a_folder_that_is_no_archive_is_not_cloned_into(one: Machine, remote: Path, tmp_path: Path) -> None:
    one.keep_numbers(1)
    one.publish()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x")
    with pytest.raises(SettingsError, match="not empty"):
        clone(remote, tmp_path / "full")
    assert os.listdir(tmp_path / "full") == ["letter.txt"]


def test_a_clone_follows_what_the_mirror_followed(tmp_path: Path, remote: Path) -> None:
    one = Machine(tmp_path / "one", remote)
    config = one.root / app.CONFIG
    config.write_text(config.read_text("utf-8") + (
        '\n[outlets.harbour]\nname = "港湾日报"\nhome_url = "https://harbour.example/"\n'
        'feeds = ["https://harbour.example/rss.xml", "https://feeds.example/x?token=abc", "http://10.0.0.7/rss"]\n'
    ), "utf-8")  # fmt: skip
    one.keep_numbers(1)
    one.publish()
    assert b"token" not in git(remote, "show", "main:published.json").encode()
    two = clone(remote, tmp_path / "two")
    with two.open() as here:
        outlet = here.settings.get_outlet("harbour")
    assert (outlet.name, outlet.feeds) == ("港湾日报", ("https://harbour.example/rss.xml",))


OLD_FEED = "https://feeds.example/rss?token=0123456789"


def test_old_lines_with_keys_in_them_are_refused_unless_one_says_so(
    one: Machine, remote: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "broadsheet.services.archive._kept.told_address", lambda url: url
    )  # as earlier versions wrote it
    one.keep(make_article(1, feed=OLD_FEED), make_article(2))
    with pytest.raises(SettingsError, match="--allow-secrets") as error:
        one.publish()
    assert "0123456789" not in str(error.value) and "harbour/2026-02.jsonl:1" in str(error.value)
    assert not git(remote, "for-each-ref")
    assert not one.publish(allow_secrets=True).failed
    one.keep_numbers(3)
    assert not one.publish().failed, "what is published already is no news"


def test_what_is_written_now_tells_no_keys(one: Machine, remote: Path) -> None:
    one.keep(make_article(1, feed=OLD_FEED, entry_id="https://me:pass@harbour.example/1"))
    assert not one.publish().failed
    ledger = git(remote, "show", "main:ledger/harbour/2026-02.jsonl")
    assert "0123456789" not in ledger and "pass@" not in ledger and "https://feeds.example/rss" in ledger


def test_a_clone_without_history_works_all_the_same(one: Machine, remote: Path, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        one.keep_numbers(number)
        one.publish()
    app.clone(f"file://{remote}", tmp_path / "two", shallow=True)
    two = Machine(tmp_path / "two")
    assert git(two.root / "mirror.git", "rev-list", "--count", "main") == "1"
    two.keep_numbers(4)
    assert not two.publish().failed
    one.keep_numbers(5)
    assert not one.publish().failed
    two.keep_numbers(6)
    report = two.publish()
    assert not report.failed and report.taken == 1 and len(two.texts()) == 6
    assert two.verify().is_whole


def test_outlets_are_left_out_as_their_rule_says(tmp_path: Path, remote: Path) -> None:
    """By ``publish`` of the outlet where the settings have it; the statement decides in any case."""
    from broadsheet.formats.published import Published
    from broadsheet.services.publish.git._selection import Selector

    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    one.publish()
    with one.open() as here:
        for left, holds_ledger in (("documents", True), ("everything", False)):
            published = Published("News", outlets_left_out={"harbour": left})  # type: ignore[dict-item]
            found = Selector(here.archive, {}, published).select()
            paths = {*found.wanted, *found.made}
            assert not any(path.startswith("articles/") for path in paths)
            assert any(path.startswith("ledger/harbour/") for path in paths) is holds_ledger
            assert any(path.startswith("lists/harbour") for path in paths) is holds_ledger
