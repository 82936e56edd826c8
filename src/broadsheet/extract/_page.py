"""A page taken apart: its tree, and the runs of text and the pictures in it, in reading order.

A run is the text between two block boundaries (or two line breaks): the unit on which the extractors vote and which is
kept or dropped as a whole. Knows nothing of what is an article.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from lxml import etree
from lxml.html import HtmlElement

from broadsheet.errors import ExtractError
from broadsheet.text.charset import decode


def words(text: str) -> frozenset[str]:
    """A set of names written as words."""
    return frozenset(text.split())


BLOCKS: Final = words(
    """address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav ol p pre search section
    summary table tbody td tfoot th thead tr ul video audio"""
)
SKIPPED: Final = words(
    """script style noscript template svg button select option textarea input head object embed applet canvas map link
    meta title datalist rt rp"""
)

NOISE_TAGS: Final = frozenset({"aside", "nav", "footer", "form", "dialog", "menu"})
NOISE_NAMES: Final = re.compile(
    r"""(?ix)(?:^|[\s_-]) (?: related\w* | shar(?:e|es|ing)\w* | social\w* | recommend\w* | recirc\w* | promo\w*
    | newsletter\w* | subscri\w* | sidebar\w* | comments? | commentlist | disqus\w* | advert\w* | ads? | adbox
    | sponsor\w*
    | breadcrumbs? | crumbs? | tags? | taglist | toolbar | popular | trending | most-?read | more-?(?:on|news
    |stories|from)
    | teasers? | footer\w* | nav\w* | menu | author-?(?:bio|box|info) | about-?author | bio | paywall\w* | outbrain
    | taboola\w* | read-?more | see-?also | also-?read | pagination | pager | copyright | disclaimer | cookie\w*
    | consent\w*
    | signup | sign-?up | login | donat\w* | app-?download | download-?app | hidden-?print | print-?hidden
    | no-?print
    | screen-?reader(?:-text)? | sr-?only | visually-?hidden | visuallyhidden | skip-?link | jump-?link
    | byline-?info
    | widget\w* | rating\w* | poll | quiz | topics? | keywords? | signoff | follow-?us | masthead | captcha | survey
    | publishing-?details | rail | right-?col\w* | left-?rail | in-?article-?(?:related|promo)\w* )(?:$|[\s_-])"""
)
CAPTION_NAMES: Final = re.compile(
    r"(?i)caption|legend|\b(?:img|image|photo|pic|picture)[-_]?(?:title|descr?|description|note|info|text|txt|credit|source)"
    r"|imgtext|pictext|photo-?text|tuzhu|tu-?shuo|图注|图说|圖說|圖註"
)

_PARSER: Final = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True
)
# One class for every tag: lxml.html's own lookup is a call into Python for every element that is looked at.
_PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
_END_TAGS = re.compile(rb"(?i)</(?:body|html)\s*>")
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])

_Path: TypeAlias = tuple[HtmlElement, ...]
Piece: TypeAlias = "tuple[Literal['text', 'tail', 'element'], HtmlElement]"


@dataclass(slots=True, eq=False)
class Run:
    """Text between two boundaries: where it stands, what it says, and what one needs to judge it.

    ``length`` is the text's width: a Chinese character counts as two letters. ``captioned`` is the picture whose
    caption the run is by its place and words alone, where no markup says so.
    """

    holder: HtmlElement
    pieces: list[Piece]
    text: str
    link_chars: int
    path: tuple[HtmlElement, ...]
    noises: tuple[HtmlElement, ...] = ()
    noise: bool = False
    caption: bool = False
    captioned: HtmlElement | None = None
    squeezed: str = ""
    length: int = 0

    @property
    def link_density(self) -> float:
        """The share of the text that is links."""
        return self.link_chars / len(self.text) if self.text else 0.0

    def drop(self) -> None:
        """Take the run's text out of the tree."""
        for kind, element in self.pieces:
            if kind == "text":
                element.text = None
            elif kind == "tail":
                element.tail = None
            else:
                tail = element.tail
                element.clear()
                element.tag, element.tail = "span", tail


@dataclass(slots=True, eq=False)
class Shown:
    """A picture or film where it stands between the runs; ``before`` is how many runs come before it."""

    element: HtmlElement
    before: int
    path: tuple[HtmlElement, ...]
    noises: tuple[HtmlElement, ...]
    link: HtmlElement | None
    noise: bool = False


@dataclass(slots=True)
class Page:
    """A page: its address, text, tree, and (after ``read``) its runs and pictures."""

    url: str
    text: str
    root: HtmlElement
    body: HtmlElement
    notes: list[str] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    chinese: bool = False


def open_page(content: bytes, url: str, content_type: str | None = None) -> Page:
    """Decode and parse; ExtractError where there is no markup in it."""
    decoded = decode(content, http=content_type)
    text = decoded.text
    raw = _END_TAGS.sub(b"", text.encode("utf-8", "replace").translate(None, _CONTROLS))
    try:
        root = etree.fromstring(raw, _PARSER) if raw.strip() else None
    except etree.ParserError:
        root = None
    if root is None:
        raise ExtractError(f"{url}: the page is empty")
    body = root.find("body")
    if not isinstance(root, HtmlElement) or not isinstance(body, HtmlElement):
        raise ExtractError(f"{url}: there is no markup in the page")
    return Page(url, text, root, body, notes=[decoded.note] if decoded.note else [])


_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W_]+")
_DEEPEST = 220
_LONGEST_CAPTION = 700


def squeeze(text: str) -> str:
    """Letters and digits only, in lower case: what two readings of one text have in common."""
    if text.isascii():
        return text.encode().translate(None, _ASCII_MARKS).decode().lower()
    return "".join(_LETTERS.findall(text)).lower()


_ASCII_MARKS: Final = bytes(code for code in range(128) if not chr(code).isalnum())


class _Reader:
    """One walk over the body that collects runs and pictures."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.holders = _with_blocks(page.body)

    def walk(self, element: HtmlElement, path: _Path, noises: _Path, link: HtmlElement | None) -> None:
        path = (*path, element)
        if len(path) > _DEEPEST:
            return
        pieces: list[Piece] = []
        text = element.text
        if text and not text.isspace():
            pieces.append(("text", element))
        for child in element:
            tag = child.tag
            if tag in SKIPPED:
                if tag in ("embed", "object"):
                    self._show(child, path, noises, link)
            elif tag == "br":
                if pieces and pieces[-1][1].tag == "br":
                    self._close(element, pieces, path, noises, link)
                    pieces = []
                pieces.append(("element", child))
            elif tag in ("img", "amp-img", "iframe", "video", "audio"):
                self._show(child, path, noises, link)
            elif tag in BLOCKS or child in self.holders:
                if pieces:
                    self._close(element, pieces, path, noises, link)
                pieces = []
                self._descend(child, path, noises, link)
            else:
                pieces.append(("element", child))
            tail = child.tail
            if tail and (not tail.isspace() or (pieces and pieces[-1][1].tag != "br")):
                pieces.append(("tail", child))
        if pieces:
            self._close(element, pieces, path, noises, link)

    def _descend(self, child: HtmlElement, path: _Path, noises: _Path, link: HtmlElement | None) -> None:
        if child.tag in NOISE_TAGS or is_noisy(child):
            noises = (*noises, child)
        self.walk(child, path, noises, child if child.tag == "a" else link)

    def _show(self, child: HtmlElement, path: _Path, noises: _Path, link: HtmlElement | None) -> None:
        self.page.shown.append(Shown(child, len(self.page.runs), path, noises, link))

    def _close(
        self, holder: HtmlElement, pieces: list[Piece], path: _Path, noises: _Path, link: HtmlElement | None
    ) -> None:
        parts: list[str] = []
        link_chars = 0
        for kind, element in pieces:
            if kind == "text":
                parts.append(element.text or "")
            elif kind == "tail":
                parts.append(element.tail or "")
            elif element.tag == "br":
                parts.append("\n")
            else:
                text = inner_text(element)
                parts.append(text)
                link_chars += _linked(element, text)
        text = " ".join("".join(parts).split())
        if not text:
            return
        if link is not None:
            link_chars = len(text)
        run = Run(holder, pieces, text, min(link_chars, len(text)), path, noises)
        run.squeezed = squeeze(text)
        run.length = len(text) if text.isascii() else len(text) + len(_HAN.findall(text))
        run.caption = run.length < _LONGEST_CAPTION and (_in_caption(path) or _names_caption(pieces))
        self.page.runs.append(run)


def inner_text(element: HtmlElement) -> str:
    """The text inside an inline element, without that of scripts."""
    if len(element) == 0:
        return element.text or ""
    if next(element.iterdescendants(*SKIPPED), None) is None:
        return "".join(element.itertext())
    out = [element.text or ""]
    for child in element:
        if child.tag not in SKIPPED:
            out.append(inner_text(child))
        out.append(child.tail or "")
    return "".join(out)


def _linked(element: HtmlElement, text: str) -> int:
    if element.tag == "a":
        return len(text.strip())
    return sum(len("".join(a.itertext()).strip()) for a in element.iterdescendants("a")) if len(element) else 0


def _in_caption(path: _Path) -> bool:
    """Whether the innermost elements say that this is a picture's caption, and hold no more than one would."""
    for element in path[-4:]:
        if element.tag == "figcaption":
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if element.tag == "figure":
            return len("".join(element.itertext())) < _LONGEST_CAPTION
        if len(names) > 3 and _is_caption_name(names) and next(element.iter("img"), None) is None:
            return len("".join(element.itertext())) < _LONGEST_CAPTION
    return False


def _names_caption(pieces: list[Piece]) -> bool:
    """Whether an inline element with a caption's name holds the whole run."""
    elements = [element for kind, element in pieces if kind == "element"]
    if len(elements) != 1 or len(pieces) > 3 or not _is_caption_name(elements[0].get("class") or ""):
        return False
    return not any((getattr(element, kind) or "").strip() for kind, element in pieces if kind != "element")


def is_noisy(element: HtmlElement) -> bool:
    """Whether the element's names say that it holds something beside the article."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return 2 < len(names) < 400 and _names_noise(names)


@lru_cache(maxsize=8192)
def _is_caption_name(names: str) -> bool:
    return CAPTION_NAMES.search(names[:200]) is not None


@lru_cache(maxsize=8192)
def _names_noise(names: str) -> bool:
    return NOISE_NAMES.search(names) is not None


def _with_blocks(body: HtmlElement) -> set[HtmlElement]:
    """Every element that has a block or a picture somewhere inside."""
    holders: set[HtmlElement] = set()
    for element in body.iter(*BLOCKS, "img", "amp-img"):
        parent = element.getparent()
        while parent is not None and parent not in holders:
            holders.add(parent)
            parent = parent.getparent()
    return holders


def _holds_article(noscript: HtmlElement) -> bool:
    """Whether a page keeps its very text in ``<noscript>``, as some that build themselves do."""
    return len("".join(noscript.itertext()).strip()) > 400


def _judge_noise(page: Page) -> None:
    """A run is noise inside an element named so, unless that element holds most of what there is to read."""
    total = 0
    weight: dict[HtmlElement, int] = {}
    for run in page.runs:
        own = len(run.text) - run.link_chars
        total += own
        for element in run.noises:
            weight[element] = weight.get(element, 0) + own
    real = {element for element, own in weight.items() if own < 0.4 * total or element.tag in NOISE_TAGS}
    for run in page.runs:
        run.noise = any(element in real for element in run.noises)
    for picture in page.shown:
        picture.noise = any(element in real for element in picture.noises)


def _strip_frame(body: HtmlElement) -> None:
    """Take out menus, footers and lists of links elsewhere, of usual size: nobody has to vote on them."""
    etree.strip_elements(body, "style", "svg", with_tail=False)
    for element in list(body.iter("nav", "footer")):
        if element.getparent() is not None and sum(map(len, element.itertext())) < _LARGEST_FRAME:
            element.drop_tree()
    for element in list(body.iter("div", "section", "aside", "ul")):
        if element.getparent() is not None and (element.tag == "aside" or is_noisy(element)) and _is_links(element):
            element.drop_tree()


def _is_links(element: HtmlElement) -> bool:
    """Whether an element holds next to nothing but links, three and more; one with a year may tell the page's date."""
    links = element.findall(".//a")
    if len(links) < 3 or element.find(".//h1") is not None:
        return False
    text = "".join("".join(element.itertext()).split())
    linked = sum(len("".join("".join(a.itertext()).split())) for a in links)
    return len(text) < _LARGEST_FRAME and linked >= 0.8 * len(text) and _YEAR.search(text) is None


_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_LARGEST_FRAME = 4000


def _find_captions(page: Page) -> None:
    """A short run right below a picture, in the same element, is its caption if it says again what the picture's
    ``alt`` says, or if both are centred and alone there."""
    for picture in page.shown:
        run = page.runs[picture.before] if picture.before < len(page.runs) else None
        if run is None or run.caption or picture.element.tag != "img" or run.path != picture.path:
            continue
        told = squeeze(picture.element.get("alt") or "")
        repeats = len(told) > 2 and run.squeezed.startswith(told) and len(run.squeezed) < len(told) + 40
        alone = not any(other.holder is run.holder for other in page.runs[picture.before + 1 : picture.before + 2])
        if repeats or (alone and run.length < 160 and _is_centred(run.holder)):
            run.caption, run.captioned = True, picture.element


def _is_centred(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.tag == "center" or (element.get("align") or "").lower() == "center" or "text-align:center" in style


def read(page: Page) -> None:
    """Fill ``page.runs`` and ``page.shown``; menus and footers leave the tree."""
    _strip_frame(page.body)
    for element in list(page.body.iter("noscript")):
        if _holds_article(element):
            element.tag = "div"
    reader = _Reader(page)
    reader.walk(page.body, (), (), None)
    _judge_noise(page)
    _find_captions(page)
    total = sum(len(run.text) for run in page.runs)
    han = sum(len(_HAN.findall(run.text)) for run in page.runs)
    page.chinese = han > 20 and han > 0.15 * total
