"""A page and an entry with everything that a sanitiser must take out. Harmless in effect: nothing here does anything.

The true paragraphs stand between the poison, so that a test can ask for both: all of the text, none of the rest.
"""

from __future__ import annotations

DEPTH = 2000
"""How deep the nest at the end of the text goes."""

_BEFORE = (
    "<script>newsroom('inline')</script>",
    '<script src="http://tracker.invalid/t.js"></script>',
    "<style>body{background:url(javascript:newsroom())} p{behavior:url(#x)}</style>",
    '<base href="http://elsewhere.invalid/">',
    '<meta http-equiv="refresh" content="86400;url=http://elsewhere.invalid/">',
    '<link rel="stylesheet" href="http://tracker.invalid/t.css">',
    '<iframe src="http://tracker.invalid/f" srcdoc="&lt;script&gt;newsroom()&lt;/script&gt;"></iframe>',
    '<object data="http://tracker.invalid/o.swf"><embed src="http://tracker.invalid/e.swf"></object>',
)
_BETWEEN = (
    '<img src="x" onerror="newsroom()" alt=""><img src="http://tracker.invalid/p.gif" width="1" height="1" alt="">',
    '<form action="http://elsewhere.invalid/login"><input name="password" type="password"><button>OK</button></form>',
    '<svg onload="newsroom()"><script>newsroom()</script>'
    '<a xlink:href="javascript:newsroom()"><text>.</text></a></svg>',
    "<math><mtext><table><mglyph><style><!--</style>"
    '<img title="--&gt;&lt;img src=1 onerror=newsroom()&gt;"></table></math>',
    "<div style=\"position:fixed;inset:0;z-index:99999;background:url('javascript:newsroom()')\"></div>",
    '<a href="data:text/html,<script>newsroom()</script>" target="_blank"></a>',
    '<noscript><p title="</noscript><img src=x onerror=newsroom()>"></noscript>',
    "<template><img src=x onerror=newsroom()></template>",
)


def poison(paragraphs: list[str]) -> str:
    """The paragraphs (``<p>…</p>``) with scripts, handlers, frames, forms and odd nesting around them."""
    parts = list(_BEFORE)
    for number, paragraph in enumerate(paragraphs):
        handlers = f'<p onclick="newsroom({number})" onmouseover=newsroom() style="color:expression(newsroom())">'
        parts.append(paragraph.replace("<p>", handlers, 1))
        parts.append(_BETWEEN[number % len(_BETWEEN)])
    parts += _BETWEEN[len(paragraphs) :]
    parts.append(
        '<p><a href="javascript:newsroom()">chart 113</a>, <a href="JaVa&#x73;cript&colon;newsroom()">older chart</a>, '
        '<a href="&#1;javascript:newsroom()">oldest chart</a></p>'
    )
    parts.append("<!--[if gte IE 4]><script>newsroom()</script><![endif]-->")
    parts.append("<div>" * DEPTH + "</div>" * DEPTH)
    return "".join(parts)
