"""Two machines on one mirror: no chain breaks, no text is lost, nothing that was published changes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from broadsheet.app import Broadsheet
from broadsheet.formats.ledger import iter_lines, parse_round
from broadsheet.model import EditQuery
from broadsheet.services.archive.fixity import Verification
from tests.git.machines import Machine, bare, checked_out, clone, git
from tests.making import PUBLISHED, make_article
from tests.paintings import png


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return bare(tmp_path / "host" / "mirror.git")


@pytest.fixture
def machines(tmp_path: Path, remote: Path) -> tuple[Machine, Machine]:
    """Two machines of one mirror that holds the articles 1 and 2."""
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1, 2)
    one.publish()
    two = clone(remote, tmp_path / "two")
    two.now = one.now
    return one, two


def is_whole(result: Verification) -> bool:
    """Nothing damaged, nothing missing; captures elsewhere are none of it."""
    return result.is_whole and {finding.kind for finding in result.findings} <= {"left out"}


def check_grew(remote: Path) -> None:
    """Over the whole history of a mirror every ledger only grew, and no document changed but into a tombstone."""
    commits = git(remote, "rev-list", "--reverse", "main").split()
    before: dict[str, str] = {}
    for commit in commits:
        files = git(remote, "ls-tree", "-r", "--name-only", commit, "ledger/").splitlines()
        now = {file: git(remote, "show", f"{commit}:{file}") for file in files}
        for file, content in before.items():
            assert now[file].startswith(content), f"{file} lost lines in {commit}"
        before = now


def check_all(machines: tuple[Machine, ...], remote: Path, tmp_path: Path) -> None:
    for machine in machines:
        assert is_whole(machine.verify()), machine.verify().findings
    check_grew(remote)
    with Broadsheet.open(checked_out(remote, tmp_path / f"copy-{random.random()}")) as here:
        assert is_whole(here.verify())


def test_what_another_machine_published_is_taken_in(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, two = machines
    two.keep_numbers(3)
    two.publish()
    report = one.publish()
    assert report.taken == 1 and not report.is_new
    assert one.texts() == two.texts()
    check_all(machines, remote, tmp_path)


def test_both_kept_other_articles(machines: tuple[Machine, Machine], remote: Path, tmp_path: Path) -> None:
    one, two = machines
    one.keep_numbers(3, 5)
    two.keep_numbers(4, 6)
    two.publish()
    report = one.publish()
    assert report.rejoined["restated"] == 2 and not report.failed
    assert len(one.texts()) == 6
    two.publish()
    assert two.texts() == one.texts()
    check_all(machines, remote, tmp_path)


def test_both_kept_the_same_text(machines: tuple[Machine, Machine], remote: Path, tmp_path: Path) -> None:
    one, two = machines
    one.keep_numbers(3)
    two.now = one.now
    two.keep_numbers(3)
    two.publish()
    report = one.publish()
    assert report.rejoined["known"] == 1
    assert [line.revision for line in one.lines(3)] == [1]
    two.publish()
    assert two.lines(3) == one.lines(3)
    check_all(machines, remote, tmp_path)


def test_both_kept_an_article_without_a_date_on_different_days(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    """Its path, and so its ledger, depends on the day: neither file forks, and still it must stay one article."""
    one, two = machines
    undated = make_article(3, published=None, published_from="capture")
    one.now = one.now.replace(month=4)
    one.keep(undated)
    two.keep(undated)
    two.publish()
    one.publish()
    assert [line.path for line in one.lines(3)] == [line.path for line in two.lines(3)]
    assert len(list((one.root / "articles").rglob("*.md"))) == 3
    check_all(machines, remote, tmp_path)


def test_both_saw_another_edit_and_the_later_one_is_the_newest_text(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, two = machines
    one.keep(make_article(1, headline="渡轮停航一日"))
    two.now = one.now.replace(hour=20)
    two.keep(make_article(1, headline="渡轮停航两日"))
    two.publish()
    report = one.publish()
    assert report.rejoined["further texts"] == 1
    assert sorted(one.texts()["harbour/" + one.lines(1)[0].article.partition("/")[2]]) == [
        "渡轮停航一日", "渡轮停航两日", "渡轮复航 1",
    ]  # fmt: skip
    with one.open() as here:
        assert here.find_holding(make_article(1).url).headline == "渡轮停航两日"
        assert [edit.headline for edit in here.index.iter_edits(EditQuery())] == ["渡轮停航两日"], (
            "no edit of the outlet's is made up"
        )
    two.publish()
    assert one.texts() == two.texts()
    check_all(machines, remote, tmp_path)


def test_ours_was_captured_later_and_is_an_edit_of_theirs(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, two = machines
    two.keep(make_article(1, headline="渡轮停航一日"))
    one.now = two.now.replace(hour=20)
    one.keep(make_article(1, headline="渡轮停航两日"))
    two.publish()
    one.publish()
    with one.open() as here:
        assert here.find_holding(make_article(1).url).headline == "渡轮停航两日"
    assert one.lines(1)[-1].why == ("number",) or "headline" in one.lines(1)[-1].why
    check_all(machines, remote, tmp_path)


@pytest.mark.parametrize("first", ["one", "two"])
def test_a_take_down_on_either_machine_holds_on_both(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path, first: str
) -> None:
    one, two = machines
    remover, other = (one, two) if first == "one" else (two, one)
    remover.take_down(1)
    other.keep(make_article(1, headline="渡轮停航"), make_article(3), pictures={"https://harbour.example/a.png": png()})
    two.publish()
    one.publish()
    two.publish()
    for machine in machines:
        assert all("take-down" in line.why for line in {line.path: line for line in machine.lines(1)}.values())
        texts = [path.read_text("utf-8") for path in (machine.root / "articles").rglob("*.md")]
        assert not any("渡轮停航" in text for text in texts)
        assert is_whole(machine.verify()), machine.verify().findings
    check_all(machines, remote, tmp_path)


def test_pictures_that_one_has_and_the_other_had_not(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, two = machines
    one.keep(make_article(3), pictures={"https://harbour.example/a.png": png()})
    two.keep(make_article(3))
    two.publish()
    one.publish()
    assert any(line.pictures.get("https://harbour.example/a.png") for line in one.lines(3))
    two.publish()
    assert two.verify().pictures == 1
    check_all(machines, remote, tmp_path)


def test_the_accounts_that_gave_way_are_told_in_the_one_that_follows(machines: tuple[Machine, Machine]) -> None:
    one, two = machines
    one.keep_numbers(3)
    two.keep_numbers(4)
    two.publish()
    one.publish()
    newest = sorted((one.root / "ledger").glob("rounds-*.jsonl"))[-1].read_bytes()
    account = parse_round([line for _, line in iter_lines(newest)][-1])
    assert account["kind"] == "rejoin"
    assert [row["account"] for row in account["account"]["rounds"]] == [{"kept": 1}]


def test_two_remotes_that_parted_are_told_of_and_left_alone(tmp_path: Path) -> None:
    """What one of them has seen may not be chained anew, not even to serve the other."""
    a, b = bare(tmp_path / "a.git"), bare(tmp_path / "b.git")
    one = Machine(tmp_path / "one", a, b)
    one.keep_numbers(1)
    one.publish()
    two = clone(b, tmp_path / "two")
    two.now = one.now
    b.rename(tmp_path / "away.git")
    one.keep_numbers(2)
    assert [sent.outcome for sent in one.publish().sent] == ["sent", "failed"]
    (tmp_path / "away.git").rename(b)
    two.keep_numbers(3)
    two.publish()
    before = {path: git(path, "rev-parse", "main") for path in (a, b)}
    texts = one.texts()
    report = one.publish()
    assert [sent.outcome for sent in report.sent] == ["same", "failed"] and "different histories" in report.sent[
        1
    ].reason
    assert {path: git(path, "rev-parse", "main") for path in (a, b)} == before
    assert one.texts() == texts and one.verify().findings == []


def test_a_remote_whose_history_was_rewritten_is_neither_believed_nor_overwritten(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, _ = machines
    other = Machine(tmp_path / "other", bare(tmp_path / "other.git"))
    other.keep_numbers(9)
    other.publish()
    git(tmp_path / "other.git", "push", "-q", "--force", str(remote), "main:main")
    before = git(remote, "rev-parse", "main")
    one.keep_numbers(3)
    report = one.publish()
    assert "rewritten" in report.failed[0].reason
    assert git(remote, "rev-parse", "main") == before and is_whole(one.verify())


def test_a_mirror_of_another_archive_is_not_mixed_with_ours(tmp_path: Path, remote: Path) -> None:
    other = Machine(tmp_path / "other", remote)
    other.keep_numbers(9)
    other.publish()
    one = Machine(tmp_path / "one", remote)
    one.keep_numbers(1)
    report = one.publish()
    assert "another mirror" in report.failed[0].reason
    assert list(one.texts()) and len(one.texts()) == 1
    assert git(remote, "rev-list", "--count", "main") == "1"


@pytest.mark.parametrize("harm", ["line", "document", "cut", "extra"])
def test_a_mirror_that_was_tampered_with_is_not_taken_in(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path, harm: str
) -> None:
    one, two = machines
    two.keep_numbers(3)
    two.publish()
    there = checked_out(remote, tmp_path / "evil")
    ledger = next((there / "ledger" / "harbour").glob("*.jsonl"))
    document = sorted((there / "articles").rglob("*.md"))[-1]
    if harm == "line":
        ledger.write_bytes(ledger.read_bytes().replace(b"guid-3", b"guid-4"))
    elif harm == "document":
        for path in (there / "articles").rglob("*.md"):
            path.write_bytes(path.read_bytes().replace("渡轮".encode(), "轮渡".encode()))
    elif harm == "cut":
        ledger.write_bytes(ledger.read_bytes().split(b"\n")[0] + b"\n")
    else:
        ledger.write_bytes(ledger.read_bytes() + b'{"format":1}\n')
    assert document.exists()
    git(there, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-a", "-m", "x")
    git(there, "push", "-q")
    texts = one.texts()
    files = {path: path.read_bytes() for path in (one.root / "articles").rglob("*.md")}
    report = one.publish()
    assert report.failed
    assert one.texts() == texts and one.verify().findings == []
    assert {path: path.read_bytes() for path in (one.root / "articles").rglob("*.md")} == files


def test_links_and_foreign_files_in_a_mirror_are_not_taken(
    machines: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, two = machines
    two.keep_numbers(3)
    two.publish()
    there = checked_out(remote, tmp_path / "evil")
    (there / "broadsheet.toml").write_text("name = 'evil'\n")
    (there / "articles" / "link.md").symlink_to("/etc/passwd")
    git(there, "add", "-A")
    git(there, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-a", "-m", "x")
    git(there, "push", "-q")
    one.publish()
    assert "evil" not in (one.root / "broadsheet.toml").read_text("utf-8")
    assert not (one.root / "articles" / "link.md").exists() and len(one.texts()) == 3
    three = clone(remote, tmp_path / "three")
    assert not (three.root / "articles" / "link.md").is_symlink()
    assert 'name = "News"' in (three.root / "broadsheet.toml").read_text("utf-8")


def test_what_a_host_added_by_hand_stays(machines: tuple[Machine, Machine], remote: Path, tmp_path: Path) -> None:
    one, _ = machines
    there = checked_out(remote, tmp_path / "web")
    (there / "CNAME").write_text("news.example\n")
    git(there, "add", "-A")
    git(there, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "-m", "by hand")
    git(there, "push", "-q")
    one.keep_numbers(3)
    assert not one.publish().failed
    assert git(remote, "show", "main:CNAME") == "news.example"
    assert is_whole(one.verify())


@pytest.mark.slow
def test_many_rounds_of_two_machines_end_equal(machines: tuple[Machine, Machine], remote: Path, tmp_path: Path) -> None:
    one, two = machines
    chance = random.Random(7)
    kept: set[int] = {1, 2}
    for _ in range(6):
        for machine in machines:
            numbers = [chance.randrange(1, 14) for _ in range(3)]
            kept.update(numbers)
            days = PUBLISHED.replace(month=1 + chance.randrange(3))
            machine.keep(
                *(make_article(n, headline=f"渡轮 {n} {chance.randrange(2)}", published=days) for n in numbers)
            )
            if chance.random() < 0.7:
                machine.publish()
    one.publish()
    two.publish()
    one.publish()
    assert one.texts() == two.texts()
    assert len(one.texts()) == len(kept)
    check_all(machines, remote, tmp_path)
