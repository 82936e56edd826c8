"""The line that says whose a text is belongs to the text, however short it is."""

from __future__ import annotations

import pytest

from broadsheet.extract import extract_page

TEXT = "".join(
    f"<p>望潮市港务局周六说，第{number}班渡轮已经恢复，乘客在码头等候的时间缩短到了二十分钟以内，票价没有变化。</p>"
    for number in range(6)
)


def take(tail: str, title: str = "渡轮复航") -> tuple[str, str | None, str]:
    page = (
        f"<html lang=zh><head><title>{title}</title></head><body><nav><a href=/>首页</a></nav><article>"
        f"<h1>渡轮复航 乘客等候时间缩短</h1>{TEXT}{tail}</article><footer>© 2026</footer></body></html>"
    )
    found = extract_page(page.encode(), url="https://x.example/a/1.html", content_type="text/html; charset=utf-8")
    return found.headline, found.agency.name if found.agency else None, found.body


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("（据法新社报道）", "AFP"),
        ("（法新社、路透社）", "AFP"),
        ("（此文依据了法新社的报道。）", "AFP"),
        ("(AFP)", "AFP"),
        ("With reporting by Reuters", "Reuters"),
    ],
)
def test_a_credit_line_stays_and_is_read(line: str, agency: str) -> None:
    _, found, body = take(f"<p>{line}</p>")
    assert found == agency
    assert body.endswith(f"<p>{line}</p>")


@pytest.mark.parametrize("line", ["责任编辑：某某", "点击订阅我们的新闻", "<a href='/b'>相关：渡轮停航</a>"])
def test_other_short_lines_do_not(line: str) -> None:
    _, found, body = take(f"<p>{line}</p>")
    assert found is None
    assert body.endswith("票价没有变化。</p>")


def test_a_title_cut_short_is_not_the_headline() -> None:
    assert take("")[0] == "渡轮复航 乘客等候时间缩短"
