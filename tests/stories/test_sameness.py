"""What is shown by default is surely of one thing: the same parties, the same happening. All names are made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.model import Compared, Report
from broadsheet.stories.comparison._names import Name, NameBook, count_words
from broadsheet.stories.comparison._sameness import find_source
from broadsheet.text.sentences import is_turned
from tests.stories.comparing_demo import compare

TUESDAY = datetime(2031, 3, 4, 12, tzinfo=UTC)


def report(article: str, text: str, *, hours: float = 0, headline: str = "") -> Report:
    return Report(article, article, headline, text, TUESDAY + timedelta(hours=hours))


def shown(mine: str, yours: str, *, hours: float = 0, careful: bool = True) -> list[str]:
    """Of what kinds the figures and dates are that readers are shown of two reports."""
    found = compare([report("a", mine), report("b", yours, hours=hours)], careful=careful)
    return [one.kind for one in (*found.figures, *found.dates) if one.kind != "single"]


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        # a pronoun leads to those named before it, a title to who bears it; simplified and traditional
        (
            "海盟特使沈怀川周一在白沙与石港代表举行了四个小时的会谈。",
            "沈懷川週一在白沙的旅館與石港代表林若漁會面，並展開了近12個小時的工作會談。",
        ),
        (
            "据石港电视台报道，沈怀川周一在白沙会见了石港代表林若渔，两人交谈了大约四个小时。",
            "沈怀川周一在白沙与林若渔会面，展开了近12个小时的工作会谈。",
        ),
        ("青岚县一家布厂周日起火，造成6人死亡。", "青嵐縣一布廠週日發生火災，已致9人死亡。"),
        ("望潮市一栋7层居民楼周二中午倒塌，23人被困。", "望潮市一栋8层自建楼周二中午发生倒塌，有23人被困。"),
        (
            "Envoys of Orme and Tarry met on Monday in Whitby, and they talked for four hours.",
            "On Monday the envoys of Orme and Tarry met in Whitby. Their talks lasted nearly 12 hours.",
        ),
    ],
)
def test_two_statements_of_one_thing_are_set_against_each_other(mine: str, yours: str) -> None:
    assert shown(mine, yours)[:1] == ["differ"]


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        # prison terms of two defendants
        (
            "法院周一以受贿罪分别判处林若渔有期徒刑五年，被告人林小渔有期徒刑四年。",
            "林若渔案周一宣判，只要林若渔不上诉，五年徒刑就是尘埃落定。",
        ),
        ("法院周一判处被告人沈怀川有期徒刑三年。", "法院周一判处被告人林若渔有期徒刑六年。"),
        # tolls of two countries
        ("伊朗政府周四表示，疫情已造成1284人死亡。", "截至周四，美国疫情死亡人数已超过1170人。"),
        (
            "Iran said on Thursday that the epidemic had killed 1,284 people.",
            "On Thursday the epidemic had killed 1,170 people in Spain.",
        ),
        # prices of two dishes
        ("白沙夜市的蒸鱼一碗价格是38元。", "白沙夜市的豆腐一份价格是52元。"),
        ("晨报：白菜每斤1.2元，比昨天贵两角。", "晨报：菠菜每斤2.6元，与昨天持平。"),
        # a count that goes on with the days
        ("编者按：3月4日，距离林若渔医生的去世已132天。", "编者按：3月10日，距离林若渔医生的去世已138天。"),
        # the dead of one hospital, of one town, of the whole
        ("青岚县周二的爆炸造成34人死亡。", "青岚县周二的爆炸后，县二医院有12人死亡。"),
        ("A blast in Orme killed 34 people on Tuesday.", "A blast killed 12 people at a school in Orme on Tuesday."),
        # two quakes in neighbouring counties
        ("云南高岭县周二发生5.1级地震，震源深度10公里。", "云南白沙县周二发生5.4级地震，震源深度21公里。"),
        # distances from two places
        (
            "The quake of Sunday was centred in Orme, 3 miles east of Whitby.",
            "The quake of Sunday in Orme was 4 miles from Tarry.",
        ),
        # a value among others of its kind
        (
            "Quakes of magnitude 7.6 and 7.2 struck off Orme on Sunday.",
            "A magnitude 7.4 quake struck off Orme on Sunday.",
        ),
        # what is denied or supposed
        ("白沙港周二起火，官方否认有12人死亡。", "白沙港周二起火，造成19人死亡。"),
        # nobody is named at all
        ("事故造成12人死亡。", "事故造成9人死亡。"),
    ],
)
def test_what_is_not_surely_of_one_thing_is_not_shown(mine: str, yours: str) -> None:
    assert "differ" not in shown(mine, yours, hours=144 if "编者按" in mine else 0)
    assert "update" not in shown(mine, yours)


@pytest.mark.parametrize(
    ("mine", "yours"),
    [
        ("医疗队一行27人周二抵达白沙。", "白沙周二的爆炸造成27人死亡。"),
        ("这艘渡轮周二在望潮湾倾覆，核定载客64人。", "望潮湾渡轮周二倾覆，该船核定载客64人。"),
        ("新加坡周三公布47例新增确诊病例。", "泰国境内确诊病例周三为47例。"),
        ("欧洲疫情已造成数千人死亡。", "欧洲疫情的死亡人数超过150人。"),
    ],
)
def test_agreement_passes_the_same_test(mine: str, yours: str) -> None:
    assert compare([report("a", mine), report("b", yours)], careful=True).figures == ()


def test_what_is_measured_anew_every_day_is_no_difference_of_two_days() -> None:
    mine, yours = "白沙港高潮的潮高4.1米，石港渡轮停航。", "白沙港高潮的潮高3.8米，石港渡轮停航。"
    assert shown(mine, yours, hours=24) == []
    assert shown(mine, yours, hours=2) == ["differ"]


def test_the_rest_is_marked_as_uncertain_where_all_is_asked_for() -> None:
    reports = [report("a", "事故造成12人死亡。"), report("b", "事故造成9人死亡。")]
    assert compare(reports).figures[0].is_uncertain
    assert compare(reports, careful=True).figures == ()
    sure = [report("a", "青岚县布厂周日起火，造成6人死亡。"), report("b", "青岚县布厂周日起火，已致9人死亡。")]
    assert [one.is_uncertain for one in compare(sure).figures] == [False]


def test_a_sure_difference_is_not_silenced_by_an_unsure_agreement() -> None:
    mine = "青岚县布厂周日起火，造成6人死亡。去年一次事故造成9人死亡。"
    assert "differ" in shown(mine, "青岚县布厂周日起火，已致9人死亡。")


def test_what_a_report_cites_stands_beside_what_it_says_itself() -> None:
    mine = (
        "海盟特使沈怀川周一在白沙与石港代表林若渔举行了四个小时的会谈。\n"
        "据石港电视台报道，沈怀川周一在白沙会见了林若渔，两人交谈了大约四个小时。"
    )
    [found] = compare(
        [report("a", mine), report("b", "沈怀川周一在白沙与林若渔会面，展开了近12个小时的会谈。")], careful=True
    ).figures
    cited = {claim.words: claim.source for group in found.groups for claim in group}
    assert cited == {"四个小时": None, "大约四个小时": "石港电视台", "近12个小时": None}


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("据官方的石港电视台报道，会谈持续了四个小时。", "石港电视台"),
        ("據海盟統計，共有12人受傷。", "海盟"),
        ("The talks lasted four hours, according to the Orme Herald.", "Orme Herald"),
        ("会谈持续了四个小时。", None),
    ],
)
def test_whom_a_sentence_cites(sentence: str, source: str | None) -> None:
    assert find_source(sentence) == source


# ---- names ----------------------------------------------------------------------------------------------------------


def test_names_are_learnt_from_the_reports_themselves() -> None:
    book = NameBook(
        [
            report("a", "海盟特使莫里斯·坎贝尔(Maurice Campbell)周一抵达。坎贝尔会见了总理沈怀川。沈怀川说欢迎。"),
            report("b", "Mr. Campbell met people in Orme. Officials of Orme were glad."),
        ],
        {"Shen Huaichuan": "沈怀川"},
    )
    assert Name("person", "坎贝尔") in book.find("坎貝爾在白沙")
    assert Name("person", "坎贝尔") in book.find("Campbell left on Monday")
    assert Name("person", "沈怀川") in book.find("said Shen Huaichuan")
    assert Name("latin", "orme") in book.find("the town of Orme")
    assert book.find("On Monday") == frozenset()
    of_day = NameBook([report("a", "两市代表周一在白沙会谈。代表周一在白沙见面。")])
    assert not [name for name in of_day.find("周一在白沙") if name.kind == "person"]


def test_pairs_that_overlap_are_one_word() -> None:
    assert count_words(frozenset({"怀川", "沈怀"})) == 1
    assert count_words(frozenset({"沈怀", "怀川", "渡轮", "ferry"})) == 3
    assert count_words(frozenset()) == 0


@pytest.mark.parametrize("words", ["敦促对方不要", "从未说过", "否認", "如果", "did not say", "denied", "won’t"])
def test_words_that_turn_a_sentence_round(words: str) -> None:
    assert is_turned(words)


@pytest.mark.parametrize("words", ["不断增加", "无线电", "不久", "said on Monday", "notable"])
def test_words_that_do_not(words: str) -> None:
    assert not is_turned(words)


# ---- quotations -----------------------------------------------------------------------------------------------------


def quoted(text: str) -> list[Compared]:
    return list(compare([report("a", text)], careful=True).quotations)


@pytest.mark.parametrize(
    "text",
    [
        "海盟顾问沈怀川周日告诉石港电视台，林若渔将敦促对方不要“以任何形式声称自己是小岛国家”，以减缓减排。",
        "海盟顧問沈懷川表示，沒有人相信「這件事已經完全解決了，可以放心回家」。",
        "Shen Huaichuan said that it was not true that the island “had given up its claim to the whole strait”.",
    ],
)
def test_a_fragment_is_shown_as_its_whole_sentence_or_not_at_all(text: str) -> None:
    for one in quoted(text):
        for claim in (claim for group in one.groups for claim in group):
            assert claim.words == claim.sentence == text


def test_a_whole_utterance_is_shown_in_its_own_words() -> None:
    [found] = quoted("海盟顾问沈怀川说：“我们今天没有解决所有的问题，但是门开了。”")
    assert found.groups[0][0].words == "我们今天没有解决所有的问题，但是门开了。"


def test_one_fragment_in_two_sentences_is_shown_as_both() -> None:
    mine = "沈怀川说，老人“没有办法再等到天亮了”，夜航不能再拖。"
    yours = "沈怀川不认为老人“没有办法再等到天亮了”，他说还要再谈。"
    found = compare([report("a", mine), report("b", yours)]).quotations
    for one in found:
        assert {claim.words for group in one.groups for claim in group} <= {mine, yours}
        assert one.kind != "agree"
