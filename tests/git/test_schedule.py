"""Files that have an archive run by itself, read by what reads them where it is here."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.errors import SettingsError
from broadsheet.services.publish.schedule import KINDS, beat_of, schedule
from tests.git.machines import Machine
from tests.test_cli import call


def make(kind: str, folder: str = "/srv/my archive", every: str = "1h", name: str = "News") -> dict[str, str]:
    made = schedule(kind, name=name, folder=folder, program="/opt/a b/broadsheet", user="news", every=every)
    return {path.rpartition("/")[2]: text for path, text in made.files.items()}


@given(st.text(min_size=1, max_size=40))
def test_no_archive_runs_when_all_others_do(name: str) -> None:
    beat = beat_of(name, "1h")
    assert beat == beat_of(name, "1h")
    assert beat.minute % 15 not in (0, 1, 14) and 0 <= beat.minute < 60


def test_archives_are_spread_over_the_hour() -> None:
    assert len({beat_of(f"mirror {n}", "1h").minute for n in range(400)}) > 35


@pytest.mark.parametrize(
    ("every", "cron"),
    [
        ("15m", r"\d+,\d+,\d+,\d+ \* \* \* \*"),
        ("30m", r"\d+,\d+ \* \* \* \*"),
        ("1h", r"\d+ \* \* \* \*"),
        ("6h", r"\d+ \*/6 \* \* \*"),
        ("1d", r"\d+ 5 \* \* \*"),
    ],
)
def test_periods_as_crontabs_and_timers_have_them(every: str, cron: str) -> None:
    beat = beat_of("News", every)
    assert re.fullmatch(cron, beat.cron)
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed")
    subprocess.run([analyze, "calendar", beat.calendar], check=True, capture_output=True)


def test_a_period_that_no_calendar_has_is_refused() -> None:
    with pytest.raises(SettingsError, match="7h"):
        beat_of("News", "7h")


@pytest.mark.parametrize("name", ["News", '引号 " 与 % 与 $HOME 与 \\'])
def test_units_are_ones_that_systemd_takes(tmp_path: Path, name: str) -> None:
    if not (analyze := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not installed")
    program = tmp_path / "bin dir" / "broadsheet"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    made = schedule("systemd", name=name, folder="/srv/my archive", program=str(program), user="root")
    units = []
    for path, text in made.files.items():
        units.append(tmp_path / path.rpartition("/")[2])
        units[-1].write_text(text, "utf-8")
    done = subprocess.run([analyze, "verify", *units], capture_output=True, check=False, text=True)
    assert done.returncode == 0 and not [line for line in done.stderr.splitlines() if "broadsheet-my" in line]


def test_the_crontab_is_one_that_cron_takes(tmp_path: Path) -> None:
    text = make("cron", folder="/srv/100% news's")["crontab"]
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    for row in rows:
        fields = row.split(maxsplit=5)
        assert all(re.fullmatch(r"[\d*,/]+", field) for field in fields[:5])
        assert not re.search(r"(?<!\\)%", fields[5]), "an open percent sign ends a cron command"
        words = shlex.split(fields[5].replace("\\%", "%"))
        assert words[:3] == ["/opt/a b/broadsheet", "-C", "/srv/100% news's"]
    if (crontab := shutil.which("crontab")) is not None:
        (tmp_path / "crontab").write_text(text, "utf-8")
        done = subprocess.run([crontab, "-n", tmp_path / "crontab"], capture_output=True, check=False, text=True)
        assert done.returncode == 0 or "invalid option" in done.stderr, done.stderr


@pytest.mark.parametrize(("file", "job"), [("broadsheet.yml", "run"), ("broadsheet-alerts.yml", "look")])
def test_the_workflows_are_pinned_single_and_off_the_full_hour(file: str, job: str) -> None:
    text = make("github")[file]
    read = yaml.safe_load(text)
    cron = read[True]["schedule"][0]["cron"]  # YAML 1.1 takes the word on for a truth
    assert cron.split()[0] not in ("0", "00")
    assert read["concurrency"] == {"group": "broadsheet", "cancel-in-progress": False}
    used = [step["uses"] for step in read["jobs"][job]["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used)
    assert "60 days" in text and "--force" not in text
    script = "\n".join(step["run"] for step in read["jobs"][job]["steps"] if "run" in step)
    subprocess.run(["sh", "-n"], input=script.encode(), check=True)
    saving = read["jobs"][job]["steps"][-1]
    assert "cache/save" in saving["uses"] and saving["if"] == "always()", "what was told must outlive a run that fails"


def test_whatever_has_it_run_also_looks_whether_it_ran() -> None:
    for kind, file in (
        ("systemd", "broadsheet-my-archive-alerts.service"),
        ("cron", "crontab"),
        ("container", "compose.yaml"),
        ("github", "broadsheet-alerts.yml"),
        ("gitlab", ".gitlab-ci.yml"),
    ):
        assert "alerts --send --every 6h" in make(kind, every="6h")[file]
    assert "OnFailure=broadsheet-my-archive-alerts.service" in make("systemd")["broadsheet-my-archive.service"]
    assert '"health", "--check", "--only", "run", "--every", "2h"' in make("container", every="2h")["Dockerfile"]


def test_the_pipeline_is_single_and_says_what_gitlab_limits() -> None:
    text = make("gitlab")[".gitlab-ci.yml"]
    assert "24 a day" in text and "--force" not in text
    read = yaml.safe_load(text)
    for name in ("mirror", "alerts"):
        job = read[read[name]["extends"]] | read[name]
        assert job["resource_group"] == "broadsheet" and job["interruptible"] is False
        script = [*job["before_script"], *job["script"], *job["after_script"]]
        subprocess.run(["sh", "-n"], input="\n".join(script).encode(), check=True)


def test_the_container_is_parsed_as_docker_would() -> None:
    files = make("container", folder="/srv/news", every="30m")
    rows = re.sub(r"\\\n\s*", "", files["Dockerfile"]).splitlines()
    verbs = [row.split()[0] for row in rows if row and not row.startswith("#")]
    assert verbs[0] == "FROM" and set(verbs) <= {"FROM", "RUN", "USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert ":latest" not in files["Dockerfile"]
    lists = [json.loads(row[row.index("[") :]) for row in rows if row.startswith(("ENTRYPOINT", "CMD", "VOLUME"))]
    assert ["run", "--publish", "--every", "30m"] in lists
    compose = yaml.safe_load(files["compose.yaml"])["services"]
    assert next(iter(compose.values()))["volumes"] == ["/srv/news:/archive"]


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_written_once_and_not_over_somebodys_changes(tmp_path: Path, kind: str) -> None:
    one = Machine(tmp_path / "one")
    said = call("schedule", kind, archive=one.root).output
    assert "is written" in said and "Next:" in said
    call("schedule", kind, archive=one.root)
    paths = json.loads(call("schedule", kind, "--json", archive=one.root).output)["files"]
    Path(paths[0]).write_text("mine\n", "utf-8")
    with pytest.raises(AssertionError):
        call("schedule", kind, archive=one.root)
    assert Path(paths[0]).read_text("utf-8") == "mine\n"
    call("schedule", kind, "--force", archive=one.root)
