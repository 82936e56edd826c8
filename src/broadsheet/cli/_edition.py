"""publish edition: a day or a week as one file or as a mail."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from broadsheet import app
from broadsheet.app import Broadsheet, EditionAccount
from broadsheet.cli._print import print_json, writing
from broadsheet.cli._publish import publish
from broadsheet.cli._sentences import complain
from broadsheet.errors import EngineError, SettingsError
from broadsheet.render.words import LANGUAGES


@publish.command()
@click.option("--html", "target", type=click.Path(path_type=Path), help="Write it to this file.")
@click.option("--mail", "is_mail", is_flag=True, help="Send it to the recipients in [mail].")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Of this day (default: the newest with an article).")
@click.option("--week", is_flag=True, help="Of the seven days that end with the day.")
@click.option("--outlet", "outlets", multiple=True, metavar="OUTLET", help="Only of this outlet; may be repeated.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of its own words (default: as of a site).")
@click.option("--without-pictures", is_flag=True, help="Text alone.")
@click.option("--again", is_flag=True, help="With --mail: to those, too, who have got this edition.")
@click.option("--json", "json_", is_flag=True, help="Answer in JSON, for scripts.")
@click.pass_obj
def edition(
    archive: Path,
    target: Path | None,
    is_mail: bool,
    day: datetime | None,
    week: bool,
    outlets: tuple[str, ...],
    language: str | None,
    without_pictures: bool,
    again: bool,
    json_: bool,
) -> None:
    """Make one edition of a day or a week: one HTML file that needs nothing else, or a mail.

    Stories come first, with what their reports differ in; then edits of headlines, numbers, quotations, negations and
    corrections; then each outlet's articles, as far as its publish rule lets them out. Days are counted in the
    archive's time zone. A mail goes to nobody twice; its password is read from BROADSHEET_MAIL_PASSWORD.

    \b
    Examples:
      broadsheet publish edition --html today.html
      broadsheet publish edition --html week.html --week --outlet voa --language en
      broadsheet publish edition --mail --without-pictures
    """
    if (target is None) is not is_mail:
        raise SettingsError("publish edition: say one of --html FILE and --mail")
    if again and not is_mail:
        raise SettingsError("--again: goes with --mail")
    with Broadsheet.open(archive) as here:
        with writing(here):
            pass
        rules = app.edition_rules(
            here, day=day.date() if day else None, is_week=week, outlets=outlets, language=language or ""
        )
        has_pictures = not without_pictures
        if target is not None:
            account = app.write_edition(here, target, rules, has_pictures=has_pictures)
        else:
            account = app.mail_edition(here, rules, has_pictures=has_pictures, is_again=again)
    if json_:
        print_json(account.as_json())
    else:
        _tell(account, target)
    if account.failed:
        for sentence in account.failed:
            complain(sentence)
        raise EngineError(f"{len(account.failed)} of {len(account.failed) + len(account.sent)} mails were not sent")


def _tell(account: EditionAccount, target: Path | None) -> None:
    days = " to ".join(dict.fromkeys((str(account.first), str(account.last))))
    told = (
        f"{days}: {account.articles:,} articles, {account.stories:,} stories, {account.edits:,} edits, "
        f"{account.pictures:,} pictures, {account.bytes:,} bytes"
    )
    if target is not None:
        click.echo(f"{target}: {told}")
    elif account.sent or account.failed:
        click.echo(f"sent to {len(account.sent)}: {told}")
    if account.had:
        click.echo(f"{len(account.had)} had this edition already; --again sends it anyway")
    if account.pictures_left_out:
        complain(f"{account.pictures_left_out} pictures were left out for their size")
    if account.articles_left_out:
        complain(f"{account.articles_left_out} further articles are not listed")


COMMANDS: tuple[click.Command, ...] = ()
