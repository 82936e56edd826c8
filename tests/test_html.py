"""Canonical bodies: what stays, what goes, one block per line, and nothing changes the second time."""

from __future__ import annotations

import re
import tarfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from broadsheet.html import canonical_body, headline_text, iter_pictures, plain_text, read_body
from broadsheet.model import Picture

BASE = "https://outlet.example/a/1.html"


def canonical(markup: str) -> str:
    body = canonical_body(markup, base_url=BASE)
    assert canonical_body(body) == body
    return body


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("", ""),
        ("<!-- only a comment -->", ""),
        ("<p>&nbsp;</p><p>\u200b</p><p><em> </em></p><div><br></div>", ""),
        # shells, splits and empties of word processors
        ('<p style="x"><span style="color:black">今<span lang="ZH-CN">天</span></span>好</p>', "<p>今天好</p>"),
        ("<p><b>粗</b><b>体</b><i>斜</i></p>", "<p><strong>粗体</strong><em>斜</em></p>"),
        ("<p>他说。<em>（完）</em><em> </em></p>", "<p>他说。<em>（完）</em></p>"),
        ("<p>上午<em> </em>，下午</p>", "<p>上午，下午</p>"),
        ("<p><strong>a </strong>b<strong><em></em></strong></p>", "<p><strong>a</strong> b</p>"),
        ("<p>望潮&#183;北岸 A&amp;B &lt;b&gt;</p>", "<p>望潮·北岸 A&amp;B &lt;b&gt;</p>"),
        (
            "<p><b>a</b> <a href='/x'><b> </b><b>c</b></a></p>",
            '<p><strong>a</strong> <a href="https://outlet.example/x"><strong>c</strong></a></p>',
        ),
        # white space
        ("<p>　　第一段</p><p>\xa0\xa0第二段 \t</p>", "<p>第一段</p>\n<p>第二段</p>"),
        ("<p>中文\n  换行\r\nEnglish\nword</p>", "<p>中文换行 English word</p>"),
        ("<p>说：\n“你好”\n他</p>", "<p>说：“你好”他</p>"),
        ("<p>한국어\n낱말</p>", "<p>한국어 낱말</p>"),
        (
            "<p>《\n<a href='https://b.example/'>\n后浪\n</a>\n》</p>",
            '<p>《<a href="https://b.example/">后浪</a>》</p>',
        ),
        ("<p>soft\u00adhyphen zero\u200bwidth</p>", "<p>softhyphen zerowidth</p>"),
        ("<p>soft&shy;hyphen&#8203;</p>", "<p>softhyphen</p>"),
        ("<p>می\u200cخواهم 👨\u200d👩\u200d👧</p>", "<p>می\u200cخواهم 👨\u200d👩\u200d👧</p>"),
        # paragraphs
        ("一<br><br>　　二<br/>三", "<p>一</p>\n<p>二<br>三</p>"),
        ("一<br>　　二<br>　　三", "<p>一</p>\n<p>二</p>\n<p>三</p>"),
        ("loose <b>text</b><p>then</p>tail", "<p>loose <strong>text</strong></p>\n<p>then</p>\n<p>tail</p>"),
        ("Bare text\n\nsecond < third", "<p>Bare text</p>\n<p>second &lt; third</p>"),
        ("一行\n两行", "<p>一行</p>\n<p>两行</p>"),
        ("<div><div>a<div>b</div></div>c</div>", "<p>a</p>\n<p>b</p>\n<p>c</p>"),
        ("<h1>A</h1><h5><div>b</div><div>c</div></h5>", "<h2>A</h2>\n<h4>b c</h4>"),
        ("<p>a</p><hr><hr><p>b</p><hr>", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("</div></body></html><p>after the end</p>", "<p>after the end</p>"),
        ("<![CDATA[<p>text</p>]]>", "<p>text</p>"),
        # lists, quotations, definitions, preformatted
        ("<ul><li>a<li>b<ul><li>c</ul></ul>", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>"),
        ("<ol start=3><li><p>a</p></li></ol>", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("<ul><ul><li>x</ul>t</ul>", "<ul>\n<li>\n<ul>\n<li>x</li>\n</ul>\n</li>\n<li>t</li>\n</ul>"),
        ("<li>a</li><li>b</li><p>c</p>", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>c</p>"),
        ("<blockquote>a<p>b</blockquote>", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>"),
        ("<dl><dt>a<dd>b<p>c</dl>", "<dl>\n<dt>a</dt>\n<dd>\n<p>b</p>\n<p>c</p>\n</dd>\n</dl>"),
        ("<pre>\n a\n\n <b>b</b>  c \n</pre>", "<pre> a&#10;&#10; <strong>b</strong>  c</pre>"),
        # tables
        (
            "<table border=1><caption>c</caption><thead><tr><th colspan=2>h</thead><tr><td>1<td><p>2<p>3</table>",
            '<table>\n<caption>c</caption>\n<thead>\n<tr><th colspan="2">h</th></tr>\n</thead>\n<tbody>\n'
            "<tr><td>1</td><td><p>2</p><p>3</p></td></tr>\n</tbody>\n</table>",
        ),
        ("<table><tr><td><p>a</p></td></tr><tr><td>b</td></tr></table>", "<p>a</p>\n<p>b</p>"),
        (
            "<table><tr><td><p>1</p><p>2</p></td><td><ul><li>3</ul></td></tr></table>",
            "<table>\n<tbody>\n<tr><td><p>1</p><p>2</p></td><td><ul><li>3</li></ul></td></tr>\n</tbody>\n</table>",
        ),
        (
            "<table><tr><td>a<td><table><tr><td>b<td>c</table></table>",
            "<p>a</p>\n<table>\n<tbody>\n<tr><td>b</td><td>c</td></tr>\n</tbody>\n</table>",
        ),
        # ruby and direction
        (
            "<ruby>漢<rp>(</rp><rt>kan<rp>)</rp></ruby><ruby>字<rt>ji</ruby>",
            "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby><ruby>字<rt>ji</rt></ruby></p>",
        ),
        ('<div dir="rtl"><p>سلام</p><p dir="ltr">a</p></div>', '<p dir="rtl">سلام</p>\n<p>a</p>'),
        ('<p lang="ar" dir="RTL">سلام</p>', '<p lang="ar" dir="rtl">سلام</p>'),
        ('<ul dir="rtl"><li>ا</li></ul>', '<ul dir="rtl">\n<li>ا</li>\n</ul>'),
        ('<p>a <span dir="rtl">ب</span></p>', '<p>a <bdi dir="rtl">ب</bdi></p>'),
        # links
        ('<a href="/b?x=1&amp;y=2" onclick="z">b</a>', '<p><a href="https://outlet.example/b?x=1&amp;y=2">b</a></p>'),
        ('<a href="#note">1</a><a name="n">2</a><a href="tel:1">3</a>', "<p>123</p>"),
        ('<a href="https://x.example/"><h3>t</h3></a>', '<h3><a href="https://x.example/">t</a></h3>'),
        ('<p>a<a href="https://www.facebook.com/sharer/sharer.php?u=x">share</a></p>', "<p>a</p>"),
        ('<a href="http://[broken">x</a><a href="http://a:99999999/">y</a>', "<p>xy</p>"),
        ('<a href=" https://x.example/a b|c\n">x</a>', '<p><a href="https://x.example/a%20b%7Cc">x</a></p>'),
        # films and frames
        (
            '<iframe src="//www.youtube.com/embed/abcdefghijk?rel=0"></iframe><iframe src="https://ads.example/"></iframe>',
            '<p><a href="https://www.youtube.com/watch?v=abcdefghijk">https://www.youtube.com/watch?v=abcdefghijk</a></p>',
        ),
        (
            '<video poster="/p.jpg"><source src="/v.mp4">old browser</video>',
            '<figure><img src="https://outlet.example/p.jpg"></figure>\n'
            '<p><a href="https://outlet.example/v.mp4">https://outlet.example/v.mp4</a></p>',
        ),
        ("<form><p>kept</p><button>go</button><select><option>x</select></form>", "<p>kept</p>"),
    ],
)
def test_markup_becomes_canonical(markup: str, wanted: str) -> None:
    assert canonical(markup) == wanted


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ('<p>a<img src="/p.jpg" alt=" two  words " width="640px" height="1">b</p>', ' alt="two words" width="640"'),
        ('<img src="data:image/gif;base64,R0" data-src="//outlet.example/p.jpg">', ""),
        ('<img src="/img/placeholder.png" data-original="/p.jpg">', ""),
        ('<img src="/s.jpg" srcset="/s.jpg 300w, /p.jpg 1600w, /xl.jpg 4000w">', ""),
        ('<img src="/s.jpg" srcset="/s.jpg, /p.jpg 2x">', ""),
        ('<img data-srcset="/a,b/s.jpg 300w,/p.jpg 900w" src="data:,">', ""),
        ('<picture><source srcset="/p.avif 1800w" type="image/avif"><source srcset="/p.jpg 900w"><img></picture>', ""),
        ('<noscript><img src="/p.jpg"></noscript><img data-src="/s_w33.jpg" src="data:,">', ""),
        ('<noscript><img src="/p.jpg">no scripts here</noscript>', ""),
        ('<a href="/gallery"><img src="/p.jpg"></a>', ""),
    ],
)  # fmt: skip
def test_a_picture_is_found_wherever_its_address_hides(markup: str, wanted: str) -> None:
    assert f'<figure><img src="https://outlet.example/p.jpg"{wanted}></figure>' in canonical(markup).split("\n")


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="https://outlet.example/x.gif" width="1" height="1">',
        '<img src="https://feeds.feedburner.com/~r/x/~4/1">',
        '<img src="https://pixel.wp.com/b.gif?x=1" height=40>',
        '<img src="data:image/png;base64,R0">',
        '<img src="/blank.gif">',
        '<img src="javascript:alert(1)">',
        '<img src="">',
        "<img>",
    ],
)
def test_what_shows_nothing_goes(markup: str) -> None:
    assert canonical(f"<p>a</p>{markup}<p>b</p>") == "<p>a</p>\n<p>b</p>"


@pytest.mark.parametrize(
    "markup",
    [
        "<figure>{img}<figcaption><span>一艘渔船（路透社）</span></figcaption></figure>",
        "<figure><div><div>{img}</div></div><p class='credit'>一艘渔船（路透社）</p></figure>",
        "<figure><figcaption>一艘渔船（路透社）</figcaption>{img}</figure>",
        "{img}<div><small style='color:#999'>一艘渔船（路透社）</small></div>",
        "<div>{img}<div><small>一艘渔船（路透社）</small></div></div>",
        "<div class='wp-caption'>{img}<p class='wp-caption-text'>一艘渔船（路透社）</p></div>",
        "<p>{img}</p><p class='img-desc'>一艘渔船（路透社）</p>",
        "<div>{img}<span class='图注'>一艘渔船（路透社）</span></div>",
        "{img}<small>一艘渔船（路透社）</small>",
    ],
)
def test_a_caption_joins_its_picture(markup: str) -> None:
    body = canonical(markup.format(img='<img src="/p.jpg" alt="船">') + "<p>正文</p>")
    assert body == (
        '<figure><img src="https://outlet.example/p.jpg" alt="船">'
        "<figcaption>一艘渔船（路透社）</figcaption></figure>\n<p>正文</p>"
    )
    assert list(iter_pictures(body)) == [
        Picture("https://outlet.example/p.jpg", caption="一艘渔船（路透社）", credit="路透社", alt="船")
    ]
    assert plain_text(body) == "一艘渔船（路透社）\n正文"


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("A boat. Photo: Ana Example", "Ana Example"),
        ("A boat © AFP", "AFP"),
        ("渔船。图源：示例社", "示例社"),
        ("渔船（2023年7月17日）", None),
        ("A boat (July 17)", None),
        ("A boat (AP Photo/Ana Example)", "AP Photo/Ana Example"),
    ],
)
def test_credits_are_read_from_captions(caption: str, credit: str | None) -> None:
    body = f'<figure><img src="https://p.example/a.jpg"><figcaption>{caption}</figcaption></figure>'
    assert [picture.credit for picture in iter_pictures(body)] == [credit]


def test_emoji_pictures_are_characters() -> None:
    assert canonical('<p>好<img class="wp-smiley emoji" alt="😀" src="/e.png">！</p>') == "<p>好😀！</p>"


def test_plain_text_has_one_line_per_block() -> None:
    body = canonical("<h2>甲 &amp; 乙</h2><p>一<br>二<em>三</em></p><table><tr><td>1<td><p>2<p>3</table><ul><li>x</ul>")
    assert plain_text(body) == "甲 & 乙\n一 二三\n1 2 3\nx"
    assert plain_text("<div>foreign<p>two</p>lines</div>") == "foreign\ntwo\nlines"
    assert plain_text("<p>a</p><p>b</p>") == "a\nb"
    assert plain_text("<p><ruby>漢<rt>kan</rt></ruby>字</p>") == "漢字"
    assert plain_text("") == ""


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ("Plain", "Plain"),
        ("  two \n lines\t", "two lines"),
        ("中文\n标题", "中文标题"),
        ("A &amp; B", "A & B"),
        ("A &amp;amp; &amp;#8220;B&amp;#8221;", "A & “B”"),
        ("<b>Bold</b> and <i>it</i>", "Bold and it"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("The &lt;b&gt; tag", "The <b> tag"),
        ("An &lt;em&gt;escaped&lt;/em&gt; word", "An escaped word"),
        ("AT&T R&D", "AT&T R&D"),
        ("a<script>alert(1)</script>b", "ab"),
        ("x\x00y\u200b\ud800", "xy\ufffd"),
    ],
)
def test_headlines_are_plain_text(markup: str, wanted: str) -> None:
    assert headline_text(markup) == wanted


HARD = [
    "\x00<p>\x00a\x08</p>",
    "\ud83d\ude00 \udead",
    "<" * 5000,
    "<a" * 20000,
    "&" * 5000,
    "<div>" * 100_000 + "deep",
    "<b>" * 3000 + "deep" + "</b>" * 3000,
    "<blockquote>" * 400 + "deep" + "</blockquote>" * 400,
    "<ul><li>" * 300 + "deep",
    "<table><tr><td>" * 500 + "deep",
    "deep<script>" * 3000,
    f"<p title='{'x' * 2_000_000}'>deep</p>",
    f"<p>deep</p><img srcset='{'x' * 2_000_000}' src='{'y' * 2_000_000}'>",
    "<p " + " ".join(f"a{n}=1" for n in range(20_000)) + ">deep</p>",
    "<p>中" + "\n" * 500_000 + "deep</p>",
    "<?xml version='1.0' encoding='gbk'?><p>deep",
]


@pytest.mark.parametrize("markup", HARD, ids=range(len(HARD)))
def test_nothing_hard_is_raised_or_lost(markup: str) -> None:
    body = canonical_body(markup)
    assert canonical_body(body) == body
    assert ("deep" in body) == ("deep" in markup)
    body.encode()


# Properties -----------------------------------------------------------------------------------------------------------

_TEXT = st.text(alphabet="ab，。中文“”<&>\"' \n\t\xa0\u3000\u200b·é", max_size=12)
_INLINES = "b strong i em span font a code sub u small q ruby rt rp bdo bdi x-y"
_INLINE = st.sampled_from(_INLINES.split())
_BLOCKS = (
    "p div section h1 h3 h6 ul ol li blockquote table tr td th tbody caption thead dl dt dd figure figcaption pre "
    "center aside"
)
_BLOCK = st.sampled_from(_BLOCKS.split())
_ATTRIBUTES = st.sampled_from(
    [
        "",
        ' class="caption"',
        ' style="x"',
        ' dir="rtl"',
        ' lang="zh"',
        ' href="/x"',
        ' href="#"',
        ' class="a" onclick="b"',
        ' colspan="2"',
    ]
)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, attributes, inside: f"<{tag}{attributes}>{''.join(inside)}</{tag}>",
        _INLINE | _BLOCK,
        _ATTRIBUTES,
        st.lists(children, max_size=4),
    )


_LEAF = _TEXT.map(_escaped) | st.sampled_from(
    ["<br>", "<hr>", '<img src="/a.jpg">', "<!-- c -->", "\n\n", "<p>", "</b>"]
)
TREES = st.lists(st.recursive(_LEAF, _element, max_leaves=20), max_size=6).map("".join)

_SPACE = re.compile(r"[\s\x00-\x08\x0e-\x1f\x7f\u200b\u00ad\u2060\ufeff]+")


class _Words(HTMLParser):
    """All text of a page but what is never read, without white space: an eye that knows nothing of ours."""

    unread = (
        "script",
        "style",
        "iframe",
        "noscript",
        "button",
        "svg",
        "object",
        "video",
        "audio",
        "select",
        "textarea",
    )

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.depth = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag in self.unread

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag in self.unread and self.depth > 0

    def handle_data(self, data: str) -> None:
        if not self.depth:
            self.words.append(data)


def readable(markup: str) -> str:
    return _SPACE.sub("", "".join(_Words(markup).words))


def check_lines(body: str) -> None:
    assert not body.endswith("\n")
    assert all(line.startswith("<") for line in body.split("\n")) or not body


@given(TREES)
@settings(max_examples=300)
@example("<p><b>a<p>b</b>c")
@example("<pre><b><br></b>&lt;</pre>")
@example("<pre><b><br></b><i><b><br></b></i>a<b></b>\n</pre>")
@example("<figure><img src='/a.jpg'><figcaption>a</figcaption><p class='caption'>b</p></figure>")
@example('<b><img src="/a.jpg"></b><b><div class="caption">&lt;</div><figcaption>&lt;</figcaption></b>')
@example("<img src='/a.jpg'><figcaption><a href='/b'>a</a></figcaption><figcaption><a href='/b'>c</a></figcaption>")
@example("<table><caption><b>a</b></caption><caption><b>b</b></caption><tr><td>1<td>2</table>")
@example("<table><caption>a</caption><tr><th></th><td></td></tr></table>")
@example("<table>a<tr><td>b</td></tr>c<tr><td></td><td></td></tr></table>")
@example("<li><x-y><li>a</li></x-y></li>")
@example("<ruby><p><rt>a</rt></p></ruby>")
@example("<rt lang=''>a</rt>")
def test_trees_keep_their_words_and_settle_at_once(markup: str) -> None:
    body = canonical_body(markup)
    assert readable(body) == readable(markup)
    assert canonical_body(body) == body
    assert _SPACE.sub("", plain_text(body)) == _SPACE.sub("", plain_text(markup))
    check_lines(body)


@given(TREES, st.sampled_from([None, BASE]))
@example(
    "<figure><img src='/a.jpg' alt='&amp;'><figcaption>一 (AFP)</figcaption></figure>二<ruby>汉<rt>h</rt></ruby>",
    BASE,
)
@example("<pre>a\nb &lt;c&gt;</pre><table><tr><td>1<td>2</table>", None)
def test_one_reading_gives_body_text_and_pictures(markup: str, base_url: str | None) -> None:
    body = canonical_body(markup, base_url=base_url)
    assert read_body(markup, base_url=base_url) == (body, plain_text(body), tuple(iter_pictures(body)))
    assert plain_text(markup, canonical=canonical_body(markup)) == plain_text(markup)


@given(st.text(alphabet="<>/\"'= abpivtd&;#x0\x00\x0c\n", max_size=80))
def test_any_text_settles_at_once(markup: str) -> None:
    body = canonical_body(markup, base_url="https://x.example/")
    assert canonical_body(body) == body


@given(st.text(max_size=60))
def test_any_address_settles_at_once(address: str) -> None:
    quoted = address.replace("&", "&amp;").replace('"', "&quot;")
    body = canonical_body(
        f'<a href="{quoted}">x</a><img src="https://{quoted}"><img src="{quoted}" alt="y">', base_url=BASE
    )
    assert canonical_body(body) == body


def _check_foreign(body: str) -> None:
    ours = canonical_body(body)
    assert canonical_body(ours) == ours
    check_lines(ours)
    before = readable(body)
    films = re.compile(r'<p><a href="([^"]*)">\1</a></p>')
    kept = [
        line for line in ours.split("\n") if not ((film := films.fullmatch(line)) and readable(film[1]) not in before)
    ]
    assert readable("\n".join(kept)) == before


def _body_of(document: str) -> str:
    if document.startswith("---"):
        document = document.split("---", 2)[2]
    return document.split("------", 1)[-1]


def test_the_seeds_keep_their_words(shared: Path) -> None:
    seeds = sorted((shared / "seeds").iterdir())
    assert seeds
    for seed in seeds:
        body = _body_of(seed.read_text("utf-8"))
        _check_foreign(body)
        ours = canonical_body(body)
        assert "<span" not in ours
        assert "style=" not in ours
        assert all(picture.caption for picture in iter_pictures(body))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mirror-early", "mirror-posts"])
def test_real_documents_keep_their_words(shared: Path, name: str) -> None:
    with tarfile.open(shared / "corpus" / f"{name}.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() and member.name.endswith(".md") else None
            if file is not None:
                _check_foreign(_body_of(file.read().decode("utf-8", "replace")))
