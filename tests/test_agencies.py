"""Whose text it is: credit lines and datelines count, mentions in running text do not."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.formats.document import parse_document
from broadsheet.statements._wire import HINT, NAMES, fold
from broadsheet.statements.agencies import find_agency, find_byline, find_dateline
from tests import reader50

LEDE = "河边的小城早晨下了一场雨，集市照常开门。"
BODY = "市长说，新桥将在秋天完工。"
LEDE_EN = "Rain fell on the river town this morning, but the market opened as usual."
BODY_EN = "The mayor said the new bridge would be ready in autumn."

CLOSING_CREDITS = [
    ("（此文依据了法新社在河内的报道。）", "AFP"),
    ("（此文依据了路透社的报道。）", "Reuters"),
    ("（本文依据路透社报道）", "Reuters"),
    ("(本文依据美联社、路透社的报道)", "AP"),
    ("（本文部分内容根据法新社报道。）", "AFP"),
    ("（這篇報導部分內容來自美聯社）", "AP"),
    ("本文参考了共同社的报道。", "Kyodo"),
    ("本文取材自德新社的报道。", "dpa"),
    ("【本文根据韩联社消息编写】", "Yonhap"),
    ("（本报道综合路透社与法新社的消息）", "Reuters"),
    ("（据新华社）", "Xinhua"),
    ("（據法新社報導）", "AFP"),
    ("（据塔斯社报道）", "TASS"),
    ("（綜合路透社、法新社報導）", "Reuters"),
    ("（编译自彭博社）", "Bloomberg"),
    ("（根据俄新社报道）", "RIA Novosti"),
    ("（本報綜合法新社、美聯社報導）", "AFP"),
    ("本报综合新华社消息", "Xinhua"),
    ("来源：新华社", "Xinhua"),
    ("來源：中央社", "CNA"),
    ("稿源：中新社", "CNS"),
    ("消息来源：朝中社", "KCNA"),
    ("文章来源：越通社", "VNA"),
    ("文／法新社", "AFP"),
    ("撰文：美聯社", "AP"),
    ("（新华社记者王小明）", "Xinhua"),
    ("新华社记者 王小明、李四", "Xinhua"),
    ("法新社驻北京记者王小明报道", "AFP"),
    ("Copyright © 2023, AFP", "AFP"),
    ("来源：彭博社", "Bloomberg"),
    ("法新社", "AFP"),
    ("（法新社）", "AFP"),
    ("（美聯社／路透社）", "AP"),
    ("With reporting from AP", "AP"),
    ("With reporting by Reuters and AFP", "Reuters"),
    ("(With inputs from PTI)", "PTI"),
    ("Based on reporting by AFP, AP, and Reuters", "AFP"),
    ("Based on reporting by TASS", "TASS"),
    ("Some information for this report was provided by The Associated Press.", "AP"),
    ("Some information for this report came from Reuters and Agence France-Presse.", "Reuters"),
    ("Information from Agence France-Presse was used in this report.", "AFP"),
    ("Associated Press writers Jane Doe in Rome and John Roe in Oslo contributed to this report.", "AP"),
    ("Reuters contributed to this report.", "Reuters"),
    ("Jane Doe in Rome and the Associated Press contributed to this story.", "AP"),
    ("(Reporting by Jane Doe in Rome; Editing by John Roe)", "Reuters"),
    ("Reporting by Jane Doe and John Roe; Writing by A. Poe; editing by B. Moe", "Reuters"),
    ("Our Standards: The Thomson Reuters Trust Principles.", "Reuters"),
    ("© 2023 AFP", "AFP"),
    ("© Agence France-Presse", "AFP"),
    ("Copyright 2023 The Associated Press. All rights reserved.", "AP"),
    ("(c) 2022 dpa", "dpa"),
    ("This article was originally published by AFP.", "AFP"),
    ("This story is based on reporting by the Associated Press.", "AP"),
    ("Source: Xinhua", "Xinhua"),
    ("— AFP", "AFP"),
    ("-- Bernama", "Bernama"),
    ("Agence France-Presse", "AFP"),
    ("AP", "AP"),
]

DATELINES = [
    ("新华社北京5月1日电（记者王小明）小城早晨下雨。", "Xinhua", "北京", "5月1日"),
    ("【新华社北京5月1日电】小城早晨下雨。", "Xinhua", "北京", "5月1日"),
    ("新華社北京５月１日電 小城早晨下雨。", "Xinhua", "北京", "５月１日"),
    ("据新华社莫斯科8月21日电 小城早晨下雨。", "Xinhua", "莫斯科", "8月21日"),
    ("中新社成都五月十二日电 (记者 张三)小城早晨下雨。", "CNS", "成都", "五月十二日"),
    ("中新社香港2023年5月1日电 小城早晨下雨。", "CNS", "香港", "2023年5月1日"),
    ("（中央社記者王小明台北1日電）小城早晨下雨。", "CNA", "台北", "1日"),
    ("（中央社台北1日電）小城早晨下雨。", "CNA", "台北", "1日"),
    ("（中央社巴黎1日綜合外電報導）小城早晨下雨。", "CNA", "巴黎", "1日"),
    ("（中央社記者王小明紐約1日專電）小城早晨下雨。", "CNA", "紐約", "1日"),
    ("（法新社巴黎1日電）小城早晨下雨。", "AFP", "巴黎", "1日"),
    ("〔法新社倫敦2日電〕小城早晨下雨。", "AFP", "倫敦", "2日"),
    ("（路透倫敦1日電）小城早晨下雨。", "Reuters", "倫敦", "1日"),
    ("美聯社華盛頓1日電 小城早晨下雨。", "AP", "華盛頓", "1日"),
    ("韩联社首尔5月1日电 小城早晨下雨。", "Yonhap", "首尔", "5月1日"),
    ("朝中社平壤5月1日电 小城早晨下雨。", "KCNA", "平壤", "5月1日"),
    ("塔斯社莫斯科5月1日电 小城早晨下雨。", "TASS", "莫斯科", "5月1日"),
    ("共同社东京5月1日电 小城早晨下雨。", "Kyodo", "东京", "5月1日"),
    ("BEIJING (AP) — Rain fell on the town.", "AP", "BEIJING", ""),
    ("PARIS (Reuters) - Rain fell on the town.", "Reuters", "PARIS", ""),
    ("LONDON, May 1 (Reuters) - Rain fell on the town.", "Reuters", "LONDON", "May 1"),
    ("TOKYO, May 1 (Kyodo) -- Rain fell on the town.", "Kyodo", "TOKYO", "May 1"),
    ("BEIJING, May 1 (Xinhua) -- Rain fell on the town.", "Xinhua", "BEIJING", "May 1"),
    ("SEOUL, Sept. 14 (Yonhap) -- Rain fell on the town.", "Yonhap", "SEOUL", "Sept. 14"),
    ("New Delhi, May 1 (IANS) Rain fell on the town.", "IANS", "New Delhi", "May 1"),
    ("Taipei, May 1 (CNA) Rain fell on the town.", "CNA", "Taipei", "May 1"),
    ("Paris, France (AFP) - Rain fell on the town.", "AFP", "Paris, France", ""),
    ("Berlin (dpa) - Rain fell on the town.", "dpa", "Berlin", ""),
    ("Madrid, 1 may (EFE).- Rain fell on the town.", "EFE", "Madrid", "1 may"),
    ("RIO DE JANEIRO (AP) — Rain fell on the town.", "AP", "RIO DE JANEIRO", ""),
    ("MOSCOW, May 1. /TASS/. Rain fell on the town.", "TASS", "MOSCOW", "May 1"),
    ("WASHINGTON, D.C. (AP) — Rain fell on the town.", "AP", "WASHINGTON, D.C", ""),
]

DATELINES_WITHOUT_PLACE = [
    ("【路透社专讯】小城早晨下雨。", "Reuters"),
    ("【美聯社】小城早晨下雨。", "AP"),
    ("（法新社伦敦报道）小城早晨下雨。", "AFP"),
    ("新华社电 小城早晨下雨。", "Xinhua"),
    ("据中新社电小城早晨下雨。", "CNS"),
    ("路透北京5月1日 - 小城早晨下雨。", "Reuters"),
    ("[東京 1日 ロイター] - 小さな町に雨。", "Reuters"),
    ("(Reuters) - Rain fell on the town.", "Reuters"),
    ("(EFE).- Rain fell on the town.", "EFE"),
    ("Hamburg (dpa/lno) - Rain fell on the town.", "dpa"),
    ("(Bloomberg) -- Rain fell on the town.", "Bloomberg"),
]

NO_AGENCY = [
    "路透社报道，小城早晨下了雨。",
    "据法新社报道，小城早晨下了雨。",
    "新华社5月1日报道说，小城早晨下了雨。",
    "市长告诉法新社(AFP)：“桥会修好的。”",
    "市长告诉法新社：“桥会修好的。”",
    "美联社援引市长的话说，桥会修好的。",
    "路透社记者在现场看到，集市照常开门。",
    "新华社记者王小明摄",
    "路透社记者在现场看到大火。",
    "美联社记者获悉新桥完工",
    "法新社记者从市长处得知此事",
    "作者：美联社前记者王小明",
    "Source: Bloomberg",
    "（新华社记者 王小明 摄）",
    "图片来源：路透社",
    "资料来源：彭博社",
    "（图／美聯社）",
    "此文引用路透社的话说，桥会修好的。",
    "这篇文章引起了新华社的注意。",
    "（本報綜合外電）",
    "（綜合外電報導）",
    "他在新华社区住了三年。",
    "中央社会工作部召开会议。",
    "【德國之聲中文網】小城早晨下雨。",
    "新华社北京分社在5月1日电力不足。",
    "中央社区的电视台5月1日讯号中断。",
    "他1999年加入法新社。",
    "法新社、路透社和美联社的记者都到了现场。",
    "他对共同利益的看法没有变。（共同）",
    "责任编辑：王小明",
    "“The bridge will be ready,” he told Reuters.",
    "The bridge will be ready, the Associated Press reported.",
    "The bridge will be ready, according to the Associated Press (AP).",
    "Shares of Thomson Reuters (Reuters) fell.",
    "Michael Bloomberg visited the bridge.",
    "Bloomberg",
    "Greg Poe—AFP/Getty Images",
    "Jane Doe—Sputnik/AFP/Getty Images",
    "(AFP/Getty Images)",
    "(Photo by Jane Doe/AFP via Getty Images)",
    "Photo: Reuters",
    "AP Photo/Jane Doe",
    "The AP test (AP) — is hard for students of the town who never learned it.",
    "Reuters journalists filmed the bridge.",
    "AFP's office in the town is small.",
    "With reporting from agencies",
    "(With agency inputs)",
    "Reporting by RFE/RL's Service; Editing by Jane Doe",
    "Sputnik",
    "Rome, May 1, 2023 / 10:00 am (CNA).",
    "She worked for the AP (AP) before — and liked it.",
]

BYLINES = [
    ("（中央社記者王小明台北1日電）小城早晨下雨。", "王小明"),
    ("〔記者王小明／台北報導〕小城早晨下雨。", "王小明"),
    ("記者王小明／綜合報導", "王小明"),
    ("新华社北京5月1日电（记者王小明、李四）小城早晨下雨。", "王小明、李四"),
    ("中新社成都五月十二日电 (记者 张三)小城早晨下雨。", "张三"),
    ("记者：王小明 责编：李四", "王小明"),
    ("本報記者 王小明", "王小明"),
    ("（本报记者王小明）", "王小明"),
    ("文／王小明", "王小明"),
    ("作者：王小明", "王小明"),
    ("撰文：欧阳小明", "欧阳小明"),
    ("采访：约翰·史密斯", "约翰·史密斯"),
    ("By Jane Doe", "Jane Doe"),
    ("By JANE DOE and JOHN ROE", "JANE DOE and JOHN ROE"),
    ("By Jane Doe, John Roe and Ann Poe", "Jane Doe, John Roe and Ann Poe"),
    ("By Jane Doe, AP Science Writer", "Jane Doe"),
    ("By Jane Doe | Reuters", "Jane Doe"),
    ("By Jane van der Doe in Rome", "Jane van der Doe"),
    ("Reporting by Jane Doe in Rome; Editing by John Roe", "Jane Doe in Rome"),
]

NO_BYLINE = [
    "记者在现场看到，集市照常开门。",
    "一名记者说，桥会修好的。",
    "记者会上午举行。",
    "新华社记者 王小明 摄",
    "作者认为桥修得太慢。",
    "By Monday",
    "By contrast, the bridge was ready.",
    "By The Associated Press",
    "By Reuters",
    "By the river Jane Doe built a house.",
    "By January the bridge will be ready",
    "路透社报道，小城早晨下了雨。",
]

NO_DATELINE = [
    LEDE,
    LEDE_EN,
    "他于5月1日电话告诉市长，桥修好了。",
    "北京5月1日电视节目停播。",
    "直到5月1日讯号才恢复。",
    "The mayor (AP) — said no.",
    "A bridge — long awaited — is ready.",
]


@pytest.mark.parametrize(("line", "name"), CLOSING_CREDITS)
def test_closing_credits(line: str, name: str) -> None:
    agency = find_agency("\n".join([LEDE, BODY, BODY, LEDE, BODY, line]))
    assert agency is not None
    assert agency.name == name
    assert agency.words
    assert agency.words in line


@pytest.mark.parametrize(("line", "name", "place", "date"), DATELINES)
def test_datelines(line: str, name: str, place: str, date: str) -> None:
    text = "\n".join([line, BODY, BODY_EN])
    agency, dateline = find_agency(text), find_dateline(text)
    assert agency is not None
    assert agency.name == name
    assert agency.words in line
    assert dateline is not None
    assert (dateline.place, dateline.date) == (place, date)
    assert dateline.words in line
    assert place in dateline.words


@pytest.mark.parametrize(("line", "name"), DATELINES_WITHOUT_PLACE)
def test_other_openings_that_name_an_agency(line: str, name: str) -> None:
    agency = find_agency("\n".join([line, BODY]))
    assert agency is not None
    assert agency.name == name
    assert line.startswith(agency.words)
    assert not re.search(r"[-—–:,.(]$", agency.words)


@pytest.mark.parametrize("line", NO_AGENCY)
def test_mentions_pictures_and_other_newsrooms_name_no_agency(line: str) -> None:
    for text in ([line, LEDE, BODY], [LEDE, line, BODY], [LEDE, BODY, line]):
        assert find_agency("\n".join(text)) is None


@pytest.mark.parametrize(
    ("end", "name"),
    [
        ("新桥将在秋天完工。（法新社）", "AFP"),
        ("“新桥会修好的。”（中新社）", "CNS"),
        ("新橋將在秋天完工。（美聯社）", "AP"),
        ("新桥将在秋天完工。（新华社供稿）（完）", "Xinhua"),
        ("The bridge will be ready in autumn. (AFP)", "AFP"),
        ("The bridge will be ready in autumn. - Bernama", "Bernama"),
        ("The bridge will be ready in autumn.” — Reuters", "Reuters"),
        ("新桥将在秋天完工（法新社）。", None),
        ("他说，这是新桥（美联社）的照片。", None),
    ],
)
def test_a_name_in_brackets_after_the_last_sentence(end: str, name: str | None) -> None:
    for closing in ([end], [end, "责任编辑：王小明"]):
        agency = find_agency("\n".join([LEDE, BODY, *closing]))
        assert (agency.name if agency else None) == name


def test_a_round_up_with_several_names_is_nobody_s() -> None:
    assert find_agency("小城下雨。（法新社）\n新桥完工。（路透社）\n集市开门。（美联社）") is None
    agency = find_agency("小城下雨。（法新社）\n新桥完工。\n集市开门。（法新社）")
    assert agency is not None
    assert agency.name == "AFP"


def test_a_dateline_outranks_a_credit_line_and_the_end_outranks_the_beginning() -> None:
    both = find_agency("BEIJING (AP) — Rain fell.\nIt stopped.\nWith reporting from Reuters")
    assert both is not None
    assert both.name == "AP"
    credits = find_agency("By Reuters\nRain fell.\nIt stopped.\n© 2023 AFP")
    assert credits is not None
    assert credits.name == "AFP"


def test_short_japanese_names_count_only_in_japanese() -> None:
    text = "小さな町に雨が降った。（共同）"
    assert find_agency(text) is None
    found = find_agency(text, language="ja")
    assert found is not None
    assert found.name == "Kyodo"
    found = find_agency("【北京時事】小さな町に雨が降った。", language="ja-JP")
    assert found is not None
    assert found.name == "Jiji"


@pytest.mark.parametrize(("line", "names"), BYLINES)
def test_bylines(line: str, names: str) -> None:
    assert find_byline("\n".join([line, BODY, BODY_EN])) == names
    assert find_byline("\n".join([LEDE, BODY, BODY_EN, LEDE, BODY, line])) == names


@pytest.mark.parametrize("line", [*NO_BYLINE, LEDE, LEDE_EN])
def test_no_byline(line: str) -> None:
    assert find_byline("\n".join([line, BODY, BODY_EN])) is None


@pytest.mark.parametrize("line", NO_DATELINE)
def test_no_dateline(line: str) -> None:
    assert find_dateline(line) is None


def test_capitals_and_a_dash_are_a_dateline_only_at_the_very_beginning() -> None:
    assert find_dateline(f"{LEDE_EN}\nACME — Tools made by hand.") is None
    assert find_dateline("By Jane Doe\nKOBE — Rain fell on the town.") is not None


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("中新网昆明4月16日电 小城早晨下雨。", "昆明", "中新网昆明4月16日电"),
        ("人民网5月12日讯 小城早晨下雨。", "", "人民网5月12日讯"),
        ("北京5月1日电 小城早晨下雨。", "北京", "北京5月1日电"),
        ("PARIS — Rain fell on the town.", "PARIS", "PARIS"),
    ],
)
def test_datelines_without_an_agency(line: str, place: str, words: str) -> None:
    dateline = find_dateline(line)
    assert dateline is not None
    assert (dateline.place, dateline.words) == (place, words)
    assert find_agency(line) is None


def test_the_seeds_rest_on_afp_and_reuters(shared: Path) -> None:
    found = []
    for seed in sorted((shared / "seeds").glob("*.md")):
        agency = find_agency(reader50.read_text(parse_document(seed.read_bytes()).body))
        found.append((agency.name, agency.words) if agency else None)
    assert found == [
        ("AFP", "（此文依据了法新社在北京的报道。）"),
        ("Reuters", "（此文依据了路透社的报道。）"),
    ]


def test_no_name_stands_for_two_agencies() -> None:
    aliases = [alias for names in NAMES.values() for alias in names]
    assert len(aliases) == len(set(aliases))
    assert all(fold(alias) == alias for alias in aliases)


@given(st.text())
def test_any_text_is_survived_and_words_come_from_it(text: str) -> None:
    assert len(fold(text)) == len(text)
    agency, dateline, byline = find_agency(text), find_dateline(text), find_byline(text)
    for words in (agency.words if agency else "", dateline.words if dateline else "", byline or ""):
        assert words in text


@pytest.mark.parametrize("unit", ["新华社", "（", "By ", "A, ", "AP ", "记者王", "Reporting by A; ", "中央社 / "])
def test_hostile_repetition_is_read_in_linear_time(unit: str) -> None:
    text = unit * 20_000
    find_agency(text)
    find_byline(text)
    assert find_dateline(text) is None


def test_an_empty_text_says_nothing() -> None:
    assert find_agency("") is None
    assert find_byline("\n \n") is None
    assert find_dateline("") is None


@cache
def _signs() -> dict[str, list[str]]:
    """What folds to each sign."""
    forms: dict[str, list[str]] = {}
    for code in range(0x20, 0xFFFF):
        forms.setdefault(fold(chr(code)), []).append(chr(code))
    return forms


def _forms(name: str) -> list[str]:
    """``name`` as it may come: each sign in every form that folds to it, one at a time and all at once."""
    forms = {sign: _signs()[sign] for sign in set(name)}
    singly = [name[:at] + form + name[at + 1 :] for at, sign in enumerate(name) for form in forms[sign]]
    return [*singly, "".join(forms[sign][0] for sign in name), "".join(forms[sign][-1] for sign in name)]


def test_the_quick_look_misses_no_name_in_any_form() -> None:
    for aliases in NAMES.values():
        for alias in aliases:
            for form in _forms(alias) if len(alias) < 9 else [alias]:
                assert HINT.search(fold(f"（{form}）")), form
    assert not HINT.search("市长说，新桥将在秋天完工。The mayor said so.")


@pytest.mark.parametrize("lines", [["市长说。"] * 9, ["责任编辑：王小明", "1234567", "（編輯：李四）"] * 3])
def test_an_agency_is_found_wherever_lines_of_editors_stand(lines: list[str]) -> None:
    found = find_agency("\n".join([LEDE, "他说桥将完工。（中央社）", *(line for line in lines if line != "市长说。")]))
    assert found is not None
    assert found.name == "CNA"
    assert find_agency("\n".join([LEDE, "他说桥将完工。（中央社）", *lines, "他说桥将完工。（法新社）"])) is None
