"""Rows of lists, written by hand for speed, are what a template would say, line ends aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined

from broadsheet.render._list_lines import lines_html
from broadsheet.render._moments import clock, day, iso, short_day
from broadsheet.render.words import language_tag, say
from broadsheet.views.page import Line, Words

TEMPLATE = """
{% macro lang(tag) %}{% if tag|tag %} lang="{{ tag|tag }}"{% endif %}{% endmacro %}
{% macro marked(words) -%}
{% for one in words %}{% if one.is_hit %}<mark>{{ one.text }}</mark>{% else %}{{ one.text }}{% endif %}{% endfor %}
{%- endmacro %}
<ol class="lines {{ form }}">
{% for one in lines %}
<li class="line{% if one.is_taken_down %} gone{% endif %}">
{% if form != "none" %}
<time datetime="{{ one.published|iso }}"{% if not one.is_dated %} class="seen"{% endif %}>
{%- if form != "clock" %}{{ one.published|short(zone, year) }}
{%- elif one.is_dated %}{{ one.published|clock(zone) }}{% else %}–{% endif %}</time>
{% endif %}
<div>
<a class="head" href="/{{ one.path }}"{{ lang(one.language) }} dir="auto">
{%- if one.marked %}{{ marked(one.marked) }}{% else %}{{ one.headline or t("no_headline") }}{% endif %}</a>
{% if one.snippet %}
<p class="snippet"{{ lang(one.language) }} dir="auto">{{ marked(one.snippet) }}</p>
{%- endif %}
{% if outlet or one.agency or one.revisions > 1 or one.is_taken_down or not one.is_dated %}
<p class="notes">
{%- if outlet %}<span>{{ one.outlet_name }}</span>{% endif %}
{% if one.agency %}<span>{{ one.agency }}</span>{% endif %}
{% if one.revisions > 1 %}<span>{{ t("revisions", n=one.revisions) }}</span>{% endif %}
{% if one.is_taken_down %}<span>{{ t("taken_down") }}</span>{% endif %}
{% if not one.is_dated %}<span>{{ t("undated") }} {{ one.published|day(zone) }}</span>{% endif %}</p>
{% endif %}
</div>
</li>
{% endfor %}
</ol>
"""

WORDS = st.text("气候 <>&\"'/א", max_size=8)
PIECES = st.lists(st.builds(Words, WORDS, st.booleans()), max_size=3).map(tuple)
LINES = st.builds(
    Line,
    article=st.just("ferrypost/1"),
    path=WORDS,
    headline=WORDS,
    outlet=st.just("ferrypost"),
    outlet_name=WORDS,
    url=WORDS,
    published=st.integers(-(10**9), 4 * 10**9).map(lambda s: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=s)),
    is_dated=st.booleans(),
    captured=st.just(datetime(2026, 3, 1, tzinfo=UTC)),
    revisions=st.integers(1, 3),
    byline=st.none(),
    agency=st.none() | WORDS,
    language=st.sampled_from([None, "", "zh-Hans", 'en" onclick="', "ar"]),
    is_taken_down=st.booleans(),
    marked=PIECES,
    snippet=PIECES,
)


def by_template(lines: list[Line], zone: str, language: str, form: str, with_outlet: bool, year: int) -> str:
    environment = Environment(
        loader=DictLoader({"lines": TEMPLATE}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"clock": clock, "day": day, "iso": iso, "short": short_day, "tag": language_tag}
    return environment.get_template("lines").render(
        lines=lines, zone=ZoneInfo(zone), t=partial(say, language), form=form, outlet=with_outlet, year=year
    )


@settings(deadline=None)
@given(
    st.lists(LINES, max_size=3),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/St_Johns"]),
    st.sampled_from(["zh-Hans", "zh-Hant", "en"]),
    st.sampled_from(["date", "short", "clock", "none"]),
    st.booleans(),
    st.sampled_from([0, 2023]),
)
def test_rows_are_what_a_template_would_say(
    lines: list[Line], zone: str, language: str, form: str, with_outlet: bool, year: int
) -> None:
    written = lines_html(lines, zone, partial(say, language), form, with_outlet, year)
    said = by_template(lines, zone, language, form, with_outlet, year)
    assert written.replace("\n", "") == said.replace("\n", "")
