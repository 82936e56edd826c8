"""What a person types, and what it means; what cannot be understood is said with its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import QueryError
from broadsheet.model import AllOf, AnyOf, Between, Condition, Not, Trait, Word
from broadsheet.query import iter_words, mark_place, parse_query, plural_forms

A, B, C = Word(("克里",)), Word(("气候",)), Word(("煤",))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("克里", A),
        ("克里 氣候", AllOf((A, B))),
        ("克里　AND 气候", AllOf((A, B))),
        ("克里，气候", AllOf((A, B))),
        ("克里 OR 气候", AnyOf((A, B))),
        ("克里|气候 || 煤", AnyOf((A, B, C))),
        ("克里 气候 OR 煤", AllOf((A, AnyOf((B, C))))),
        ("(克里 气候) OR 煤", AnyOf((AllOf((A, B)), C))),
        ("（克里 气候）OR 煤", AnyOf((AllOf((A, B)), C))),
        ("-克里", Not(A)),
        ("气候 －克里", AllOf((B, Not(A)))),
        ("气候 NOT 克里", AllOf((B, Not(A)))),
        ("-(克里 气候)", Not(AllOf((A, B)))),
        ("- 克里", A),
        ("克里-气候", Word(("克里", "气候"))),
        ('"克里 气候"', Word(("克里", "气候"))),
        ("“克里 气候”", Word(("克里", "气候"))),
        ("「克里 气候」", Word(("克里", "气候"))),
        ("『克里』气候", AllOf((A, B))),
        ("iPhone手機", Word(("iphone", "手机"))),
        ("COVID-19", Word(("covid", "19"))),
        ("methane", Word(("methane",), others=("methanes",))),
        ('"methane"', Word(("methane",))),
        ("encrypt*", Word(("encrypt",), is_prefix=True)),
        ("气候*", B),
        ("title:克里", Word(("克里",), "title")),
        ("标题：“克里 气候”", Word(("克里", "气候"), "title")),
        ("byline:克里", Word(("克里",), "byline")),
        ("TITLE:克里", Word(("克里",), "title")),
        ("title:克里，气候", AllOf((Word(("克里",), "title"), Word(("气候",), "title")))),
        ("outlet:voa", Trait("outlet", "voa")),
        ("outlet：ＶＯＡ", Trait("outlet", "voa")),
        ("outlet:美國之音", Trait("outlet", "voa")),
        ("outlet:voa,rfi", AnyOf((Trait("outlet", "voa"), Trait("outlet", "rfi")))),
        ("-outlet:voa", Not(Trait("outlet", "voa"))),
        ("agency:法新社", Trait("agency", "AFP")),
        ("通讯社：路透", Trait("agency", "Reuters")),
        ('agency:"Associated Press"', Trait("agency", "AP")),
        ("agency:村社", Trait("agency", "村社")),
        ("lang:ZH_Hans", Trait("language", "zh-hans")),
        ("语言：中文", Trait("language", "zh")),
        ("has:图片", Trait("has", "picture")),
        ("edited:yes", Trait("edited", "yes")),
        ("edited:no", Not(Trait("edited", "yes"))),
        ("after:2023-07-01", Between(after=datetime(2023, 7, 1, tzinfo=UTC))),
        ("before:2023年7月1日", Between(before=datetime(2023, 7, 1, tzinfo=UTC))),
        ("after:２０２３/7", Between(after=datetime(2023, 7, 1, tzinfo=UTC))),
        ("on:2023-12", Between(datetime(2023, 12, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC))),
        ("on:2024", Between(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))),
        ("on:2024-02-29", Between(datetime(2024, 2, 29, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))),
        ("他说：克里", AllOf((Word(("他说", "克里")),)).parts[0]),
        ("Trump: 克里", AllOf((Word(("trump",), others=("trumps",)), A))),
        ("克里 ？！", A),
        ("克里 OR ！", A),
        ("-！ 克里", A),
        ("", AllOf()),
        ("  ", AllOf()),
    ],
)
def test_what_is_typed_is_understood(typed: str, meant: Condition) -> None:
    assert parse_query(typed, outlets={"美国之音": "voa"}).condition == meant


@pytest.mark.parametrize(
    ("typed", "place", "said"),
    [
        ('气候 "克里', 3, "quote is not closed"),
        ("气候 「克里", 3, "quote is not closed"),
        ("气候 (克里 煤", 3, "( is not closed"),
        ("气候) 克里", 2, "no ( to this )"),
        ("OR 克里", 0, "before OR"),
        ("克里 OR", 3, "after OR"),
        ("克里 -(", 4, "( is not closed"),
        ("克里 NOT", 3, "after this"),
        ("auther:克里", 0, "did you mean author"),
        ("看 zzzz:克里", 2, "title:"),
        ("outlet: 克里", 0, "outlet:voa"),
        ("after:yesterday", 6, "not a day"),
        ("before:2023-13-01", 7, "not a day"),
        ("on:2023-02-30", 3, "not a day"),
        ("on:9999", 3, "not a day"),
        ("has:video", 4, "picture, byline and agency"),
        ("edited:maybe", 7, "yes or no"),
        ("a*", 0, "two letters"),
        ("中国gdp*", 0, "two letters"),
        ("？！", 0, "no word"),
        ("(" * 20 + "a" + ")" * 20, 12, "too many"),
        ("词 " * 65, 128, "more than 64 words"),
        ("气" * 1001, 1000, "longer than 1000"),
    ],
)
def test_what_cannot_be_understood_is_said_with_its_place(typed: str, place: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(typed)
    assert said in str(caught.value)
    assert caught.value.place == place


def test_the_place_is_marked_under_wide_characters() -> None:
    assert mark_place('气候 "克里', 3) == '  气候 "克里\n       ^'


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("vaccine", {"vaccines"}),
        ("vaccines", {"vaccine"}),
        ("company", {"companies"}),
        ("companies", {"company"}),
        ("church", {"churches"}),
        ("churches", {"church"}),
        ("crisis", {"crisises"}),
        ("delays", {"delay"}),
        ("new", set()),
        ("news", set()),
        ("g20", set()),
        ("气候", set()),
        ("über", set()),
    ],
)
def test_plurals(word: str, forms: set[str]) -> None:
    assert set(plural_forms((word,))) == forms


def test_words_to_mark_are_those_not_ruled_out() -> None:
    query = parse_query("克里 (气候 OR title:煤) -疫苗 outlet:voa")
    assert [word.runs for word in iter_words(query)] == [("克里",), ("气候",), ("煤",)]


@settings(deadline=None)
@given(st.text('克里ab "“”「」()（）:：-|*,，。 ORNT1', max_size=40) | st.text(max_size=40))
def test_anything_typed_is_understood_or_refused_with_a_place(typed: str) -> None:
    place: int | None = 0
    try:
        query = parse_query(typed)
    except QueryError as error:
        query, place = parse_query(""), error.place
    assert place is not None
    assert 0 <= place <= len(typed)
    for word in iter_words(query):
        assert word.runs
