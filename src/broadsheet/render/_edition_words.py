"""The words of an edition, in the form of ``words``."""

EDITION_TABLE = """
edition_lost    | 为控制大小，略去了 {n} 张图片。 | 為控制大小，略去了 {n} 張圖片。 | {n} pictures were left out for their size.
edition_bare    | 本期不带图片。 | 本期不帶圖片。 | This edition comes without pictures.
edition_picture | 图片 | 圖片 | picture
edition_more    | 另有 {n} 篇文章没有列出。 | 另有 {n} 篇文章沒有列出。 | {n} further articles are not listed.
edition_edits   | 重要的改动 | 重要的改動 | Edits of weight
edition_more_edits | 另有改动没有列出。 | 另有改動沒有列出。 | There are further edits that are not listed.
edition_at_outlet | 到媒体网站上看 | 到媒體網站上看 | Read on at the outlet
"""  # noqa: E501
