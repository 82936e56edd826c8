"""Labels of charsets and the commonest characters of scripts. Data only; ``charset`` gives it meaning."""

from __future__ import annotations

WIDER: dict[str, str] = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "x_gbk": "gb18030",
    "gb_2312_80": "gb18030",
    "gb2312_80": "gb18030",
    "euc_cn": "gb18030",
    "euccn": "gb18030",
    "x_euc_cn": "gb18030",
    "chinese": "gb18030",
    "csgb2312": "gb18030",
    "hz_gb_2312": "hz",
    "big5": "big5hkscs",
    "big5_tw": "big5hkscs",
    "big5_hkscs": "big5hkscs",
    "cp950": "big5hkscs",
    "cn_big5": "big5hkscs",
    "x_x_big5": "big5hkscs",
    "csbig5": "big5hkscs",
    "iso8859_1": "cp1252",
    "latin_1": "cp1252",
    "ascii": "cp1252",
    "iso_8859_1": "cp1252",
    "ansi": "cp1252",
    "iso8859_9": "cp1254",
    "iso8859_11": "cp874",
    "tis_620": "cp874",
    "shift_jis": "cp932",
    "x_sjis": "cp932",
    "x_shift_jis": "cp932",
    "ms_kanji": "cp932",
    "windows_31j": "cp932",
    "euc_kr": "cp949",
    "ks_c_5601_1987": "cp949",
    "ks_x_1001": "cp949",
    "ksc5601": "cp949",
    "windows_949": "cp949",
    "uhc": "cp949",
}
"""The superset actually in use for each narrow name (WHATWG Encoding Standard, section 4.2, and habit)."""

EAST_ASIAN = ("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949")
"""Charsets of two or more bytes that we recognise without a label."""

ONE_BYTE = ("cp1252", "cp1251", "koi8_r")
"""Charsets of one byte that we recognise without a label."""

SEVEN_BIT = frozenset({"hz", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr"})
"""Charsets that hide their characters in escapes of ASCII."""

COMMON = {
    "gb18030": (
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产面而方后多"
        "定行学法所民得经三之进等部家电力如水高自理现实加量都两体当使本去把性应开它合还因由其些然前外天政四日那社事平"
        "全表间与关各重新线内数正心你明看原又么利比或但气第向道此变条没结问意建月军者最已将被报称表示记美台京部长总统"
        "新闻，。、：；？！“”《》（）【】—…·"
    ),
    "big5hkscs": (
        "的一是不在了有我他這個們來為國會說時要就出到以可下過子後多學對生也能那得於著自之年發作里用道行所然家種事成方"
        "經麼去法如都同現當沒動面起看定天分還進好小部其些主樣理心本前開但因只從想日者意新與及將被報表示美台灣總統中長"
        "記聞府人大上民，。、：；？！「」『』《》（）—…·"
    ),
    "cp932": (
        "のにはをたがでてとしれさあいうえおかきくけこそなもやよらりるんっゃゅょだどじばべまめみつせすちひふへほゆろわ"
        "アイウエオカキクケコサシスセソタチッテトナニネノハバパヒビピフブプヘベホボポマミムメモャュョラリルレロワンー"
        "日本人年大中会国者事月、。・「」"
    ),
    "cp949": (
        "이다는의에을가고하지로은한를도서기사대자인정시어라리있그해나스일아전으수부과들만보제장여것며까원했성공구국상조"
    ),
    "cp1251": ("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё«»—№"),
    "cp1252": "éèàçêùâîôûäöüßñáíóúåæøëïãõìòÉÀÄÖÜ’‘“”–—«»…°£€·§©®\u00a0",
}
"""The characters that text in each charset's script uses most."""

COMMON["euc_jp"] = COMMON["cp932"]
COMMON["koi8_r"] = COMMON["cp1251"]
