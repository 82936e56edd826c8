"""The corpus and the questions: real documents where there are some, made-up ones of the same lengths where not."""

from __future__ import annotations

import json
import random
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from broadsheet.errors import FormatError
from broadsheet.formats.document import format_document, parse_foreign
from broadsheet.html import plain_text
from broadsheet.model import Document, Searchable
from broadsheet.text.words import is_dense

BASE = 5_685
NEWEST = datetime(2025, 1, 1, tzinfo=UTC)
QUESTIONS = {
    "one": "水 药 税 法 海 医 油 纸 雨 船 狼 盐 梦 桥 钟",
    "two": "河流 天气 选票 记者 电网 城市 粮食 监狱 律师 钢铁 银行 疫苗 邮件 密码 学校 地震 渔民 森林 航班 工厂 法庭 "
    "邻居 广告 摄影 铁路 议会 军人 煤炭 气候 隐私",
    "three": "互联网 共产党 俄罗斯 大学生 服务器 摄像头 新闻社 发言人 志愿者 病毒学",
    "four": "人工智能 言论自由 气候变化 社交媒体 公共卫生 网络安全 新闻自由 经济增长 "
    "个人信息 环境保护 科学研究 民主选举",
    "and": "中国+医生 美国+工厂+工人 学校+老师+家长 城市+交通+政府 数据+公司+用户 警察+法律 "
    "欧洲+能源+俄罗斯 科学家+病毒",
    "latin": "internet linux google privacy president journal browser wikipedia energy court new+york",
    "prefix": "censor* journalis* democra* technolog* secur*",
    "mixed": "5G网络 Google公司 iPhone用户 AI研究 Tor浏览器 APP下载 3月 2018年",
    "traditional": "網路 選舉 記者 學校 醫院 氣候變化 個人資訊 歐洲 經濟 實驗",
    "frequent": "的 我们 中国 一个 没有 他们 可以 问题 政府 社会",
}


def read_base(folder: Path | None) -> list[dict[str, Any]]:
    """Headline and paragraphs of every document in the tar files of ``folder``, or of made-up ones."""
    base: list[dict[str, Any]] = []
    for archive in sorted(folder.glob("*.tar.*")) if folder else []:
        with tarfile.open(archive) as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.name.endswith(".md") else None
                if stream is None:
                    continue
                try:
                    document = parse_foreign(stream.read(), name=Path(member.name).name).document
                except FormatError:
                    continue
                paragraphs = plain_text(document.body).split("\n")
                base.append({"headline": document.headline, "paragraphs": paragraphs})
    return base or made_up()


def made_up() -> list[dict[str, Any]]:
    """Texts of frequent and rare characters, about as long as the real ones."""
    chance = random.Random(1)
    signs = "".join({char for line in QUESTIONS.values() for char in line if is_dense(char)})
    weights = [1 / (rank + 1) for rank in range(len(signs))]

    def paragraph() -> str:
        return "，".join("".join(chance.choices(signs, weights, k=chance.randint(5, 18))) for _ in range(8)) + "。"

    return [
        {"headline": paragraph()[:20], "paragraphs": [paragraph() for _ in range(chance.randint(5, 80))]}
        for _ in range(1470)
    ]


class Corpus:
    """``scale`` times 5,685 documents; each is a pure function of its number."""

    def __init__(self, folder: Path, scale: int) -> None:
        stated = json.loads((folder / "base.json").read_text("utf-8"))
        self.folder, self.scale, self.size = folder, scale, stated["documents"] * scale
        self._base = stated["texts"]
        self._lengths = [sum(map(len, one["paragraphs"])) for one in self._base]

    def document(self, number: int) -> Document:
        """Document ``number``: paragraphs in runs of six from anywhere, as long as one of the real ones."""
        chance = random.Random(number)
        pick = chance.randrange(len(self._base))
        wanted, paragraphs = max(200, self._lengths[pick]), list[str]()
        while wanted > 0:
            source = self._base[chance.randrange(len(self._base))]["paragraphs"]
            at = chance.randrange(len(source))
            for paragraph in source[at : at + 6]:
                paragraphs.append(paragraph[: max(wanted, 1)])
                wanted -= len(paragraph)
        ago = timedelta(seconds=chance.randrange(9000 * 86_400))
        body = "\n".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>" for text in paragraphs if text)
        published_ms = round((NEWEST - ago).timestamp() * 1000)
        return Document(published_ms, self._base[pick]["headline"], f"https://paper.example/{number}", body)

    def __iter__(self) -> Iterator[Searchable]:
        """The documents as ``write_texts`` has written them."""
        with (self.folder / f"texts-{self.scale}.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                headline, published_ms, text = json.loads(line)
                published = datetime.fromtimestamp(published_ms / 1000, UTC)
                lede, _, body = text.partition("\n")
                yield Searchable(
                    article=f"paper/{number}",
                    outlet=f"paper{number % 97 % 60}",
                    headline=headline,
                    lede=lede,
                    body=body,
                    published=published,
                    first_captured=published,
                    agency=("AFP", "Reuters", "Xinhua", None, None)[number % 5],
                    language="zh-Hans",
                )


def questions(folder: Path) -> list[tuple[str, str]]:
    """Kind and text of every question: those above, and phrases and rare words from the corpus."""
    asked = [(kind, text.replace("+", " ")) for kind, line in QUESTIONS.items() for text in line.split()]
    chance = random.Random(7)
    base = json.loads((folder / "base.json").read_text("utf-8"))["texts"]
    while len(asked) < 175:
        text = chance.choice(chance.choice(base)["paragraphs"])
        at = chance.randrange(max(1, len(text) - 9))
        piece = text[at : at + chance.randint(2, 9)]
        if len(piece) >= 2 and all(is_dense(char) for char in piece):
            asked.append(("phrase", f'"{piece}"'))
    return asked


def write_texts(corpus: Corpus) -> int:
    """Write every document as it stands on disk, and as it is searched; returns the bytes of all text."""
    size = 0
    name = corpus.folder / f"texts-{corpus.scale}"
    with closing(sqlite3.connect(f"{name}.sqlite")) as db, Path(f"{name}.jsonl").open("w", encoding="utf-8") as lines:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("CREATE TABLE text (number INTEGER PRIMARY KEY, headline TEXT, content BLOB)")
        for number in range(corpus.size):
            document = corpus.document(number)
            text = plain_text(document.body)
            size += len(document.headline.encode()) + len(text.encode())
            json.dump([document.headline, document.published_ms, text], lines, ensure_ascii=False)
            lines.write("\n")
            content = zlib.compress(format_document(document), 1)
            db.execute("INSERT INTO text VALUES (?, ?, ?)", (number, document.headline, content))
        db.commit()
    return size
