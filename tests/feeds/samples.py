"""Feeds the tests of this folder share: one of each dialect, with all that an archive keeps."""

from __future__ import annotations

import json

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
<title>晨报</title><link>https://news.example.org/</link><description>每日新闻</description><language>zh_CN</language>
<atom:link rel="self" href="https://news.example.org/feed"/>
<atom:link rel="next" href="https://news.example.org/feed?page=2"/>
<lastBuildDate>Wed, 01 May 2024 12:30:00 GMT</lastBuildDate><managingEditor>desk@example.org (国际部)</managingEditor>
<category>新闻</category><ttl>30</ttl><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
<image><url>/logo.png</url><title>晨报</title></image>
<skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours>
<skipDays><day>Sunday</day><day>Monday</day></skipDays>
<item>
<title><![CDATA[大选 &amp; 之后]]></title><link>https://news.example.org/1</link>
<guid isPermaLink="false">news:1</guid><pubDate>2024年5月1日 12:30</pubDate>
<dc:creator>王小明</dc:creator><dc:creator>李华</dc:creator><category>国际</category><category><![CDATA[经济]]></category>
<description>&lt;p&gt;摘要 &lt;a href="/x"&gt;链接&lt;/a&gt;&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>正文</p><img src="../pic/1.jpg">]]></content:encoded>
<enclosure url="https://news.example.org/1.mp3" type="audio/mpeg" length="1234"/>
<media:content url="/1.jpg" medium="image" width="800" height="600"><media:description>会场</media:description>
<media:credit>路透社</media:credit></media:content>
<media:thumbnail url="https://news.example.org/1-t.jpg"/>
<source url="https://wire.example.org/rss">通讯社</source>
</item>
<item><title>第二条</title><guid>https://news.example.org/2</guid>
<pubDate>Wed, 01 May 2024 12:30:00 CST</pubDate></item>
</channel></rss>""".encode()

ATOM = b"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://news.example.org/en/">
<title type="html">The &amp;lt;Daily&amp;gt;</title><id>urn:feed</id><updated>2024-05-01T12:30:00Z</updated>
<link rel="alternate" href="./"/><link rel="self" href="feed.atom"/><author><name>Desk</name></author>
<subtitle>All of it</subtitle><icon>/icon.png</icon>
<entry xml:base="2024/">
<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rates <em>rise</em></div></title>
<id>urn:entry:1</id><link rel="alternate" href="rates"/>
<link rel="enclosure" href="rates.mp3" type="audio/mpeg" length="9"/>
<published>2024-05-01T08:00:00+02:00</published><updated>2024-05-01T09:00:00+02:00</updated>
<author><name>A. Writer</name><email>a@example.org</email></author><author><name>B. Writer</name></author>
<category term="economy" label="The economy"/><summary>1 &lt; 2</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text <a href="more">more</a><br/></p></div></content>
<source><title>Wire</title><link href="https://wire.example.org/"/></source>
</entry>
</feed>"""

RDF = b"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example.org/"><title>Old paper</title><link>https://news.example.org/</link>
<items><rdf:Seq><rdf:li rdf:resource="https://news.example.org/1"/></rdf:Seq></items></channel>
<image rdf:about="i"><url>https://news.example.org/i.png</url></image>
<item rdf:about="https://news.example.org/1"><title>One</title><link>https://news.example.org/1</link>
<dc:date>2024-05-01T12:30:00+08:00</dc:date><dc:creator>Somebody</dc:creator><dc:subject>World</dc:subject></item>
</rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "样报",
        "home_page_url": "https://news.example.org/",
        "feed_url": "https://news.example.org/feed.json",
        "next_url": "https://news.example.org/feed.json?page=2",
        "language": "zh-CN",
        "authors": [{"name": "编辑部"}],
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "List<T> & <b>",
                "content_html": '<p><img src="/7.jpg"></p>',
                "date_published": "2024-05-01T12:30:00+08:00",
                "authors": [{"name": "王小明"}],
                "tags": ["国际"],
                "image": "https://news.example.org/7.jpg",
                "attachments": [
                    {"url": "https://news.example.org/7.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}
                ],
            },
            {"id": "https://news.example.org/8", "content_text": "一 < 二\n\n三", "author": {"name": "旧式"}},
        ],
    },
    ensure_ascii=False,
).encode()


def rss(inside: str, *, head: str = "") -> bytes:
    """A channel around entries, or around one entry's children."""
    items = inside if "<item" in inside else f"<item>{inside}</item>"
    return f"<rss version='2.0'><channel><title>t</title>{head}{items}</channel></rss>".encode()
